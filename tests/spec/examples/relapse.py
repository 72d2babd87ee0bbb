"""Relapse: which records keep and which break its checks?"""

from tests.spec.tables import Example, patient

AT = "/relapses/0"
IN_CR = {"number": 1, "date": "2008-03-14", "post_hsct_cr": "IN_CR"}


def _relapse(
    transplant: dict[str, object] | None = None, sex: str = "M", **items: object
) -> dict[str, object]:
    """A first relapse after a transplant on 2008-03-14, by default one in remission."""
    return patient(
        sex=sex,
        transplants=[transplant or IN_CR],
        relapses=[{"number": 1, "after_transplant": 1, **items}],
    )


def _two(first: dict[str, object], second: dict[str, object]) -> dict[str, object]:
    """Two relapses after one transplant in remission."""
    one = {"number": 1, "after_transplant": 1, "kind": "RELAPSE", "date": "2009-01-10"}
    two = {"number": 2, "after_transplant": 1, "kind": "RELAPSE", "date": "2010-01-10"}
    return patient(transplants=[IN_CR], relapses=[one | first, two | second])


def _never(**items: object) -> dict[str, object]:
    return {"number": 1, "date": "2008-03-14", "post_hsct_cr": "NEVER", **items}


KIND = (
    Example(
        2,
        _relapse(date="2008-03-13"),
        broken=True,
        why="relapse the day before the transplant",
        at=f"{AT}/date",
        severity="error",
    ),
    Example(
        2,
        _relapse(date="2008-02"),
        broken=True,
        why="relapse in the month before the transplant",
        at=f"{AT}/date",
        severity="error",
    ),
    Example(
        2,
        _relapse(date="2008-03"),
        broken=True,
        why="relapse in the month of the transplant, perhaps before it",
        at=f"{AT}/date",
        severity="warning",
    ),
    Example(2, _relapse(date="2008-03-14"), broken=False, why="on the day of the transplant"),
    Example(2, _relapse(date="2008-04"), broken=False, why="in the month after the transplant"),
    Example(
        47,
        _relapse(_never(), kind="RELAPSE"),
        broken=True,
        why="relapse without a remission after the transplant",
        at=f"{AT}/kind",
        severity="error",
    ),
    Example(
        47,
        _relapse(IN_CR, kind="PROGRESSION"),
        broken=True,
        why="progression of a patient in remission",
        severity="error",
    ),
    Example(
        47,
        _relapse(
            {**IN_CR, "post_hsct_cr": "YES", "post_hsct_cr_date": "2008-05-02"},
            kind="RELAPSE",
            date="2008-05-01",
        ),
        broken=True,
        why="remission the day after the relapse",
        at=f"{AT}/date",
    ),
    Example(47, _relapse(IN_CR, kind="RELAPSE"), broken=False, why="relapse out of remission"),
    Example(47, _relapse(_never(), kind="PROGRESSION"), broken=False, why="never in remission"),
    Example(
        47,
        _two({"treatment_lines": [{"number": 1, "response": "NR"}]}, {"kind": "PROGRESSION"}),
        broken=False,
        why="progression of a relapse that treatment did not bring into remission",
    ),
    Example(
        48,
        _relapse(kind="RELAPSE", bm_blasts=5, pb_blasts=0, sites=["BM"]),
        broken=True,
        why="5 % in the marrow, none in the blood, nothing elsewhere",
        at=f"{AT}/bm_blasts",
        severity="warning",
    ),
    Example(
        48,
        _relapse(kind="RELAPSE", bm_blasts=5.1, pb_blasts=0, sites=["BM"]),
        broken=False,
        why="over 5 % in the marrow",
    ),
    Example(
        48,
        _relapse(kind="RELAPSE", bm_blasts=2, pb_blasts=0, sites=["CNS"]),
        broken=False,
        why="isolated relapse of the central nervous system",
    ),
    Example(
        51,
        _relapse(kind="RELAPSE", date="2008-03-28"),
        broken=True,
        why="relapse on day 14",
        at=f"{AT}/date",
        severity="warning",
    ),
    Example(51, _relapse(kind="RELAPSE", date="2008-03-29"), broken=False, why="on day 15"),
    Example(51, _relapse(kind="RELAPSE", date="2008-03"), broken=False, why="the day is unknown"),
)

SITES = (
    Example(
        49,
        _relapse(site_group_reported="ISOLATED_EM", sites=["CNS", "BM"]),
        broken=True,
        why="isolated extramedullary, yet in the marrow",
        at=f"{AT}/site_group_reported",
        severity="error",
    ),
    Example(
        49,
        _relapse(sites=[]),
        broken=True,
        why="no site",
        at=f"{AT}/sites",
        severity="error",
    ),
    Example(
        49,
        _relapse(site_group_reported="ISOLATED_BM", sites=["BM", "PB"]),
        broken=False,
        why="marrow and blood are isolated bone marrow",
    ),
    Example(
        50,
        _relapse(sex="F", sites=["TESTIS"]),
        broken=True,
        why="testis of a girl",
        at=f"{AT}/sites",
        severity="error",
    ),
    Example(
        50,
        _relapse(sex="U", sites=["BM", "TESTIS"]),
        broken=True,
        why="testis, sex unknown",
        at=f"{AT}/sites",
        severity="warning",
    ),
    Example(50, _relapse(sex="M", sites=["TESTIS"]), broken=False, why="testis of a boy"),
)

ORDER = (
    Example(
        52,
        _two({}, {"date": "2009-01-09"}),
        broken=True,
        why="the second relapse before the first",
        at="/relapses/1/date",
        severity="error",
    ),
    Example(
        52,
        _two({"treatment_lines": [{"number": 1, "response": "PR"}]}, {}),
        broken=True,
        why="a second relapse without a remission between",
        severity="error",
    ),
    Example(
        52,
        _two({"treatment_lines": [{"number": 1, "response": "CR"}]}, {"date": "2010-01"}),
        broken=False,
        why="a second relapse after remission",
    ),
    Example(
        52,
        _two({"treatment_lines": [{"number": 1, "response": "PR"}]}, {"kind": "PROGRESSION"}),
        broken=False,
        why="without a remission it is progression",
    ),
    Example(
        52,
        _two({"kind": "MRD_RELAPSE"}, {}),
        broken=False,
        why="a relapse after one of residual disease only",
    ),
    Example(
        53,
        _relapse(date="2019-11-01"),
        broken=True,
        why="61 days ago, and no treatment line",
        at=f"{AT}/date",
        severity="query",
    ),
    Example(53, _relapse(date="2019-11-02"), broken=False, why="60 days ago"),
    Example(53, _relapse(date="2019-11"), broken=False, why="perhaps less than 60 days ago"),
    Example(
        53,
        _relapse(
            date="2019-03-01",
            treatment_lines=[{"number": 1, "intent": "PALLIATIVE", "components": ["SUPPORTIVE"]}],
        ),
        broken=False,
        why="supportive care only is an answer",
    ),
    Example(
        53,
        _relapse(date="2019-03-01", treatment_lines=[{"number": 1}]),
        broken=True,
        why="a treatment line that says nothing is no answer",
    ),
)

ADULT, CHILD = {"birth_date": "1980-05-01"}, {"birth_date": "1998-05-01"}


def _scales(identity: dict[str, object], **items: object) -> dict[str, object]:
    """A relapse on 2009-03-01 with these scores, of a patient born so."""
    return _relapse(date="2009-03-01", **items) | {"identity": identity}


SCALES = (
    Example(
        29,
        _scales(ADULT, ecog=4, performance_score=90),
        broken=True,
        why="at relapse in bed all day, and 90",
        at=f"{AT}/ecog",
        severity="warning",
    ),
    Example(
        29,
        _scales(ADULT, ecog=0, performance_score=60),
        broken=True,
        why="at relapse fully active, and 60",
    ),
    Example(
        29,
        _scales(ADULT, ecog=4, performance_score=20),
        broken=False,
        why="at relapse in bed all day, and 20",
    ),
    Example(
        29,
        _scales(CHILD, ecog=4, performance_score=90),
        broken=False,
        why="a relapse at 10 years: the score is Lansky's",
    ),
    Example(
        82,
        _scales(ADULT, performance_score=95),
        broken=True,
        why="95 at relapse",
        at=f"{AT}/performance_score",
        severity="warning",
    ),
    Example(82, _scales(ADULT, performance_score=90), broken=False, why="90 at relapse"),
)

NAMED = (
    Example(
        77,
        patient(
            transplants=[IN_CR, {"number": 3, "date": "2009-05-20"}],
            relapses=[{"number": 1, "after_transplant": 2, "date": "2009-08-01"}],
        ),
        broken=True,
        why="a relapse after the second of two transplants that are numbered 1 and 3",
        at=f"{AT}/after_transplant",
        severity="error",
    ),
    Example(77, _relapse(date="2009-08-01"), broken=False, why="a relapse after the first"),
)

EXAMPLES = KIND + SITES + ORDER + SCALES + NAMED

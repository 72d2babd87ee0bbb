"""Transplant: which records keep and which break its checks?"""

from tests.spec.tables import Example, patient


def _series(*dates: str, **last: object) -> dict[str, object]:
    """Transplants 1, 2, … on these dates; `last` are answers of the last one."""
    transplants = [{"number": n, "date": date} for n, date in enumerate(dates, start=1)]
    transplants[-1] |= last
    return patient(transplants=transplants)


def _again_for_relapse(*relapses: str) -> dict[str, object]:
    """Transplants on 2010-01-01 and 2011-01-01, the second one for relapse."""
    case = _series("2010-01-01", "2011-01-01", indication="RELAPSE")
    dated = [{"number": n, "after_transplant": 1, "date": d} for n, d in enumerate(relapses, 1)]
    return case | patient(relapses=dated)


def _in(status: str, history: object, before: int = 0, after: int = 0) -> dict[str, object]:
    """A transplant in this status, with relapses before and after a first transplant."""
    return patient(
        diseases=[
            {
                "number": 1,
                "relapse_history": history,
                "pretransplant_relapses": [
                    {"number": n, "date": f"{2000 + n}-01-01"} for n in range(1, before + 1)
                ],
            }
        ],
        transplants=[
            {"number": 1, "date": "2008-01-01", "disease_status": "CR1"},
            {"number": 2, "date": "2012-01-01", "disease_status": status},
        ],
        relapses=[
            {"number": n, "after_transplant": 1, "date": f"{2008 + n}-01-01"}
            for n in range(1, after + 1)
        ],
    )


DATES = (
    Example(
        1,
        patient(identity={"birth_date": "2008-03-11"}, transplants=[{"date": "2008-03-10"}]),
        broken=True,
        why="transplant the day before birth",
        at="/transplants/0/date",
        severity="error",
    ),
    Example(
        1,
        patient(diseases=[{"date_diagnosis": "2008-03-11"}], transplants=[{"date": "2008-03-10"}]),
        broken=True,
        why="transplant the day before the diagnosis",
        at="/transplants/0/date",
    ),
    Example(
        1,
        patient(diseases=[{"date_diagnosis": "2008-03"}], transplants=[{"date": "2008-03-10"}]),
        broken=True,
        why="transplant in the month of the diagnosis, perhaps before it",
        severity="warning",
    ),
    Example(
        1,
        patient(diseases=[{"date_diagnosis": "2008-02"}], transplants=[{"date": "2008-03-10"}]),
        broken=False,
        why="transplant in the month after the diagnosis",
    ),
    Example(
        1,
        patient(
            diseases=[
                {"number": 1, "date_diagnosis": "2005-01-01"},
                {"number": 2, "date_diagnosis": "2009-01-01"},
            ],
            transplants=[{"date": "2008-03-10", "disease_number": 1}],
        ),
        broken=False,
        why="transplant for the first of two diseases, before the second",
    ),
    Example(
        1,
        patient(
            transplants=[
                {
                    "date": "2008-03-10",
                    "post_hsct_cr": "YES",
                    "post_hsct_cr_date": "2008-03-09",
                }
            ]
        ),
        broken=True,
        why="remission after the transplant dated the day before it",
        at="/transplants/0/post_hsct_cr_date",
    ),
    Example(
        1,
        _series("2020-01-02"),
        broken=True,
        why="transplant tomorrow",
        at="/transplants/0/date",
    ),
)

NUMBERS = (
    Example(8, _series("2010-01-01", "2011-01-01"), broken=False, why="first and second"),
    Example(
        8,
        _series("2010-01-01", "2011-01-01", number=3),
        broken=True,
        why="a first and a third",
        at="/transplants/1/number",
        severity="error",
    ),
    Example(
        8,
        _series("2010-01-01", "2010-01-01"),
        broken=True,
        why="both on one day",
        at="/transplants/1/date",
    ),
    Example(
        8,
        _series("2010-01-01", "2009-12-31"),
        broken=True,
        why="the second the day before the first",
    ),
    Example(
        8,
        _series("2010-01-01", number=2, previous_elsewhere="YES"),
        broken=False,
        why="the first was done before this registry",
    ),
    Example(
        9,
        _series("2010-01-01", number=2),
        broken=True,
        why="a second without a first",
        at="/transplants/0/number",
        severity="error",
    ),
    Example(
        9,
        _series("2010-01-01", number=2, previous_elsewhere="YES"),
        broken=True,
        why="the first was elsewhere, but not said when and where",
    ),
    Example(
        9,
        _series(
            "2010-01-01",
            number=2,
            previous_elsewhere="YES",
            previous_elsewhere_date="2009",
            previous_elsewhere_centre="CIC 999",
        ),
        broken=False,
        why="the first was elsewhere in the year before",
    ),
    Example(
        9,
        _series(
            "2010-01-01",
            number=2,
            previous_elsewhere="YES",
            previous_elsewhere_date="2010-01-02",
            previous_elsewhere_centre="CIC 999",
        ),
        broken=True,
        why="the first was elsewhere, a day after the second",
    ),
    Example(9, _series("2010-01-01", "2011-01-01"), broken=False, why="both are recorded"),
    Example(
        10,
        _again_for_relapse(),
        broken=True,
        why="transplanted again for a relapse that is not recorded",
        at="/transplants/1/indication",
        severity="error",
    ),
    Example(
        10, _again_for_relapse("2010-06-01"), broken=False, why="relapse between the transplants"
    ),
    Example(
        10,
        _again_for_relapse("2011-01-02"),
        broken=True,
        why="the only relapse is a day after the second transplant",
    ),
    Example(
        10,
        _again_for_relapse("2011-01"),
        broken=False,
        why="relapse in the month of the second transplant: not decidable",
    ),
    Example(
        10,
        _again_for_relapse("2009-12-31"),
        broken=True,
        why="the only relapse is a day before the first transplant",
    ),
    Example(
        11,
        _series("2010-01-01", "2010-01-31"),
        broken=True,
        why="again on day 30",
        at="/transplants/1/date",
        severity="warning",
    ),
    Example(11, _series("2010-01-01", "2010-02-01"), broken=False, why="again on day 31"),
    Example(
        12,
        _series("2010-01-01", "2010-03-01", boost_or_rescue="CD34_BOOST"),
        broken=True,
        why="a boost counted as second transplant",
        at="/transplants/1/number",
        severity="error",
    ),
    Example(
        12,
        patient(
            transplants=[
                {"number": 1, "date": "2010-01-01", "boost_or_rescue": "NO"},
                {"date": "2010-03-01", "boost_or_rescue": "CD34_BOOST"},
            ]
        ),
        broken=False,
        why="a boost without number",
    ),
    Example(
        77,
        patient(
            diseases=[{"number": 1}], transplants=[{"date": "2010-01-01", "disease_number": 2}]
        ),
        broken=True,
        why="for a second disease that is not recorded",
        at="/transplants/0/disease_number",
        severity="error",
    ),
    Example(
        77,
        patient(
            diseases=[{"number": 1}], transplants=[{"date": "2010-01-01", "disease_number": 1}]
        ),
        broken=False,
        why="for the disease recorded",
    ),
    Example(
        77,
        patient(diseases=[{}], transplants=[{"date": "2010-01-01", "disease_number": 1}]),
        broken=False,
        why="for the only disease, which says no number",
    ),
)

STATUS = (
    Example(
        34,
        _in("CR2", "COMPLETE"),
        broken=True,
        why="second remission, no relapse, and all are recorded",
        at="/transplants/1/disease_status",
        severity="error",
    ),
    Example(
        34,
        _in("CR2", "UNKNOWN"),
        broken=True,
        why="second remission, no relapse, but some may not be recorded",
        severity="warning",
    ),
    Example(
        34,
        _in("CR2", {"missing": "UNK"}),
        broken=True,
        why="second remission, no relapse, nothing known of the history",
        severity="warning",
    ),
    Example(34, _in("CR1", "COMPLETE"), broken=False, why="first remission, no relapse"),
    Example(34, _in("CR2", "COMPLETE", before=1), broken=False, why="relapse before transplant 1"),
    Example(34, _in("CR2", "COMPLETE", after=1), broken=False, why="relapse after transplant 1"),
    Example(34, _in("CR3", "COMPLETE", before=1, after=1), broken=False, why="one of each"),
    Example(
        34, _in("CR3", "COMPLETE", before=1), broken=True, why="third remission after one relapse"
    ),
    Example(
        34, _in("CR4", "COMPLETE", before=2), broken=True, why="fourth remission after two relapses"
    ),
    Example(34, _in("CR4", "COMPLETE", before=2, after=1), broken=False, why="three relapses"),
    Example(34, _in("ADVANCED", "COMPLETE"), broken=False, why="not in remission"),
    Example(
        34,
        _in("CR2", "COMPLETE")
        | patient(relapses=[{"number": 1, "after_transplant": 1, "date": "2012"}]),
        broken=False,
        why="relapse in the year of the transplant: not decidable",
    ),
    Example(
        35,
        patient(transplants=[{"disease_status": "CR1", "blasts_bm_pre": 5.1}]),
        broken=True,
        why="first remission with 5.1 % blasts",
        at="/transplants/0/blasts_bm_pre",
        severity="warning",
    ),
    Example(
        35,
        patient(transplants=[{"disease_status": "CR1", "blasts_bm_pre": 5}]),
        broken=False,
        why="first remission with 5 % blasts",
    ),
    Example(
        35,
        patient(transplants=[{"disease_status": "RELAPSE1", "blasts_bm_pre": 60}]),
        broken=False,
        why="relapse with 60 % blasts",
    ),
)

TYPE = (
    Example(
        81,
        patient(transplants=[{"number": 1, "date": "2010-01-01"}]),
        broken=True,
        why="nothing said",
        at="/transplants/0/type",
        severity="warning",
    ),
    Example(81, patient(transplants=[{"type": "ALLO"}]), broken=False, why="allogeneic"),
    Example(81, patient(transplants=[{"type": "AUTO"}]), broken=False, why="autologous"),
    Example(
        81,
        patient(transplants=[{"type": {"missing": "UNK"}}]),
        broken=False,
        why="said to be unknown",
    ),
    Example(
        81,
        patient(transplants=[{"boost_or_rescue": "CD34_BOOST"}]),
        broken=False,
        why="a boost, which no report counts",
    ),
    Example(
        81,
        patient(transplants=[{"boost_or_rescue": "NO"}]),
        broken=True,
        why="no boost, and nothing said",
    ),
)

NUMBER = (
    Example(
        83,
        patient(transplants=[{"type": "ALLO", "date": "2010-01-01"}]),
        broken=True,
        why="nothing said",
        at="/transplants/0/number",
        severity="warning",
    ),
    Example(83, patient(transplants=[{"number": 2}]), broken=False, why="the second"),
    Example(
        83,
        patient(transplants=[{"number": {"missing": "UNK"}}]),
        broken=False,
        why="said to be unknown",
    ),
    Example(
        83,
        patient(transplants=[{"boost_or_rescue": "CD34_BOOST"}]),
        broken=False,
        why="a boost, which has no number",
    ),
)

EXAMPLES = DATES + NUMBERS + STATUS + TYPE + NUMBER

"""Treatment of a relapse: which lines, infusions and toxicities keep and which break their checks?"""

from tests.spec.tables import Example, patient

AT = "/relapses/0/treatment_lines/0"
INFUSION = f"{AT}/infusions/0"
TOXICITY = f"{AT}/toxicities/0"


def _line(
    relapse: dict[str, object] | None = None,
    case: dict[str, object] | None = None,
    **items: object,
) -> dict[str, object]:
    """The first line for a relapse on 2009-01-10 after a transplant on 2008-03-14."""
    first = {"number": 1, "after_transplant": 1, "date": "2009-01-10", **(relapse or {})}
    rest = {"transplants": [{"number": 1, "date": "2008-03-14"}], **(case or {})}
    return patient(**rest, relapses=[{**first, "treatment_lines": [{"number": 1, **items}]}])


def _infusion(case: dict[str, object] | None = None, **items: object) -> dict[str, object]:
    return _line(case=case, date_start="2009-02-01", infusions=[{"number": 1, **items}])


def _toxicity(line: dict[str, object] | None = None, **items: object) -> dict[str, object]:
    return _line(date_start="2009-02-01", toxicities=[items], **(line or {}))


def _disease(**items: object) -> dict[str, object]:
    return {"diseases": [{"number": 1, **items}]}


_RESOLVED = {
    "occurred": "YES",
    "grade_reported": "III",
    "date_onset": "2009-02-20",
    "date_resolved": "2009-04",
}
ACUTE_GVHD = {
    "transplants": [{"number": 1, "date": "2008-03-14", "acute_gvhds": [_RESOLVED]}],
}
BEFORE_SECOND = {
    "transplants": [
        {"number": 1, "date": "2008-03-14"},
        {"number": 2, "date": "2009-03-10", "conditioning": {"date_start": "2009-03-02"}},
    ]
}
HAPLO = {
    "transplants": [
        {"number": 1, "date": "2008-03-14", "grafts": [{"donor_type": "HAPLO", "source": "PB"}]}
    ]
}

LINE = (
    Example(
        54,
        _line(date_start="2009-01-09"),
        broken=True,
        why="a line that begins the day before the relapse",
        at=f"{AT}/date_start",
        severity="error",
    ),
    Example(
        54,
        _line(date_start="2009-01"),
        broken=True,
        why="a line in the month of the relapse, perhaps before it",
        at=f"{AT}/date_start",
        severity="warning",
    ),
    Example(
        54,
        _line(date_start="2009-02-01", case={"death": {"date": "2009-01-31"}}),
        broken=True,
        why="a line that begins the day after death",
        severity="error",
    ),
    Example(
        54,
        _line(date_start="2009-01-10", date_end="2009-02", case={"death": {"date": "2009-03-01"}}),
        broken=False,
        why="a line from the day of the relapse on",
    ),
    Example(
        1,
        _line(date_start="2009-02-01", date_response="2009-01-31"),
        broken=True,
        why="a response before the line began",
        at=f"{AT}/date_response",
        severity="error",
    ),
    Example(
        55,
        _line(components=["CHEMO", "DLI"]),
        broken=True,
        why="DLI without an infusion",
        at=f"{AT}/components",
        severity="error",
    ),
    Example(
        55,
        _line(components=["HSCT2"]),
        broken=True,
        why="second transplant without its record: the only one is before the relapse",
        at=f"{AT}/components",
        severity="error",
    ),
    Example(
        55,
        _line(components=["DLI"], infusions=[{"number": 1, "product": "DLI"}]),
        broken=False,
        why="DLI with its infusion",
    ),
    Example(
        55,
        _line(components=["CHEMO", "HSCT2"], case=BEFORE_SECOND),
        broken=False,
        why="second transplant with its record",
    ),
    Example(
        56,
        _line(intent="PALLIATIVE", components=["HSCT2"]),
        broken=True,
        why="palliative, yet a second transplant",
        at=f"{AT}/intent",
        severity="warning",
    ),
    Example(
        56,
        _line(intent="PALLIATIVE", components=["PALLIATIVE_CHEMO"]),
        broken=False,
        why="palliative chemotherapy",
    ),
    Example(
        58,
        _line(drugs=["BLINATUMOMAB"], case=_disease(diagnosis="ALL", all_phenotype="T")),
        broken=True,
        why="blinatumomab for T-ALL",
        at=f"{AT}/drugs",
        severity="warning",
    ),
    Example(
        58,
        _line(
            relapse={"cd19_status": "NEG"},
            drugs=["CAR_T_CD19"],
            case=_disease(diagnosis="ALL", all_phenotype="B"),
        ),
        broken=True,
        why="CAR-T cells against CD19, blasts without CD19",
        severity="warning",
    ),
    Example(
        58,
        _line(
            relapse={"cd19_status": "POS"},
            regimen="BLINATUMOMAB",
            case=_disease(diagnosis="ALL", all_phenotype="B"),
        ),
        broken=False,
        why="blinatumomab for B-ALL",
    ),
    Example(
        59,
        _line(group_reported="PURINE_ANALOGUE", drugs=["BORTEZOMIB", "STEROID"]),
        broken=True,
        why="bortezomib is targeted",
        at=f"{AT}/group_reported",
        severity="error",
    ),
    Example(
        59,
        _line(group_reported="PURINE_ANALOGUE", regimen="FLAG_IDA"),
        broken=False,
        why="FLAG-IDA holds fludarabine",
    ),
    Example(
        59,
        _line(group_reported="TARGETED", drugs=["FLUDARABINE", "CAR_T_CD19"]),
        broken=False,
        why="fludarabine before CAR-T cells",
    ),
    Example(
        60,
        _line(relapse={"bm_blasts": 40}, response="CR", date_response="2009-01-10"),
        broken=True,
        why="remission on the day of a marrow with 40 % blasts",
        severity="warning",
    ),
    Example(
        60,
        _line(relapse={"bm_blasts": 40}, response="CR", date_response="2009-01"),
        broken=False,
        why="remission later in that month is possible",
    ),
    Example(60, _line(response="CR", bm_blasts=5), broken=False, why="remission with 5 %"),
)

CELLS = (
    Example(
        1,
        _infusion(date="2009-01-31"),
        broken=True,
        why="an infusion before its line begins",
        at=f"{INFUSION}/date",
        severity="error",
    ),
    Example(
        1,
        _infusion(date="2009-03-01", response_date="2009-02-28"),
        broken=True,
        why="a response before the infusion",
        at=f"{INFUSION}/response_date",
    ),
    Example(
        57,
        _infusion(product="DLI", date="2009-03-05", case=BEFORE_SECOND),
        broken=True,
        why="lymphocytes three days into the conditioning",
        at=f"{INFUSION}/date",
        severity="warning",
    ),
    Example(
        57,
        _infusion(product="DLI", date="2009-03-15", case=ACUTE_GVHD),
        broken=True,
        why="lymphocytes on acute GvHD of grade III",
        at=f"{INFUSION}/date",
        severity="warning",
    ),
    Example(
        57,
        _infusion(product="DLI", date="2009-03-15", cd3_dose=5000),
        broken=True,
        why="5 x 10^9 CD3+ cells per kg",
        at=f"{INFUSION}/cd3_dose",
        severity="warning",
    ),
    Example(
        57,
        _infusion(product="DLI", date="2009-05-01", cd3_dose=10, case=ACUTE_GVHD),
        broken=False,
        why="10 x 10^6 CD3+ cells per kg, a month after GvHD resolved",
    ),
    Example(
        57,
        _infusion(product="DLI", date="2009-04", case=ACUTE_GVHD),
        broken=False,
        why="in the month in which GvHD resolved",
    ),
    Example(
        62,
        _infusion(product="DLI", date="2009-03-15", crs_grade=2),
        broken=False,
        why="the components and drugs of the line are not known",
    ),
    Example(
        62,
        _line(
            components=["CHEMO", "DLI"],
            drugs=["FLUDARABINE"],
            infusions=[{"number": 1, "product": "DLI", "crs_grade": 2}],
        ),
        broken=True,
        why="cytokine release after DLI and fludarabine",
        at=f"{INFUSION}/product",
        severity="warning",
    ),
)

TOXICITIES = (
    Example(
        1,
        _toxicity(term="DIARRHOEA", date_onset="2009-01"),
        broken=True,
        why="toxicity in the month before the line",
        at=f"{TOXICITY}/date_onset",
        severity="error",
    ),
    Example(
        61,
        _toxicity(term="MUCOSITIS", grade=5, ctcae_version="V5"),
        broken=True,
        why="grade 5 of a living patient",
        at=f"{TOXICITY}/grade",
        severity="error",
    ),
    Example(
        61,
        _toxicity(term="MUCOSITIS", grade=3),
        broken=True,
        why="a grade without the version of CTCAE",
        at=f"{TOXICITY}/ctcae_version",
    ),
    Example(
        61,
        _toxicity(term="MUCOSITIS", grade=3, ctcae_version="V4"),
        broken=False,
        why="grade 3 with its version",
    ),
    Example(
        61,
        _toxicity({"toxicity_reported": "1-2"}, term="MUCOSITIS", grade=3, ctcae_version="V4"),
        broken=True,
        why="grade 3 is worse than the grade 1 or 2 reported of the line",
        at=f"{AT}/toxicity_reported",
        severity="error",
    ),
    Example(
        61,
        _toxicity({"toxicity_reported": "3-4"}, term="MUCOSITIS", grade={"missing": "UNK"}),
        broken=False,
        why="the grade of each toxicity is not known, the worst one is",
    ),
    Example(
        62,
        _toxicity(
            {"components": ["CHEMO"], "drugs": ["CLOFARABINE"], "regimen": "CLOVE"}, term="CRS"
        ),
        broken=True,
        why="cytokine release after clofarabine",
        severity="warning",
    ),
    Example(
        62,
        _toxicity({"components": ["CAR_T"]}, term="CRS"),
        broken=False,
        why="cytokine release after CAR-T cells",
    ),
    Example(
        62,
        _toxicity({"drugs": ["BLINATUMOMAB"]}, term="ICANS"),
        broken=False,
        why="ICANS after blinatumomab",
    ),
    Example(
        62,
        _line(
            components=["CHEMO"],
            drugs=["FLUDARABINE"],
            regimen="FLAG",
            toxicities=[{"term": "CRS"}],
            case=HAPLO,
        ),
        broken=False,
        why="cytokine release after haploidentical blood stem cells",
    ),
)

EXAMPLES = LINE + CELLS + TOXICITIES

"""Disease and its course before transplant: which records keep and which break their checks?"""

from tests.spec.tables import Example, patient


def _disease(**items: object) -> dict[str, object]:
    return patient(diseases=[{"number": 1, **items}])


def _born_and_diagnosed(birth_date: str, date_diagnosis: str) -> dict[str, object]:
    return patient(
        identity={"birth_date": birth_date}, diseases=[{"date_diagnosis": date_diagnosis}]
    )


def _treated(start: str, end: str) -> dict[str, object]:
    return _disease(
        date_diagnosis="2008-03-10", courses=[{"number": 1, "date_start": start, "date_end": end}]
    )


def _relapsed(date: str, timing: str, frontline_end: object = "2009-12-31") -> dict[str, object]:
    return _disease(
        date_diagnosis="2008-03-10",
        frontline_end_date=frontline_end,
        pretransplant_relapses=[{"number": 1, "date": date, "timing_reported": timing}],
    )


UNKNOWN = {"missing": "UNK"}

EXAMPLES = (
    Example(
        1,
        _born_and_diagnosed("2008-03-11", "2008-03-10"),
        broken=True,
        why="diagnosis the day before birth",
        at="/diseases/0/date_diagnosis",
        severity="error",
    ),
    Example(
        1, _born_and_diagnosed("2008-03-10", "2008-03-10"), broken=False, why="diagnosis at birth"
    ),
    Example(
        1,
        _born_and_diagnosed("2008-03-11", "2008"),
        broken=True,
        why="diagnosis in the year of birth, perhaps before it",
        severity="warning",
    ),
    Example(
        1,
        _disease(date_diagnosis="2008-03-10", frontline_end_date="2008-03-09"),
        broken=True,
        why="front-line treatment ends the day before the diagnosis",
        at="/diseases/0/frontline_end_date",
    ),
    Example(
        1,
        _treated("2008-03-09", "2008-06-01"),
        broken=True,
        why="treatment begins the day before the diagnosis",
        at="/diseases/0/courses/0/date_start",
    ),
    Example(
        1,
        _treated("2008-03-10", "2008-03-09"),
        broken=True,
        why="treatment ends the day before it begins",
        at="/diseases/0/courses/0/date_end",
    ),
    Example(1, _treated("2008-03-10", "2008-04"), broken=False, why="treatment ends next month"),
    Example(
        1,
        _disease(date_diagnosis="2008-03-10", pretransplant_relapses=[{"date": "2008-03-09"}]),
        broken=True,
        why="relapse the day before the diagnosis",
        at="/diseases/0/pretransplant_relapses/0/date",
    ),
    Example(
        32,
        _disease(diagnosis="AML", all_phenotype="B"),
        broken=True,
        why="a B phenotype of a myeloid leukaemia",
        at="/diseases/0/all_phenotype",
        severity="error",
    ),
    Example(
        32,
        _disease(diagnosis="ALL"),
        broken=True,
        why="lymphoblastic, and no word on the phenotype",
        at="/diseases/0/all_phenotype",
    ),
    Example(32, _disease(diagnosis="ALL", all_phenotype="T"), broken=False, why="T lineage"),
    Example(
        32,
        _disease(diagnosis="ALL", all_phenotype=UNKNOWN),
        broken=False,
        why="phenotype said to be unknown",
    ),
    Example(32, _disease(diagnosis="AML"), broken=False, why="myeloid, not asked"),
    Example(
        33,
        _disease(diagnosis="ALL", cytogenetics=["T_15_17", "COMPLEX"]),
        broken=True,
        why="t(15;17) in a lymphoblastic leukaemia",
        at="/diseases/0/cytogenetics",
        severity="warning",
    ),
    Example(
        33,
        _disease(diagnosis="AML", cytogenetics=["ETV6_RUNX1"]),
        broken=True,
        why="ETV6::RUNX1 in a myeloid leukaemia",
    ),
    Example(
        33,
        _disease(diagnosis="AML", cytogenetics=["T_15_17"]),
        broken=False,
        why="t(15;17) in a myeloid leukaemia",
    ),
    Example(
        36,
        _relapsed("2009-09-09", "EARLY"),
        broken=True,
        why="a day short of 18 months is very early",
        at="/diseases/0/pretransplant_relapses/0/timing_reported",
        severity="error",
    ),
    Example(
        36, _relapsed("2009-09-09", "VERY_EARLY"), broken=False, why="a day short of 18 months"
    ),
    Example(36, _relapsed("2009-09-10", "EARLY"), broken=False, why="18 months to the day"),
    Example(
        36,
        _relapsed("2010-06-29", "EARLY"),
        broken=False,
        why="a day short of 6 months after the end of treatment",
    ),
    Example(
        36,
        _relapsed("2010-06-30", "EARLY"),
        broken=True,
        why="6 months after the end of treatment is late",
    ),
    Example(
        36,
        _relapsed("2009-09", "EARLY"),
        broken=False,
        why="in the month in which the 18 months end: not decidable",
    ),
    Example(
        36,
        _relapsed("2009-08", "EARLY"),
        broken=True,
        why="in a month before the 18 months end, whatever the day",
    ),
    Example(
        36,
        _relapsed("2012-01-01", "EARLY", frontline_end=UNKNOWN),
        broken=False,
        why="end of treatment unknown: not decidable",
    ),
)

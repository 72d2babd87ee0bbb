"""GvHD: which records keep and which break their checks?"""

from tests.spec.tables import Example, patient

ACUTE = "/transplants/0/acute_gvhds/0"
CHRONIC = "/transplants/0/chronic_gvhds/0"
STAGES = {"skin": 2, "liver": 0, "upper_gi": 0, "lower_gi": 0}
NO_STAGE = {"skin": 0, "liver": 0, "upper_gi": 0, "lower_gi": 0}


def _acute(**items: object) -> dict[str, object]:
    """Acute GvHD after a transplant on 2008-03-14; last contact on 2009-03-14."""
    return _with(acute_gvhds=[{"occurred": "YES", **items}])


def _chronic(**items: object) -> dict[str, object]:
    return _with(chronic_gvhds=[{"occurred": "YES", **items}])


def _with(**gvhd: object) -> dict[str, object]:
    return patient(
        transplants=[{"number": 1, "date": "2008-03-14", **gvhd}],
        follow_ups=[{"date_of_contact": "2009-03-14", "status": "ALIVE"}],
    )


GRADES = (
    Example(
        40,
        _acute(grade_reported="II"),
        broken=True,
        why="a grade without any organ stage",
        at=f"{ACUTE}/skin",
        severity="error",
    ),
    Example(40, _acute(grade_reported="II", skin=3), broken=False, why="one organ stage"),
    Example(
        40,
        _acute(grade_reported="II", skin={"missing": "UNK"}),
        broken=False,
        why="the reason: stages unknown",
    ),
    Example(
        41,
        _acute(system="MAGIC", grade_reported="III", **(STAGES | {"lower_gi": 4})),
        broken=True,
        why="grade III reported, stage 4 of the gut is IV in MAGIC",
        at=f"{ACUTE}/grade_reported",
        severity="warning",
    ),
    Example(
        41,
        _acute(system="KEYSTONE", grade_reported="III", **(STAGES | {"lower_gi": 4})),
        broken=False,
        why="the same stages are III in Keystone",
    ),
    Example(
        41,
        _acute(system="MAGIC", grade_reported="II", skin=2, liver=0),
        broken=False,
        why="the gut is not known: grade I to IV is possible",
    ),
    Example(
        41,
        _acute(system="MAGIC", grade_reported="II-IV", **(STAGES | {"lower_gi": 4})),
        broken=False,
        why="II to IV reported, the stages say IV",
    ),
    Example(
        41,
        _acute(system="MAGIC", grade_reported="II-IV", **STAGES),
        broken=True,
        why="II to IV reported, the stages say I",
        at=f"{ACUTE}/grade_reported",
        severity="warning",
    ),
    Example(
        42,
        _acute(grade_reported="0", skin=1),
        broken=True,
        why="grade 0 with a rash",
        at=f"{ACUTE}/grade_reported",
        severity="error",
    ),
    Example(
        42,
        _acute(grade_reported="I", **NO_STAGE),
        broken=True,
        why="grade I with every stage 0",
        at=f"{ACUTE}/grade_reported",
    ),
    Example(42, _acute(grade_reported="I", **STAGES), broken=False, why="grade I with a rash"),
    Example(42, _acute(grade_reported="0", **NO_STAGE), broken=False, why="grade 0, every stage 0"),
    Example(
        45,
        _acute(grade_reported="III"),
        broken=True,
        why="grade III without its date",
        at=f"{ACUTE}/date_grade_3",
        severity="error",
    ),
    Example(
        45,
        _acute(grade_reported="II", date_grade_3="2008-05-01"),
        broken=True,
        why="a date of grade III with grade II",
        at=f"{ACUTE}/grade_reported",
    ),
    Example(
        45,
        _acute(grade_reported="IV", date_grade_3="2008-05"),
        broken=False,
        why="grade IV, the month of grade III known",
    ),
    Example(
        45,
        _acute(grade_reported="IV", date_grade_3={"missing": "UNK"}),
        broken=False,
        why="grade IV, the date said to be unknown",
    ),
)

DATES = (
    Example(
        43,
        _acute(date_onset="2008-03-13"),
        broken=True,
        why="acute GvHD the day before the transplant",
        at=f"{ACUTE}/date_onset",
        severity="error",
    ),
    Example(
        43,
        _acute(date_onset="2008-03"),
        broken=True,
        why="acute GvHD in the month of the transplant, perhaps before it",
        at=f"{ACUTE}/date_onset",
        severity="warning",
    ),
    Example(
        43,
        _acute(date_onset="2008-04-01", date_grade_2="2008-04-10", date_grade_3="2008-04-09"),
        broken=True,
        why="grade III the day before grade II",
        at=f"{ACUTE}/date_grade_3",
    ),
    Example(
        43,
        _chronic(date_onset="2009-03-15"),
        broken=True,
        why="chronic GvHD the day after the last contact",
        severity="error",
    ),
    Example(
        43,
        _acute(date_onset="2008-04", date_grade_2="2008-04", date_grade_3="2008-05-02"),
        broken=False,
        why="onset and grade II in the same month, grade III after it",
    ),
    Example(
        44,
        _acute(date_onset="2008-09-11"),
        broken=True,
        why="acute GvHD on day 181",
        at=f"{ACUTE}/date_onset",
        severity="warning",
    ),
    Example(
        44,
        _chronic(date_onset="2008-05-12"),
        broken=True,
        why="chronic GvHD on day 59",
        at=f"{CHRONIC}/date_onset",
        severity="warning",
    ),
    Example(44, _acute(date_onset="2008-09-10"), broken=False, why="acute GvHD on day 180"),
    Example(44, _chronic(date_onset="2008-05"), broken=False, why="chronic GvHD by day 78"),
    Example(
        1,
        _chronic(date_onset="2008-08-01", date_resolved="2008-07-31"),
        broken=True,
        why="chronic GvHD resolved before it began",
        at=f"{CHRONIC}/date_resolved",
        severity="error",
    ),
)

SCORES = (
    Example(
        46,
        _chronic(severity_reported="MILD", **dict.fromkeys(("skin", "mouth"), 2)),
        broken=False,
        why="other organs are not known: severe is possible",
    ),
    Example(
        46,
        _chronic(severity_reported="MODERATE", lung=2),
        broken=True,
        why="a lung score of 2 is severe",
        at=f"{CHRONIC}/severity_reported",
        severity="warning",
    ),
)

HAPPENED = (
    Example(
        76,
        _with(acute_gvhds=[{"occurred": "NO"}]),
        broken=True,
        why="no acute GvHD, and nobody says until when",
        at=f"{ACUTE}/as_of",
        severity="error",
    ),
    Example(
        76,
        _with(chronic_gvhds=[{"occurred": "NO", "as_of": "2009-03", "date_onset": "2008-08-01"}]),
        broken=True,
        why="no chronic GvHD, yet a day on which it began",
        at=f"{CHRONIC}/occurred",
    ),
    Example(
        76,
        _with(acute_gvhds=[{"occurred": "NO", "as_of": "2008-06-22"}]),
        broken=False,
        why="no acute GvHD by day 100",
    ),
)

EXAMPLES = GRADES + DATES + SCORES + HAPPENED

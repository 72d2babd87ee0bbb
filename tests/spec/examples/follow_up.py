"""Follow-up, death and complications: which records keep and which break their checks?"""

from tests.spec.tables import Example, patient

TRANSPLANT = {"number": 1, "date": "2008-03-14"}
RELAPSE = {"number": 1, "after_transplant": 1, "date": "2009-01-10"}
DEAD = {"date_of_contact": "2010-06-01", "status": "DEAD"}


def _contact(date: str, **case: object) -> dict[str, object]:
    """A living patient, last seen on `date`."""
    seen = [{"date_of_contact": date, "status": "ALIVE"}]
    return patient(**{"transplants": [TRANSPLANT], **case}, follow_ups=seen)


def _death(case: dict[str, object] | None = None, **items: object) -> dict[str, object]:
    """A patient who died on 2010-06-01."""
    rest = {"transplants": [TRANSPLANT], "follow_ups": [DEAD], **(case or {})}
    return patient(**rest, death={"date": "2010-06-01", "primary_cause": "UNKNOWN", **items})


CONTACT = (
    Example(
        1,
        _contact("2008-03-10", identity={"birth_date": "2008-03-11"}, transplants=[]),
        broken=True,
        why="contact before birth",
        at="/follow_ups/0/date_of_contact",
        severity="error",
    ),
    Example(
        1,
        _contact("2020-01-02"),
        broken=True,
        why="contact tomorrow",
        at="/follow_ups/0/date_of_contact",
    ),
    Example(1, _contact("2020-01"), broken=False, why="contact this month"),
    Example(
        4,
        _contact("2009-01-09", relapses=[RELAPSE]),
        broken=True,
        why="relapse the day after the last contact",
        at="/relapses/0/date",
        severity="error",
    ),
    Example(
        4,
        _death({"follow_ups": [DEAD | {"date_of_contact": "2010-05-31"}]}),
        broken=True,
        why="reported dead on the day before death",
        at="/follow_ups/0/date_of_contact",
        severity="error",
    ),
    Example(
        4,
        _contact("2009-01", relapses=[RELAPSE]),
        broken=False,
        why="last contact in the month of the relapse",
    ),
    Example(4, _death(), broken=False, why="last contact on the day of death"),
    Example(
        5,
        patient(transplants=[TRANSPLANT], follow_ups=[DEAD]),
        broken=True,
        why="reported dead, no death record",
        at="/follow_ups/0/status",
        severity="error",
    ),
    Example(
        5,
        _death({"follow_ups": [{"date_of_contact": "2010-01-01", "status": "ALIVE"}]}),
        broken=True,
        why="reported alive, yet a death record",
        at="/death",
        severity="error",
    ),
    Example(
        5,
        patient(death={"date": "2010-06-01"}),
        broken=True,
        why="death without a primary cause",
        at="/death/primary_cause",
    ),
    Example(5, _death(), broken=False, why="dead, with a death record and one cause"),
    Example(
        7,
        _contact("2018-03-10"),
        broken=True,
        why="due on 14 March 2018, not seen for more than 120 days after it",
        at="/follow_ups/0/date_of_contact",
        severity="query",
    ),
    Example(7, _contact("2019-03-20"), broken=False, why="seen after the visit due in March"),
    Example(7, _contact("2019"), broken=False, why="seen in 2019, the day unknown"),
)


def _score(score: int) -> dict[str, object]:
    """A living patient, who reached this score."""
    seen = {"date_of_contact": "2019-12-01", "status": "ALIVE", "performance": score}
    return patient(transplants=[TRANSPLANT], follow_ups=[seen])


SCORE = (
    Example(
        82,
        _score(95),
        broken=True,
        why="95 at a contact",
        at="/follow_ups/0/performance",
        severity="warning",
    ),
    Example(82, _score(100), broken=False, why="100 at a contact"),
)

DEATH = (
    Example(
        1,
        _death({"identity": {"birth_date": "2010-06-02"}, "transplants": []}),
        broken=True,
        why="death before birth",
        at="/death/date",
        severity="error",
    ),
    Example(
        3,
        _death({"transplants": [{"number": 1, "date": "2010-06-02"}]}),
        broken=True,
        why="transplant the day after death",
        at="/transplants/0/date",
        severity="error",
    ),
    Example(
        3,
        _death({"complications": [{"kind": "TMA", "date": "2010-06"}]}),
        broken=False,
        why="complication in the month of death",
    ),
    Example(
        6,
        _death({"relapses": [RELAPSE | {"date": "2010-07"}]}),
        broken=True,
        why="relapse in the month after death",
        at="/relapses/0/date",
        severity="error",
    ),
    Example(
        6,
        _death({"follow_ups": [DEAD, {"date_of_contact": "2010-06-02", "status": "ALIVE"}]}),
        broken=True,
        why="a visit the day after death",
        at="/follow_ups/1/date_of_contact",
    ),
    Example(
        6,
        _death({"relapses": [RELAPSE | {"date": "2010-06"}]}),
        broken=False,
        why="relapse in the month of death",
    ),
)

CAUSE = (
    Example(
        63,
        _death(primary_cause="RELAPSE"),
        broken=True,
        why="death from relapse, no relapse recorded",
        at="/death/primary_cause",
        severity="error",
    ),
    Example(
        63,
        _death({"relapses": [RELAPSE]}, primary_cause="RELAPSE"),
        broken=False,
        why="death from relapse, relapse recorded",
    ),
    Example(
        63,
        _death({"transplants": [TRANSPLANT | {"post_hsct_cr": "NEVER"}]}, primary_cause="RELAPSE"),
        broken=False,
        why="death from leukaemia that never went away",
    ),
    Example(
        64,
        _death(primary_cause="ACUTE_GVHD"),
        broken=True,
        why="death from GvHD, no GvHD recorded",
        at="/death/primary_cause",
        severity="warning",
    ),
    Example(
        64,
        _death(
            {
                "transplants": [
                    TRANSPLANT
                    | {
                        "engraftment": {"anc_recovery": "YES"},
                        "chimerisms": [{"date": "2008-04-14", "percent_donor": 99}],
                    }
                ]
            },
            primary_cause="GRAFT_FAILURE",
        ),
        broken=True,
        why="death from graft failure with recovery and 99 % donor cells",
        at="/death/primary_cause",
        severity="warning",
    ),
    Example(
        64,
        _death(
            {"transplants": [TRANSPLANT | {"acute_gvhds": [{"occurred": "YES"}]}]},
            primary_cause="ACUTE_GVHD",
        ),
        broken=False,
        why="death from GvHD with its record",
    ),
    Example(
        65,
        _death(
            {
                "follow_ups": [
                    {"date_of_contact": "2010-05-02", "status": "ALIVE", "disease_status": "CR"}
                ]
            },
            primary_cause="RELAPSE",
        ),
        broken=True,
        why="in remission 30 days before death from relapse",
        at="/death/primary_cause",
        severity="warning",
    ),
    Example(
        65,
        _death(
            {
                "relapses": [RELAPSE | {"date": "2010-05-20"}],
                "follow_ups": [
                    {"date_of_contact": "2010-05-10", "status": "ALIVE", "disease_status": "CR"}
                ],
            },
            primary_cause="RELAPSE",
        ),
        broken=False,
        why="relapse after the last remission",
    ),
)

COMPLICATION = (
    Example(
        1,
        patient(
            complications=[{"kind": "INFECTION", "date": "2009-03", "date_resolved": "2009-02"}]
        ),
        broken=True,
        why="an infection that ended before it began",
        at="/complications/0/date_resolved",
        severity="error",
    ),
    Example(
        1,
        patient(complications=[{"kind": "VOD", "date": "2009-03", "date_resolved": "2009-03"}]),
        broken=False,
        why="began and ended in the same month",
    ),
)

EXAMPLES = CONTACT + DEATH + CAUSE + COMPLICATION + SCORE

"""Engraftment and chimerism: which records keep and which break their checks?"""

from tests.spec.tables import Example, patient

AT = "/transplants/0/engraftment"


def _take(contact: str = "2009-01-01", **items: object) -> dict[str, object]:
    """Engraftment of a transplant on 2008-03-14, last contact on `contact`."""
    return patient(
        transplants=[{"number": 1, "date": "2008-03-14", "engraftment": items}],
        follow_ups=[{"date_of_contact": contact, "status": "ALIVE"}],
    )


def _chimerism(date: str) -> dict[str, object]:
    """Chimerism of the first of two transplants, on 2008-03-14 and 2009-03-14."""
    return patient(
        transplants=[
            {
                "number": 1,
                "date": "2008-03-14",
                "chimerisms": [{"date": date, "percent_donor": 98}],
            },
            {"number": 2, "date": "2009-03-14"},
        ]
    )


RECOVERY = (
    Example(
        37,
        _take(anc_recovery="YES", anc_date="2008-03-13"),
        broken=True,
        why="neutrophils recovered the day before the transplant",
        at=f"{AT}/anc_date",
        severity="error",
    ),
    Example(
        37,
        _take(anc_recovery="YES", anc_date="2008-04-01", contact="2008-03-31"),
        broken=True,
        why="neutrophils recovered the day after the last contact",
        at=f"{AT}/anc_date",
        severity="error",
    ),
    Example(
        37,
        _take(platelet_20="YES", platelet_20_date="2008-03-01"),
        broken=True,
        why="platelets reached 20 before the transplant",
        at=f"{AT}/platelet_20_date",
    ),
    Example(
        37,
        _take(platelet_50="YES", platelet_50_date="2007-05"),
        broken=True,
        why="platelets reached 50 in a month before the transplant",
        at=f"{AT}/platelet_50_date",
        severity="error",
    ),
    Example(
        37,
        _take(anc_recovery="YES", anc_date="2008-03"),
        broken=True,
        why="neutrophils recovered in the month of the transplant, perhaps before it",
        at=f"{AT}/anc_date",
        severity="warning",
    ),
    Example(
        37,
        _take(anc_recovery="YES", anc_date="2008-03-18"),
        broken=True,
        why="neutrophils recovered on day 4",
        at=f"{AT}/anc_date",
        severity="warning",
    ),
    Example(
        37,
        _take(anc_recovery="YES", anc_date="2008-05-14"),
        broken=True,
        why="neutrophils recovered on day 61",
        severity="warning",
    ),
    Example(
        37,
        _take(anc_recovery="YES", anc_date="2008-05-13"),
        broken=False,
        why="neutrophils recovered on day 60",
    ),
    Example(
        37,
        _take(anc_recovery="YES", anc_date="2008-04"),
        broken=False,
        why="neutrophils recovered in April after a transplant in March",
    ),
    Example(
        38,
        _take(anc_recovery="NO", as_of="2008-06-01", anc_date="2008-04-05"),
        broken=True,
        why="no recovery, yet a day of recovery",
        at=f"{AT}/anc_recovery",
    ),
    Example(
        38,
        _take(anc_recovery="YES", anc_date="2008-04-05", graft_failure="PRIMARY"),
        broken=True,
        why="a graft that never took, yet neutrophils recovered",
        at=f"{AT}/graft_failure",
    ),
    Example(
        38,
        _take(anc_recovery="YES", anc_date="2008-04-05", graft_failure="SECONDARY"),
        broken=False,
        why="a graft lost after neutrophils had recovered",
    ),
    Example(
        39,
        _take(anc_date="2008-04-15", platelet_20_date="2008-03-31"),
        broken=True,
        why="platelets 15 days before neutrophils",
        at=f"{AT}/platelet_20_date",
        severity="warning",
    ),
    Example(
        39,
        _take(platelet_20_date="2008-04-15", platelet_50_date="2008-04-14"),
        broken=True,
        why="platelets at 50 a day before 20",
        at=f"{AT}/platelet_50_date",
        severity="error",
    ),
    Example(
        39,
        _take(anc_date="2008-04-14", platelet_20_date="2008-03-31", platelet_50_date="2008-04"),
        broken=False,
        why="platelets 14 days before neutrophils, 50 in the month after",
    ),
    Example(
        76,
        _take(anc_recovery="NO"),
        broken=True,
        why="no recovery, and nobody says until when",
        at=f"{AT}/as_of",
        severity="error",
    ),
    Example(
        76,
        _take(anc_recovery="NO", as_of="2008-05"),
        broken=False,
        why="no recovery by May",
    ),
)

CHIMERISM = (
    Example(
        66,
        _chimerism("2008-03-13"),
        broken=True,
        why="measured the day before the transplant",
        at="/transplants/0/chimerisms/0/date",
        severity="error",
    ),
    Example(
        66,
        _chimerism("2009-03-14"),
        broken=True,
        why="measured on the day of the next transplant",
        at="/transplants/0/chimerisms/0/date",
    ),
    Example(66, _chimerism("2009-03-13"), broken=False, why="measured the day before the next"),
    Example(66, _chimerism("2009-03"), broken=False, why="measured in the month of the next"),
)

EXAMPLES = RECOVERY + CHIMERISM

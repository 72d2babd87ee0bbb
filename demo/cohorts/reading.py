"""How is a cohort's file read, and which records look alike in all of them?

A row of every file has patient_id, sex, birth_date, last_contact_date and death; what else it holds
its own mapping tells.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

Case = dict[str, object]
Line = dict[str, str]

UNKNOWN = {"missing": "UNK"}


def rows(file: Path) -> Iterator[Line]:
    """The rows of a CSV file as text, keyed by its first line."""
    with file.open(newline="", encoding="utf-8") as opened:
        yield from csv.DictReader(opened)


def by_centre(
    lines: Iterable[Line], case_of: Callable[[Line], Case], centre: str = "center"
) -> dict[str, list[Case]]:
    """Every case under the code of the centre that would send it; `centre` names its column."""
    cases: dict[str, list[Case]] = defaultdict(list)
    for line in lines:
        cases[line[centre]].append(case_of(line))
    return dict(sorted(cases.items()))


def patient(line: Line, *, disease: Case, transplants: Iterable[Case]) -> Case:
    """A patient with one disease, as alive or dead at the last contact."""
    return {
        "key": line["patient_id"],
        "sex": line["sex"],
        "identity": {"birth_date": line["birth_date"]},
        "diseases": [{"key": "D1", **disease}],
        "transplants": list(transplants),
        "follow_ups": [
            {
                "key": "LAST",
                "date_of_contact": line["last_contact_date"],
                "status": "DEAD" if died(line) else "ALIVE",
            }
        ],
    }


def died(line: Line) -> bool:
    """Whether the patient is dead."""
    return line["death"] == "1"


def death(when: str, cause: object = UNKNOWN) -> Case:
    """The record of a death on that day."""
    return {"date": when, "primary_cause": cause}


def transplant(number: int, when: str, **items: object) -> Case:
    """An allogeneic transplant; status and remission are unknown unless given."""
    return {
        "key": f"T{number}",
        "number": number,
        "date": when,
        "type": "ALLO",
        "disease_status": UNKNOWN,
        "post_hsct_cr": UNKNOWN,
        **items,
    }


def second_for_relapse(when: str, **items: object) -> Iterator[Case]:
    """A second transplant after a relapse of the first, where the file has its day."""
    if when:
        yield transplant(2, when, indication="RELAPSE", **items)


def relapses_before(n: int) -> list[Case]:
    """So many relapses before the transplant, nobody knows when."""
    return [{"key": f"P{k}", "number": k, "date": UNKNOWN} for k in range(1, n + 1)]


def remission_before_relapse(relapsed: bool) -> Case:
    """Who relapsed had been in remission; of the others the file says nothing."""
    if relapsed:
        return {"post_hsct_cr": "YES", "post_hsct_cr_date": UNKNOWN}
    return {"post_hsct_cr": UNKNOWN}


def chronic_gvhd(line: Line, answer: str) -> Case:
    """Chronic GvHD, "yes" or not until the last contact; the files tell no onset."""
    if answer == "yes":
        return {"key": "C1", "occurred": "YES", "date_onset": UNKNOWN}
    return {"key": "C1", "occurred": "NO", "as_of": line["last_contact_date"]}


def no_acute_gvhd(line: Line) -> Case:
    """None until the last contact."""
    return {"key": "A1", "occurred": "NO", "as_of": line["last_contact_date"]}


def acute_gvhd(grade: str) -> Case:
    """Acute GvHD of a grade, of which neither onset nor organs are told."""
    open_ = ("date_onset", "skin", "liver", "upper_gi", "lower_gi")
    return {
        "key": "A1",
        "occurred": "YES",
        "grade_reported": grade,
        **dict.fromkeys(open_, UNKNOWN),
    }


def relapse(number: int, after: int, when: object, **items: object) -> Case:
    """A relapse after the transplant of that number; its sites are unknown unless given."""
    return {
        "key": f"R{number}",
        "number": number,
        "after_transplant": after,
        "kind": "RELAPSE",
        "date": when,
        "sites": UNKNOWN,
        **items,
    }


def line_of_treatment(number: int, **items: object) -> Case:
    """A line of treatment; the files tell no day on which it began."""
    return {"key": f"L{number}", "number": number, "date_start": UNKNOWN, **items}


def days_after(when: str, days: str) -> str:
    """The day so many days after another."""
    return (date.fromisoformat(when) + timedelta(days=int(days))).isoformat()


SECOND_TRANSPLANT = line_of_treatment(1, components=["HSCT2"], intent=UNKNOWN)
"""The line of treatment of which only the second transplant is told."""

"""Does a grade of 0 stand for "no acute GvHD", without a record that needs the date of a GvHD?"""

from __future__ import annotations

import pytest

from registry.actions.answer_missing import answer_missing
from registry.models import ImportFile
from tests.exchange.desk import csv, imported, line, now, outcomes, says, uploaded
from tests.registry.people import People, stored

HEAD = "UPN;transplant.date;transplant.number;transplant.type"
LINE = "01/02/2015;1;Allogeneic"
GRADE, AS_OF = "acute_gvhd.grade_reported", "acute_gvhd.as_of"
UNTIL = "with the day on which it was still so"
GVHD = {
    "date_onset": "2015-03-01",
    "occurred": "YES",
    "grade_reported": "II",
    "skin": 2,
    "system": "MAGIC",
}


def table(people: People, head: str, *cells: str, name: str = "a.csv") -> ImportFile:
    rows = (f"P{n};{LINE};{one}" for n, one in enumerate(cells, start=1))
    return uploaded(people.own_centre, csv(f"{HEAD};{head}", *rows), name)


def gvhds(key: str = "P1") -> list[dict[str, str]]:
    """What is stored of acute GvHD."""
    (transplant,) = stored(key).root.of("transplant")
    return [
        {name: str(answer) for name, answer in one.answers.items()}
        for one in transplant.of("acute_gvhd")
    ]


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        (GRADE, "0"),
        (f"{GRADE};acute_gvhd.date_onset", "0;"),
        (f"{GRADE};acute_gvhd.date_onset", "0;NA"),
        (f"{GRADE};acute_gvhd.skin;acute_gvhd.liver;acute_gvhd.system", "0;0;ND;MAGIC"),
        (f"{GRADE};{AS_OF}", "0;"),
    ],
)
def test_a_grade_of_0_alone_adds_nothing_and_says_so(people: People, head: str, cells: str) -> None:
    file = table(people, head, cells)
    assert outcomes(file) == {"new": 1} and UNTIL in says(line(file, 2))
    assert [one["severity"] for one in line(file, 2).findings if UNTIL in str(one["says"])] == [
        "warning"
    ]
    imported(people.own_centre, file)
    assert gvhds() == []
    assert outcomes(table(people, head, cells, name="b.csv")) == {"same": 1}


def test_with_the_day_it_is_stored_as_the_form_stores_no(people: People) -> None:
    file = table(people, f"{GRADE};{AS_OF}", "0;01/05/2015")
    assert outcomes(file) == {"new": 1} and UNTIL not in says(line(file, 2))
    imported(people.own_centre, file)
    assert gvhds() == [{"occurred": "NO", "as_of": "2015-05-01"}]
    again = table(people, f"{GRADE};{AS_OF}", "0;01/05/2015", name="b.csv")
    assert outcomes(again) == {"same": 1}
    later = table(people, GRADE, "0", name="c.csv")
    assert outcomes(later) == {"same": 1}


def test_the_day_is_answered_below_the_line_for_all(people: People) -> None:
    file = table(people, GRADE, "0", "0")
    row = line(file, 2)
    answer_missing(by=people.own_centre, row=row, target=AS_OF, text="01/05/2015", alike=True)
    assert outcomes(file) == {"new": 2} and UNTIL not in says(line(file, 2))
    imported(people.own_centre, now(file))
    assert gvhds("P1") == gvhds("P2") == [{"occurred": "NO", "as_of": "2015-05-01"}]


@pytest.mark.parametrize(
    ("head", "cells", "told"),
    [
        (GRADE, "II", "without its date"),
        (f"{GRADE};acute_gvhd.skin", "0;2", "without its date"),
        (f"{GRADE};acute_gvhd.skin;acute_gvhd.date_onset", "0;2;01/03/2015", "organ stage"),
        (f"{GRADE};acute_gvhd.occurred", "0;yes", "without its date"),
        (f"{GRADE};acute_gvhd.occurred", "0;no", "Still no on"),
    ],
)
def test_what_tells_of_a_gvhd_is_asked_as_before(
    people: People, head: str, cells: str, told: str
) -> None:
    file = table(people, head, cells)
    assert outcomes(file) == {"rejected": 1} and told in says(line(file, 2))
    assert UNTIL not in says(line(file, 2))


def test_where_a_gvhd_is_known_a_grade_of_0_is_no_silence(people: People) -> None:
    transplant = {"key": "t", "number": 1, "date": "2015-02-01", "type": "ALLO"}
    people.register(
        {"key": "P1", "transplants": [transplant | {"acute_gvhds": [{"key": "g"} | GVHD]}]}
    )
    file = table(people, GRADE, "0", name="a.csv")
    assert outcomes(file) == {"rejected": 1} and "which of the 1 that are known" in says(
        line(file, 2)
    )
    file = table(people, f"{GRADE};{AS_OF}", "0;01/05/2015", name="b.csv")
    assert outcomes(file) == {"rejected": 1}

"""Is the only stored record found again next month, and does a reason alone make none?"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from registry.actions.answer_missing import answer_missing
from registry.models import ImportFile
from tests.exchange.desk import csv, imported, line, now, outcomes, says, uploaded
from tests.registry.people import People, stored

HEAD = "UPN;transplant.date;transplant.number;transplant.type"
LINE = "01/02/2015;1;Allogeneic"
GRADE, ONSET = "acute_gvhd.grade_reported", "acute_gvhd.date_onset"
WHICH = "which of the 1 that are known"
SKIN = "acute_gvhd.skin"
UNK = {"missing": "UNK"}
UNDATED = {"key": "g", "date_onset": UNK, "grade_reported": "II", "skin": UNK}
DATED = UNDATED | {"date_onset": "2015-03-01"}


def table(people: People, head: str, *cells: str, name: str = "a.csv") -> ImportFile:
    rows = (f"P1;{LINE};{one}" for one in cells)
    return uploaded(people.own_centre, csv(f"{HEAD};{head}", *rows), name)


def gvhds(key: str = "P1", name: str = "acute_gvhd") -> list[dict[str, str]]:
    (transplant,) = stored(key).root.of("transplant")
    return [
        {item: str(answer) for item, answer in one.answers.items()} for one in transplant.of(name)
    ]


def with_gvhd(people: People, *records: Mapping[str, object]) -> None:
    transplant = {"key": "t", "number": 1, "date": "2015-02-01", "type": "ALLO"}
    people.register({"key": "P1", "transplants": [transplant | {"acute_gvhds": list(records)}]})


def with_relapse(people: People, **answers: object) -> None:
    relapse = {"key": "r", "number": 1, "kind": "RELAPSE"} | answers
    transplant = {"key": "t", "number": 1, "date": "2015-02-01", "type": "ALLO"}
    people.register({"key": "P1", "transplants": [transplant], "relapses": [relapse]})


def test_next_months_table_goes_in_where_the_onset_was_answered_unknown(people: People) -> None:
    may = table(people, f"{GRADE};{SKIN}", "II;UNK")
    answer_missing(by=people.own_centre, row=line(may, 2), target=ONSET, text="UNK", alike=True)
    imported(people.own_centre, now(may))
    assert gvhds() == [{"grade_reported": "II", "date_onset": "UNK", "skin": "UNK"}]
    assert outcomes(table(people, GRADE, "II", name="june.csv")) == {"same": 1}
    again = table(people, f"{GRADE};{ONSET}", "II;UNK", name="july.csv")
    assert outcomes(again) == {"same": 1}


@pytest.mark.parametrize(
    ("head", "cells", "item", "value"),
    [
        (GRADE, "I", "grade_reported", "I"),
        (f"{GRADE};{ONSET}", "I;UNK", "grade_reported", "I"),
        (f"{GRADE};{ONSET}", "II;03/03/2015", "date_onset", "2015-03-03"),
    ],
)
def test_what_differs_changes_the_only_one(
    people: People, head: str, cells: str, item: str, value: str
) -> None:
    with_gvhd(people, UNDATED)
    file = table(people, head, cells)
    assert outcomes(file) == {"changed": 1}, says(line(file, 2))
    imported(people.own_centre, file)
    (one,) = gvhds()
    assert one[item] == value


def test_a_line_without_a_day_means_the_only_one_of_a_known_day_and_keeps_it(
    people: People,
) -> None:
    with_gvhd(people, DATED)
    assert outcomes(table(people, GRADE, "II")) == {"same": 1}
    imported(people.own_centre, table(people, GRADE, "I", name="b.csv"))
    assert gvhds() == [{"date_onset": "2015-03-01", "grade_reported": "I", "skin": "UNK"}]


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        (f"{GRADE};{ONSET}", "II;UNK"),
        (f"{GRADE};{ONSET}", "II;CLEAR"),
        (GRADE, "0"),
        (GRADE, "UNK"),
        ("acute_gvhd.occurred", "no"),
    ],
)
def test_a_known_day_or_grade_is_not_taken_back_unasked(
    people: People, head: str, cells: str
) -> None:
    with_gvhd(people, DATED)
    file = table(people, head, cells)
    assert outcomes(file) == {"rejected": 1} and WHICH in says(line(file, 2))


def test_another_known_day_is_another_record(people: People) -> None:
    with_gvhd(people, DATED)
    imported(people.own_centre, table(people, f"{GRADE};{ONSET};{SKIN}", "II;20/03/2015;UNK"))
    assert sorted(one["date_onset"] for one in gvhds()) == ["2015-03-01", "2015-03-20"]


def test_of_several_it_is_asked(people: People) -> None:
    with_gvhd(people, DATED, UNDATED | {"key": "h"})
    file = table(people, GRADE, "II")
    assert outcomes(file) == {"rejected": 1} and "which of the 2" in says(line(file, 2))


def test_what_an_earlier_line_adds_is_not_the_only_one(people: People) -> None:
    file = table(people, f"{GRADE};{ONSET}", "II;UNK", "I;UNK")
    assert WHICH in says(line(file, 3))


def test_a_visit_of_an_unknown_day_is_the_same_but_never_changed(people: People) -> None:
    visit = {"key": "v", "date_of_contact": UNK, "status": "ALIVE"}
    people.register({"key": "P1", "follow_ups": [visit]})
    head = "UPN;follow_up.date_of_contact;follow_up.status"
    for cells, outcome in (("UNK;alive", "same"), ("UNK;lost", "rejected"), (";alive", "rejected")):
        body = csv(head, f"P1;{cells}")
        assert outcomes(uploaded(people.own_centre, body, f"{outcome}{cells[:1]}.csv")) == {
            outcome: 1
        }, cells


@pytest.mark.parametrize(
    ("was", "cells", "outcome"),
    [
        ("2016-10", "10/10/2016", "changed"),
        ("2016-10", "10/11/2016", "rejected"),
        ("2016", "10/11/2016", "rejected"),
        ("2016-10-09", "10/10/2016", "rejected"),
        ("2016-10-09", "10/2016", "rejected"),
    ],
)
def test_a_day_in_the_month_of_the_only_relapse_makes_it_more_exact(
    people: People, was: str, cells: str, outcome: str
) -> None:
    with_relapse(people, date=was)
    file = table(people, "relapse.date", cells)
    assert outcomes(file) == {outcome: 1}, says(line(file, 2))
    if outcome == "changed":
        imported(people.own_centre, file)
        (one,) = stored("P1").root.of("relapse")
        assert str(one.answers["date"]) == "2016-10-10"


def test_but_not_where_the_line_says_something_else_of_it(people: People) -> None:
    with_relapse(people, date="2016-10")
    file = table(people, "relapse.date;relapse.kind", "10/10/2016;MOLECULAR")
    assert outcomes(file) == {"rejected": 1}


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        (GRADE, "n/a"),
        (GRADE, "unknown"),
        (f"{GRADE};{ONSET}", "n/a;UNK"),
        (f"{GRADE};acute_gvhd.system", "not applicable;MAGIC"),
        ("chronic_gvhd.occurred", "UNK"),
    ],
)
def test_a_reason_alone_makes_no_record(people: People, head: str, cells: str) -> None:
    file = table(people, head, cells)
    assert outcomes(file) == {"new": 1}, says(line(file, 2))
    imported(people.own_centre, file)
    assert gvhds() == gvhds(name="chronic_gvhd") == []
    assert outcomes(table(people, head, cells, name="b.csv")) == {"same": 1}


@pytest.mark.parametrize("word", ["molecular?", "molecular (?)", "? molecular", "?", "unknown?"])
def test_a_word_in_doubt_is_asked(people: People, word: str) -> None:
    file = table(people, "relapse.date;relapse.kind", f"01/12/2016;{word}")
    assert outcomes(file) == {"rejected": 1} and "is not one of" in says(line(file, 2))

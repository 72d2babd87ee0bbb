"""Is a table that comes twice kept once, are lines of two tables left alone, and is an answer column never lost?"""

from __future__ import annotations

import threading
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from registry.actions.answer_missing import answer_missing
from registry.actions.drop_file import drop_file
from registry.actions.name_columns import Widened, name_columns
from registry.actions.upload_file import StillWaits, upload_file
from registry.models import ImportFile
from registry.scope import every_centre
from registry.views.import_earlier import same_columns
from registry.work import rows_to_correct, waiting_for
from tests.exchange.desk import csv, judged, line, lines, now, outcomes, uploaded
from tests.registry.people import new_people

if TYPE_CHECKING:
    from registry.models import User
    from tests.registry.people import People

pytestmark = pytest.mark.django_db

TABLE = csv("UPN;Sex", "A-1;Q")
LEUKAEMIA = (
    "UPN;Date of birth;Diagnosis;Date of diagnosis;Transplant number;Transplant date",
    "A-1;01/02/2003;ALL;03/04/2007;1;14/03/2008",
    "A-2;01/02/2004;ALL;03/04/2007;1;14/03/2008",
)
PHENOTYPE = "disease.all_phenotype"


def _to_correct(people: People) -> int:
    with every_centre():
        count = rows_to_correct(people.own_centre).count()
        assert waiting_for(people.own_centre, date(2026, 1, 1)).rows == count
    return count


# --- the same bytes --------------------------------------------------------------------------------


def test_the_same_bytes_are_kept_once_while_they_wait(people: People) -> None:
    first = uploaded(people.own_centre, TABLE)
    with pytest.raises(StillWaits) as still:
        upload_file(by=people.own_centre, name="copy.csv", body=TABLE)
    assert still.value.file.pk == first.pk
    assert upload_file(by=people.other_centre, name="a.csv", body=TABLE).pk != first.pk
    drop_file(by=people.own_centre, file=first)
    assert upload_file(by=people.own_centre, name="a.csv", body=TABLE).pk != first.pk


@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_once_end_in_one_table() -> None:
    by, ready, ends = new_people().own_centre, threading.Barrier(2), list[str]()

    def upload() -> None:
        ready.wait(10)
        ends.append(_end_of(by))
        connection.close()

    hands = [threading.Thread(target=upload) for _one in range(2)]
    for one in hands:
        one.start()
    for one in hands:
        one.join()
    assert sorted(ends) == ["kept", "waits"]
    with every_centre():
        assert ImportFile.objects.count() == 1


def _end_of(by: User) -> str:
    try:
        upload_file(by=by, name="a.csv", body=TABLE)
    except StillWaits:
        return "waits"
    return "kept"


# --- lines of two tables ---------------------------------------------------------------------------


def test_another_patient_at_the_same_place_takes_nothing(people: People) -> None:
    people.register({"key": "001", "sex": "F"})
    head = "UPN;Date of last contact;Vital status"
    first = uploaded(people.own_centre, csv(head, "1;31/12/2016;ALIVE"), "a.csv")
    assert outcomes(first) == {"rejected": 1}
    uploaded(people.own_centre, csv(head, "2;31/12/2016;ALIVE"), "b.csv")
    assert sorted(lines(first)) == [2] and now(first).state == "ready" and now(first).body


def test_another_measurement_takes_nothing_and_both_are_counted(people: People) -> None:
    head = "UPN;Sex;Date of birth;Transplant number;Transplant date;Transplant type"
    rows = [f"A-1;F;05/01/2001;1;{day};Allogeneic" for day in ("31/02/2010", "32/03/2010")]
    february = uploaded(people.own_centre, csv(head, rows[0]), "february.csv")
    march = uploaded(people.own_centre, csv(head, rows[1]), "march.csv")
    assert [now(one).state for one in (february, march)] == ["ready", "ready"]
    assert _to_correct(people) == 2
    drop_file(by=people.own_centre, file=february)
    assert _to_correct(people) == 1 and sorted(lines(march)) == [2]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (["UPN", "Sex"], ["sex", " upn "], True),
        (["UPN", "Sex"], ["UPN", "Sex", "", "What to correct"], True),
        (["UPN", "Sex"], ["UPN", "Sex", "Remarks"], False),
        (["UPN", "Sex", "Sex"], ["UPN", "Sex"], False),
        (["UPN", "Sex", "+Phenotype"], ["UPN", "Sex"], True),
        (["UPN", "Sex", "+Phenotype"], ["UPN", "Sex", "Phenotype"], True),
        (["UPN", "Sex", "+Phenotype"], ["UPN", "Sex", "Type"], False),
    ],
)
def test_columns_are_the_same_by_their_words(one: list[str], other: list[str], same: bool) -> None:
    def told(heads: list[str]) -> list[dict[str, object]]:
        return [{"header": head.strip("+"), "added": head.startswith("+")} for head in heads]

    assert same_columns(told(one), told(other)) is same
    assert same_columns(told(other), told(one)) is same


# --- the columns of answers ------------------------------------------------------------------------


def test_columns_named_without_the_added_one_are_refused(people: People) -> None:
    file = uploaded(people.own_centre, csv(*LEUKAEMIA))
    before = [one["target"] for one in now(file).columns]
    answer_missing(by=people.own_centre, row=line(file, 2), target=PHENOTYPE, text="T lineage")
    for targets in (before, [*before, PHENOTYPE, ""]):
        with pytest.raises(Widened):
            name_columns(by=people.own_centre, file=now(file), targets=targets)
    assert now(file).columns[6]["target"] == PHENOTYPE and line(file, 2).outcome == "new"


def test_an_added_column_that_was_left_out_is_used_again(people: People) -> None:
    by, file = people.own_centre, uploaded(people.own_centre, csv(*LEUKAEMIA))
    answer_missing(by=by, row=line(file, 2), target=PHENOTYPE, text="T lineage")
    added = now(file).columns[6]
    name_columns(
        by=by, file=now(file), targets=[*[one["target"] for one in now(file).columns[:6]], ""]
    )
    assert outcomes(judged(file)) == {"rejected": 2}
    answer_missing(by=by, row=line(file, 3), target=PHENOTYPE, text="B lineage")
    assert now(file).columns[6:] == [added] and now(file).state == "queued"
    # What was answered before counts again too.
    assert outcomes(judged(file)) == {"new": 2}
    assert [line(file, one).texts[6] for one in (2, 3)] == ["T lineage", "B lineage"]


def test_a_column_of_the_owner_that_was_left_out_is_not_read_for_an_answer(people: People) -> None:
    head, *rows = LEUKAEMIA
    by = people.own_centre
    file = uploaded(by, csv(f"{head};Disease: Phenotype", *[f"{one};?" for one in rows]))
    targets = [one["target"] for one in now(file).columns]
    name_columns(by=by, file=now(file), targets=[*targets[:6], ""])
    judged(file)
    answer_missing(by=by, row=line(file, 2), target=PHENOTYPE, text="T lineage")
    assert [one["target"] for one in now(file).columns[6:]] == ["", PHENOTYPE]
    assert outcomes(file) == {"new": 1, "rejected": 1}

"""Is a line that is uploaded twice counted once, and is nothing taken that is another line?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from registry.actions.correct_cell import correct_cell
from registry.actions.drop_file import drop_file
from registry.actions.import_state import begin_again, changing
from registry.models import ImportFile
from registry.scope import every_centre
from registry.work import rows_to_correct, waiting_for
from tests.exchange.desk import csv, imported, judged, line, lines, now, outcomes, uploaded

if TYPE_CHECKING:
    from tests.registry.people import People

pytestmark = pytest.mark.django_db

HEAD = "UPN;Sex;Date of birth;Transplant number;Transplant date;Transplant type"
GOOD = "A-1;F;05/01/2001;1;14/03/2008;Allogeneic"
NO_SEX = "A-2;Q;06/02/2002;1;15/04/2009;Allogeneic"
NO_DAY = "A-3;M;07/03/2003;1;31/02/2010;Allogeneic"
FIRST = csv(HEAD, GOOD, NO_SEX, NO_DAY)


def _to_correct(people: People) -> int:
    with every_centre():
        count = rows_to_correct(people.own_centre).count()
        assert waiting_for(people.own_centre, date(2026, 1, 1)).rows == count
    return count


def test_the_corrected_table_has_the_lines_and_the_earlier_one_is_over(people: People) -> None:
    first = uploaded(people.own_centre, FIRST, "first.csv")
    assert _to_correct(people) == 2
    second = uploaded(
        people.own_centre, csv(HEAD, GOOD, NO_SEX.replace("Q", "F"), NO_DAY), "second.csv"
    )
    assert _to_correct(people) == 1
    assert outcomes(second) == {"new": 2, "rejected": 1}
    first = now(first)
    assert (first.state, lines(first), bytes(first.body)) == ("dropped", {}, b"")
    assert "3 lines that waited here stand in second.csv too" in first.failure
    assert first.finished_at is not None


def test_what_is_stored_stays_and_only_the_rest_goes_over(people: People) -> None:
    first = imported(people.own_centre, uploaded(people.own_centre, FIRST))
    assert (first.state, _to_correct(people)) == ("ready", 2)
    # Moved up, in other columns, with one more, and one of the two only.
    head = "Transplant type;UPN;Sex;Date of birth;Transplant number;Transplant date;Remarks"
    mended = "Allogeneic;A-2;F;06/02/2002;1;15/04/2009;"
    second = uploaded(people.own_centre, csv(head.replace(";Remarks", ";"), mended))
    assert outcomes(second) == {"new": 1} and _to_correct(people) == 1
    assert sorted(lines(first)) == [2, 4] and now(first).state == "ready"
    third = uploaded(people.own_centre, csv(HEAD, GOOD, NO_SEX, NO_DAY.replace("31/02", "28/02")))
    assert outcomes(third) == {"same": 1, "rejected": 1, "new": 1}
    assert (now(first).state, sorted(lines(first))) == ("done", [2])
    assert _to_correct(people) == 1


@pytest.mark.parametrize(
    "other",
    [
        csv(HEAD, "A-2;Q;06/02/2002;1;16/04/2009;Allogeneic"),
        csv(HEAD, "A-9;Q;06/02/2002;1;15/04/2009;Allogeneic"),
        csv(HEAD.rpartition(";")[0], "A-2;Q;06/02/2002;1;15/04/2009"),
        csv(HEAD, "", GOOD.replace("A-1", "A-7")),
    ],
    ids=["another day", "another patient", "a column is missing", "other lines"],
)
def test_another_line_takes_nothing(other: bytes, people: People) -> None:
    first = uploaded(people.own_centre, csv(HEAD, GOOD, NO_SEX))
    uploaded(people.own_centre, other)
    assert sorted(lines(first)) == [2, 3] and now(first).state == "ready"


def test_a_line_mended_on_the_page_is_not_taken_by_the_older_words(people: People) -> None:
    first = uploaded(people.own_centre, csv(HEAD, NO_DAY.replace("M;", "Q;")))
    correct_cell(by=people.own_centre, row=line(first, 2), column=1, text="M")
    uploaded(people.own_centre, csv(HEAD, NO_DAY.replace("M;", "Q;")))
    assert line(first, 2).texts[1] == "M"
    assert _to_correct(people) == 2


def test_a_number_that_was_wrong_is_the_same_line_at_its_place(people: People) -> None:
    stranger = uploaded(people.other_centre, csv(HEAD, NO_SEX))
    first = uploaded(people.own_centre, csv(HEAD, NO_SEX.replace("A-2", "")))
    uploaded(people.own_centre, csv(HEAD, NO_SEX))
    assert now(first).state == "dropped" and now(stranger).state == "ready"


def test_the_earlier_table_judged_anew_hands_its_lines_over_again(people: People) -> None:
    first = imported(people.own_centre, uploaded(people.own_centre, FIRST))
    uploaded(people.own_centre, csv(HEAD, GOOD, NO_SEX))
    assert sorted(lines(first)) == [2, 4]
    with changing(by=people.own_centre, centre_id=first.centre_id, file_id=first.pk) as file:
        begin_again(file)
    assert sorted(lines(judged(first))) == [2, 4] and _to_correct(people) == 2


def test_giving_the_later_upload_up_gives_its_lines_up(people: People) -> None:
    uploaded(people.own_centre, csv(HEAD, NO_SEX))
    second = uploaded(people.own_centre, csv(HEAD, NO_SEX, ""))
    drop_file(by=people.own_centre, file=second)
    assert _to_correct(people) == 0
    with every_centre():
        assert {one.state for one in ImportFile.objects.all()} == {"dropped"}

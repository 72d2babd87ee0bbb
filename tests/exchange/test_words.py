"""Is a word that was answered for all rows read so in the centre's next table? Said, changed, taken back; never guessed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, transaction

from registry.actions.answer_word import NotTold, answer_word, forget_word, read_again
from registry.actions.correct_cell import correct_alike, correct_cell
from registry.actions.forget_files import KEPT, forget_old_files
from registry.actions.import_state import NotNow
from registry.exchange.heard import may_be_remembered
from registry.models import ImportFile, ImportWord
from registry.scope import every_centre, scope
from tests.exchange.desk import csv, imported, judged, line, lines, now, outcomes, says, uploaded
from tests.registry.people import People, stored

HEAD = "UPN;Transplant: Date;Graft: Donor type"
TABLE = csv(HEAD, "P1;01/02/2015;unrelated", "P2;01/03/2015;unrelated", "P3;01/04/2015;UNRELATED")
NEXT = csv(HEAD, "P4;01/02/2016;Unrelated ", "P5;01/03/2016;haplo", "P6;01/04/2016;sibling")
DONOR = "graft.donor_type"


def taught(people: People, answer: str = "URD_MATCHED", body: bytes = TABLE) -> ImportFile:
    """A table of which a word was answered for all rows."""
    file = uploaded(people.own_centre, body, "first.csv")
    correct_alike(by=people.own_centre, row=line(file, 2), column=2, text=answer)
    return now(file)


def told() -> list[tuple[str, str, object]]:
    """What is remembered."""
    with every_centre():
        return list(ImportWord.objects.order_by("pk").values_list("target", "word", "means"))


def donor(key: str) -> object:
    (transplant,) = stored(key).root.of("transplant")
    (graft,) = transplant.of("graft")
    return graft.answers.get("donor_type")


def test_a_word_that_was_answered_for_all_rows_is_read_in_the_next_table(people: People) -> None:
    file = taught(people)
    assert told() == [(DONOR, "unrelated", "URD_MATCHED")]
    assert outcomes(file) == {"new": 3}, "in other letters, small or large, it is the same word"
    later = uploaded(people.own_centre, NEXT, "next.csv")
    assert outcomes(later) == {"new": 2, "rejected": 1}
    assert line(later, 2).read_as == ['["graft.donor_type", "unrelated", "URD_MATCHED"]']
    assert line(later, 3).read_as == []
    assert "sibling" in says(line(later, 4))
    imported(people.own_centre, later)
    assert (donor("P4"), donor("P5")) == ("URD_MATCHED", "HAPLO")


def test_the_dictionary_comes_first(people: People) -> None:
    taught(people)
    with every_centre():
        ImportWord.objects.update(word="haplo", means="CORD")
    later = uploaded(people.own_centre, NEXT, "next.csv")
    assert line(later, 3).read_as == []
    assert outcomes(later) == {"new": 1, "rejected": 2}


def test_an_answer_that_the_dictionary_has_no_more_is_asked_again(people: People) -> None:
    taught(people)
    with every_centre():
        ImportWord.objects.update(means="GONE")
    later = uploaded(people.own_centre, NEXT, "next.csv")
    assert outcomes(later) == {"new": 1, "rejected": 2}
    correct_alike(by=people.own_centre, row=line(later, 2), column=2, text="URD_MISMATCHED")
    assert told() == [(DONOR, "unrelated", "GONE")], "one row is nobody's custom"


def test_the_answer_of_another_table_replaces_it(people: People) -> None:
    taught(people)
    with every_centre():
        ImportWord.objects.update(means="GONE")
    body = csv(HEAD, "P7;01/02/2015;Unrelated", "P8;01/03/2015;Unrelated")
    file = uploaded(people.own_centre, body, "second.csv")
    correct_alike(by=people.own_centre, row=line(file, 2), column=2, text="Unknown")
    with every_centre():
        (one,) = ImportWord.objects.all()
        assert (one.means, one.file_id) == ({"missing": "UNK"}, file.pk)
    assert outcomes(uploaded(people.own_centre, NEXT, "next.csv")) == {"new": 2, "rejected": 1}


def test_words_of_several_answers_are_remembered_as_all_of_them(people: People) -> None:
    head = "UPN;Transplant: Date;Prophylaxis: Drugs"
    body = csv(head, "P1;01/02/2015;CsA/MTX short", "P2;01/03/2015;CsA/MTX short")
    file = uploaded(people.own_centre, body, "a.csv")
    correct_alike(by=people.own_centre, row=line(file, 2), column=2, text="CSA; MTX")
    assert told() == [("prophylaxis.drugs", "csa/mtx short", ["CSA", "MTX"])]
    later = uploaded(people.own_centre, csv(head, "P3;01/02/2015;CsA/MTX short"), "b.csv")
    assert outcomes(later) == {"new": 1}


# --- what is not remembered ------------------------------------------------------------------------


def test_a_single_row_and_one_patients_rows_teach_nothing(people: People) -> None:
    body = csv(HEAD, "P1;01/02/2015;Ada", "P1;01/03/2016;Ada", "P2;01/03/2015;odd")
    file = uploaded(people.own_centre, body, "a.csv")
    correct_alike(by=people.own_centre, row=line(file, 2), column=2, text="URD_MATCHED")
    correct_alike(by=people.own_centre, row=line(file, 4), column=2, text="URD_MATCHED")
    correct_cell(by=people.own_centre, row=line(file, 2), column=2, text="SIB_MATCHED")
    assert told() == []


def test_what_is_typed_is_not_remembered(people: People) -> None:
    head = "UPN;identity.birth_date;graft.cd34_dose;Transplant: Date;Graft: Donor type"
    body = csv(
        head,
        "P1;soon;many;01/02/2015;03/2015",
        "P2;soon;many;01/03/2015;03/2015",
    )
    file = uploaded(people.own_centre, body, "a.csv")
    for column, answer in ((1, "01/02/1990"), (2, "4"), (4, "URD_MATCHED")):
        correct_alike(by=people.own_centre, row=line(file, 2), column=column, text=answer)
    correct_alike(by=people.own_centre, row=line(file, 3), column=1, text="02/01/1990")
    assert outcomes(file) == {"new": 2}
    assert told() == []


@pytest.mark.parametrize("answer", ["", "CLEAR", "no such answer"])
def test_what_is_no_answer_is_not_remembered(people: People, answer: str) -> None:
    taught(people, answer)
    assert told() == []


@pytest.mark.parametrize(
    "word",
    [
        *("12/03/15", "2015", "mar 12 2015", "1.2.3", "123456", "HK-00123", "#N/A", "x" * 61, " "),
        *("1", "9999", "4711", "03/15", "10.2.", "12/2015", "0043 1", "?", "HK 0012", "p123"),
        *("12-Mar", "Mar-15", "march 2015", "3. Okt", "1 dez 15"),
    ],
)
def test_what_may_be_a_patients_own_is_no_word(word: str) -> None:
    assert not may_be_remembered(DONOR, word)
    assert all(may_be_remembered(DONOR, one) for one in ("10/10 unrelated", "10/10 ud", "may be 1"))
    assert not may_be_remembered("identity.given_name", "unrelated")


def test_what_was_kept_before_and_may_not_be_is_asked_again(people: People) -> None:
    file = taught(people)
    with every_centre():
        ImportWord.objects.update(word="1")
    body = csv(HEAD, "P4;01/02/2016;1", "P5;01/02/2016;1")
    assert outcomes(uploaded(people.own_centre, body, "next.csv")) == {"rejected": 2}
    with pytest.raises(NotNow, match="may be a patient's own"):
        answer_word(by=people.own_centre, file=file, target=DONOR, word="1", text="HAPLO")
    forget_word(by=people.own_centre, file=file, target=DONOR, word="1")
    assert told() == []


# --- changed and taken back ------------------------------------------------------------------------


def test_a_word_that_is_taken_back_is_asked_again(people: People) -> None:
    taught(people)
    later = uploaded(people.own_centre, NEXT, "next.csv")
    file = forget_word(by=people.own_centre, file=later, target=DONOR, word="unrelated")
    assert (told(), outcomes(file)) == ([], {"new": 1, "rejected": 2})
    assert line(file, 2).read_as == []
    with pytest.raises(NotTold):
        forget_word(by=people.own_centre, file=file, target=DONOR, word="unrelated")


def test_a_word_that_is_answered_otherwise_is_read_so_at_once(people: People) -> None:
    taught(people)
    later = uploaded(people.own_centre, NEXT, "next.csv")
    about = {"target": DONOR, "word": "unrelated"}
    answer_word(by=people.own_centre, file=later, text="URD_MISMATCHED", **about)
    assert told() == [(DONOR, "unrelated", "URD_MISMATCHED")]
    imported(people.own_centre, later)
    assert donor("P4") == "URD_MISMATCHED"
    for text in ("", "CLEAR", "no such answer"):
        with pytest.raises(NotNow):
            answer_word(by=people.own_centre, file=later, text=text, **about)
    assert told() == [(DONOR, "unrelated", "URD_MISMATCHED")]


def test_a_table_that_waits_says_how_it_was_read_until_it_is_read_again(people: People) -> None:
    first = taught(people)
    later = uploaded(people.own_centre, NEXT, "next.csv")
    about = {"target": DONOR, "word": "unrelated"}
    answer_word(by=people.own_centre, file=first, text="URD_MISMATCHED", **about)
    assert line(later, 2).read_as == ['["graft.donor_type", "unrelated", "URD_MATCHED"]']
    read_again(by=people.own_centre, file=later, **about)
    assert line(later, 2).read_as == ['["graft.donor_type", "unrelated", "URD_MISMATCHED"]']


def test_another_centre_learns_and_changes_nothing(people: People) -> None:
    file = taught(people)
    other = uploaded(people.other_centre, NEXT, "next.csv")
    assert outcomes(other) == {"new": 1, "rejected": 2}
    with pytest.raises(NotTold):
        forget_word(by=people.other_centre, file=other, target=DONOR, word="unrelated")
    with pytest.raises(PermissionDenied):
        forget_word(by=people.colleague_read_only, file=file, target=DONOR, word="unrelated")
    assert len(told()) == 1
    assert judged(other).pk == other.pk and lines(other)[2].read_as == []


def test_the_database_keeps_a_centres_words_to_itself(people: People) -> None:
    file = taught(people)
    assert ImportWord.objects.count() == 0, "without a scope"
    with scope([people.other_centre.centre_id]):
        assert ImportWord.objects.count() == 0
        row = ImportWord(
            centre=people.centre,
            target=DONOR,
            word="haplo",
            means="HAPLO",
            by=people.other_centre,
            at=file.uploaded_at,
        )
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            row.save()


def test_what_is_emptied_holds_no_word(people: People) -> None:
    taught(people)
    later = imported(people.own_centre, uploaded(people.own_centre, NEXT, "next.csv"))
    correct_cell(by=people.own_centre, row=line(later, 4), column=2, text="haplo")
    later = imported(people.own_centre, later)
    assert later.finished_at and line(later, 2).read_as
    forget_old_files(later.finished_at + KEPT + timedelta(seconds=1))
    assert [one.read_as for one in lines(later).values()] == [[], [], []]
    assert len(told()) == 1, "the centre's word stays"

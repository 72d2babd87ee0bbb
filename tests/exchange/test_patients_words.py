"""Is a word kept that may be a patient's own? Never a name or a number, whoever's lines hold it."""

from __future__ import annotations

import pytest

from registry.actions.answer_word import answer_word
from registry.actions.correct_cell import correct_alike
from registry.actions.import_state import NotNow
from registry.models import ImportFile, ImportWord
from registry.scope import every_centre
from tests.exchange.desk import csv, line, outcomes, uploaded
from tests.registry.people import People

DATED = "UPN;Transplant: Date;Graft: Donor type"
NAMED = f"{DATED};Identity: Given name;Identity: Family name;Identity: Date of birth"
ONE, TWO = "Ada;Byron;10/12/1990", "Eve;Hart;11/12/1991"
DONOR = "graft.donor_type"


def told() -> list[str]:
    """The words that are kept."""
    with every_centre():
        return list(ImportWord.objects.order_by("pk").values_list("word", flat=True))


def answered(people: People, *rows: str) -> ImportFile:
    """A table, and what stands as donor in its first line is answered for all rows."""
    file = uploaded(people.own_centre, csv(*rows), "a.csv")
    correct_alike(by=people.own_centre, row=line(file, 2), column=2, text="URD_MATCHED")
    return file


@pytest.mark.parametrize("number", ["", "p1", " P1 ", "P 1", "P-1", "P01", "--", "P" * 200])
def test_lines_that_may_be_of_one_patient_teach_nothing(people: People, number: str) -> None:
    file = answered(people, DATED, "P1;01/02/2015;Ada", f"{number};01/03/2016;Ada")
    assert line(file, 3).texts[2] == "URD_MATCHED"
    assert told() == []


def test_a_number_that_is_asked_is_nobodys(people: People) -> None:
    people.register({"key": "0012"})
    answered(people, DATED, "0012;01/02/2015;Ada", "12;01/03/2016;Ada")
    head = f"{DATED};Pseudonym"
    answered(people, head, "0012;01/02/2015;Ada;", "P9;01/03/2016;Ada;NOBODYS")
    assert told() == []


def test_other_lines_still_teach(people: People) -> None:
    answered(people, DATED, "P1;01/02/2015;sib", ";01/02/2015;sib", "P2;01/02/2015;sib")
    assert told() == ["sib"]


def test_one_person_under_two_numbers_teaches_nothing(people: People) -> None:
    answered(people, NAMED, f"P1;01/02/2015;Addi;{ONE}", f"Q7;01/03/2016;Addi;{ONE}")
    other = ONE.replace("Ada", "ADA").replace("10/12/1990", "10.12.1990")
    answered(people, NAMED, f"P1;01/02/2015;Addi;{ONE}", f"Q7;01/03/2016;Addi;{other}")
    answered(people, NAMED, f"P1;01/02/2015;Addi;{ONE}", "Q7;01/03/2016;Addi;Ada;;unknown")
    assert told() == []
    answered(people, NAMED, f"P1;01/02/2015;addi;{ONE}", f"Q7;01/03/2016;addi;{TWO}")
    assert told() == ["addi"]


@pytest.mark.parametrize(
    "word", ["Ada", "BYRON", "Byron, Ada", "Ada  Byron", "Mrs. Byron", "A-7", "a 7 byron"]
)
def test_what_names_somebody_in_the_table_is_not_kept(people: People, word: str) -> None:
    others = (f"A-7;01/02/2015;Haplo;{ONE}", "P8;01/02/2015;Haplo;Unknown;Unknown;12/12/1992")
    rows = (f"P{n};01/0{n}/2015;{{}};{TWO[:-1]}{n}" for n in (1, 2))
    file = answered(people, NAMED, *(one.format(word) for one in rows), *others)
    assert outcomes(file) == {"new": 4}
    assert told() == []


@pytest.mark.parametrize("word", ["unrelated", "10/10 unrelated", "unknown donor"])
def test_what_names_nobody_is_kept(people: People, word: str) -> None:
    others = (f"10;01/02/2015;Haplo;{ONE}", "P8;01/02/2015;Haplo;Unknown;Unknown;12/12/1992")
    rows = (f"P{n};01/0{n}/2015;{word};{TWO[:-1]}{n}" for n in (1, 2))
    answered(people, NAMED, *rows, *others)
    assert told() == [word]


@pytest.mark.parametrize("cells", ["Byron, Ada;", "ADA;Byron"])
def test_what_fills_cells_of_columns_that_are_left_out_is_not_kept(
    people: People, cells: str
) -> None:
    file = answered(
        people,
        f"{DATED};What to correct;What to correct",
        f"P1;01/02/2015;Ada Byron;{cells}",
        "P2;01/02/2015;Ada Byron;unrelated donor was asked;by Ada",
        "P3;01/02/2015;unrelated;;",
        "P4;01/02/2015;unrelated;;",
    )
    assert (line(file, 3).texts[2], told()) == ("URD_MATCHED", [])
    correct_alike(by=people.own_centre, row=line(file, 4), column=2, text="URD_MATCHED")
    assert told() == ["unrelated"]


def test_a_name_that_was_kept_is_not_answered_otherwise_where_it_stands(people: People) -> None:
    answered(people, DATED, "P1;01/02/2015;Ada", "P2;01/02/2015;Ada")
    rows = (f"P3;01/02/2015;Ada;{ONE}", f"P4;01/02/2015;Ada;{TWO}")
    file = uploaded(people.own_centre, csv(NAMED, *rows), "b.csv")
    with pytest.raises(NotNow, match="may be a patient's own"):
        answer_word(by=people.own_centre, file=file, target=DONOR, word="ada", text="HAPLO")

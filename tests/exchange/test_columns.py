"""Are the columns of a table understood by the words above them, and is a doubtful one left to a person?"""

from __future__ import annotations

import pytest

from registry.exchange.columns import BadColumns, check, fold, guess, targets, understood
from tests.exchange import planted


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("UPN", "key"), ("Hospital number", "key"), ("Patient ID", "key"), ("Pseudonym", "pseudonym"),
        ("Center", "centre"), ("Sex", "patient.sex"), ("SEX", "patient.sex"), ("gender", "patient.sex"),
        ("Date of birth (dd/mm/yyyy)", "identity.birth_date"), ("DOB", "identity.birth_date"),
        ("Transplant: Date", "transplant.date"), ("transplant.date", "transplant.date"),
        ("transplants.date", "transplant.date"), ("HSCT date", "transplant.date"),
        ("Transplant_Date", "transplant.date"), ("Date of diagnosis", "disease.date_diagnosis"),
        ("Diagnosis date", "disease.date_diagnosis"), ("dx", "disease.diagnosis"),
        ("donor", "graft.donor_type"), ("Stem cell source", "graft.source"), ("date_of_contact", "follow_up.date_of_contact"),
        ("Relapse date", "relapse.date"), ("acute_gvhd.grade_reported", "acute_gvhd.grade_reported"),
        ("Date", ""), ("Number", ""), ("Remarks", ""), ("", ""),
    ],
)  # fmt: skip
def test_one_header_alone(header: str, target: str) -> None:
    assert guess([header], {}) == [target]


def test_every_item_is_found_by_its_own_words() -> None:
    known = targets()
    assert guess([one.value for one in known], {}) == [one.value for one in known]
    items = [one for one in known if "." in one.value]
    assert guess([f"{one.group}: {one.label}" for one in items], {}) == [one.value for one in items]


def test_a_word_of_several_types_belongs_to_what_the_table_speaks_of() -> None:
    assert guess(["UPN", "Date of contact", "Status"], {})[2] == "follow_up.status"
    assert guess(["UPN", "Date of contact", "Transplant date", "Date"], {})[3] == ""


def test_bare_words_of_a_record_that_nothing_else_speaks_of_are_asked() -> None:
    headers = ["UPN", "Transplant date", "Blasts in marrow (%)"]
    assert guess(headers, {}) == ["key", "transplant.date", ""]
    assert not understood(headers, guess(headers, {}), {})
    assert guess([*headers, "Relapse date"], {})[2] == "relapse.bm_blasts"
    assert guess([*headers[:2], "Relapse: Blasts in the marrow"], {})[2] == "relapse.bm_blasts"
    remembered = {fold(headers[2]): "transplant.blasts_bm_pre"}
    assert guess(headers, remembered)[2] == "transplant.blasts_bm_pre"


def test_accents_case_and_signs_make_no_difference() -> None:
    assert fold("  Größe/É_(İ) ") == "grosse e i"
    assert guess(["dátE Of  BÌRTH"], {}) == ["identity.birth_date"]


def test_what_the_centre_said_before_comes_first() -> None:
    remembered = {"cinsiyet": "patient.sex", "sex": "", "no": "key"}
    headers = ["Cinsiyet", "Sex", "No"]
    assert guess(headers, remembered) == ["patient.sex", "", "key"]
    assert understood(headers, guess(headers, remembered), remembered)


def test_what_stands_twice_is_asked_each_time() -> None:
    remembered = {"upn": "key", "sex": "patient.sex", "date": ""}
    headers = ["UPN", "Sex", "Date", "date"]
    chosen = guess(headers, remembered)
    assert chosen == ["key", "patient.sex", "", ""]
    assert not understood(headers, chosen, remembered)
    assert understood(headers[:3], chosen[:3], remembered)


def test_no_target_stands_twice() -> None:
    assert guess(["UPN", "Sex", "Gender"], {}) == ["key", "patient.sex", ""]


def test_the_planted_table_needs_nobody() -> None:
    assert understood(planted.HEADERS, guess(planted.HEADERS, {}), {})
    assert not understood(["UPN", "Sex", "?"], ["key", "patient.sex", ""], {})
    assert understood(["UPN", "Sex", ""], ["key", "patient.sex", ""], {})
    assert not understood(["Sex"], ["patient.sex"], {})


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        (["key"], "1 columns are named"),
        (["key", "patient.shoe_size"], "no item 'patient.shoe_size'"),
        (["key", "key"], "2 columns are Patient: Number of your hospital"),
        (["", "patient.sex"], "No column tells the patient"),
        (["key", ""], "nothing|anything to say"),
    ],
)
def test_columns_that_make_no_sense_are_refused(chosen: list[str], says: str) -> None:
    with pytest.raises(BadColumns, match=says):
        check(chosen, ["A", "B"])

"""Is a cell read as people write it, and refused with a sentence where it can mean two things?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from registry.dictionary.values import BadValue, Missing, PartialDate, Quantity
from registry.exchange.cells import answer_in
from registry.exchange.columns import all_items, fold, item_of
from registry.exchange.odd_cells import NO_VALUE
from registry.exchange.other_words import other_words
from registry.exchange.units import unit_in


def read(target: str, text: str, unit: str = "") -> object:
    found = item_of(target)
    assert found is not None
    return answer_in(found[1], text, unit)


@pytest.mark.parametrize(
    ("target", "text", "answer"),
    [
        # codes, by code or label, in any case
        ("patient.sex", "F", "F"),
        ("patient.sex", "female", "F"),
        ("patient.cmv_serology", "pos", "POS"),
        ("graft.source", "bone marrow", "BM"),
        ("graft.source", "BM+PB", "BM_PB"),
        ("follow_up.relapse_since", "y", "YES"),
        ("follow_up.relapse_since", "FALSE", "NO"),
        ("relapse.sites", "BM + CNS", frozenset(("BM", "CNS"))),
        ("relapse.sites", "Bone marrow, testis", frozenset(("BM", "TESTIS"))),
        ("disease.cytogenetics", "t(9;22) BCR::ABL1; T_8_21", frozenset(("BCR_ABL1", "T_8_21"))),
        # dates
        ("follow_up.date_of_contact", "14/03/2008", "2008-03-14"),
        ("follow_up.date_of_contact", "4.3.2008", "2008-03-04"),
        ("follow_up.date_of_contact", "2008-03-14", "2008-03-14"),
        ("follow_up.date_of_contact", "2008-03-14 00:00:00", "2008-03-14"),
        ("disease.date_diagnosis", "03/2008", "2008-03"),
        ("disease.date_diagnosis", "2008", "2008"),
        # numbers
        ("disease.wbc_dx", "12,5", Decimal("12.5")),
        ("disease.wbc_dx", "12.5", Decimal("12.5")),
        ("disease.wbc_dx", "12.5 10^9/L", Decimal("12.5")),
        ("disease.blasts_bm_dx", "34%", Decimal(34)),
        ("disease.blasts_bm_dx", "34,5 %", Decimal("34.5")),
        ("status_before.dlco", "80%", Decimal(80)),
        ("follow_up.performance", "90%", 90),
        ("disease.wbc_dx", "12,5 x10⁹/l", Decimal("12.5")),
        ("disease.wbc_dx", "12.5 G/l", Decimal("12.5")),
        ("graft.cd34_dose", "4.2 x10^6 cells/kg", Decimal("4.2")),
        # 1,234 × 10^6/kg cannot be: the point is the decimal one
        ("infusion.cd34_dose", "1.234", Decimal("1.234")),
        ("transplant.number", "1,0", 1),
        ("graft.cd34_dose", "1,234", Decimal("1.234")),
        # reasons
        ("disease.wbc_dx", "ND", Missing.NOT_DONE),
        ("disease.wbc_dx", "not done", Missing.NOT_DONE),
        ("disease.wbc_dx", "n/a", Missing.NOT_APPLICABLE),
        ("disease.date_diagnosis", "unk", Missing.UNKNOWN),
        ("patient.sex", "unknown", "U"),
        ("patient.sex", "UNK", Missing.UNKNOWN),
        ("transplant.place_elsewhere", "ND", Missing.NOT_DONE),
        # text is text
        ("transplant.place_elsewhere", "nd", "nd"),
        ("transplant.place_elsewhere", "=1+1", "=1+1"),
        ("identity.initials", "ND", "ND"),
        ("identity.family_name", "unknown", Missing.UNKNOWN),
        # clearing
        ("disease.wbc_dx", "clear", None),
        ("transplant.place_elsewhere", "CLEAR", None),
        ("transplant.place_elsewhere", "clear", "clear"),
    ],
)
def test_a_cell_is_read(target: str, text: str, answer: object) -> None:
    found = read(target, text)
    assert (str(found) if isinstance(found, PartialDate) else found) == answer


@pytest.mark.parametrize(
    ("target", "text", "says"),
    [
        ("patient.sex", "Q", "'Q' is not one of: Male, Female, Unknown, Other$"),
        ("relapse.sites", "BM, knee", "'knee' is not one of"),
        ("disease.wbc_dx", "forty", "'forty' is not a number"),
        ("graft.cd34_dose", "510.5", "outside 0.01 to 100"),
        ("disease.wbc_dx", "1,234", "two ways"),
        ("disease.wbc_dx", "1.234.567", "two ways"),
        ("disease.wbc_dx", "1.234", "two ways"),
        ("status_before.ferritin", "1.234", "two ways"),
        ("status_before.ferritin", "12.345 ng/ml", "two ways"),
        ("infusion.cd3_dose", "1.234", "two ways"),
        ("disease.wbc_dx", "900 /uL", "'/uL' is not a unit in which this is asked: 10\\^9/L"),
        ("graft.cd34_dose", "5100 /µl", "'/µl' is not a unit"),
        ("follow_up.weight_kg", "34%", "'%' is not a unit in which this is asked: kg"),
        ("disease.wbc_dx", "5/1/2010", "not a number"),
        ("graft.donor_type", "sibling", "'sibling' is not one of"),
        # errors of the spreadsheet are no values, and no reasons either
        ("disease.wbc_dx", "#N/A", "The spreadsheet shows an error here: #N/A"),
        ("transplant.place_elsewhere", "#REF!", "shows an error"),
        ("patient.sex", "#NAME?", "shows an error"),
        ("identity.family_name", "Err:502", "shows an error"),
        ("transplant.place_elsewhere", NO_VALUE, "no result of this formula"),
        ("transplant.number", "1.5", "whole number"),
        ("disease.date_diagnosis", "31.2.2009", "'31.2.2009' is not a day of the calendar"),
        ("disease.date_diagnosis", "31/02/2009", "'31/02/2009' is not a day of the calendar"),
        ("disease.date_diagnosis", "03/04/09", "four digits"),
        ("disease.date_diagnosis", "39521", "not a date"),
        ("disease.date_diagnosis", "spring 2010", "not a date"),
        ("transplant.date", "03/2008", "'03/2008' lacks the day"),
        ("transplant.date", "2008-03-14T09:30:00", "not a date"),
    ],
)
def test_a_cell_is_refused_with_a_sentence(target: str, text: str, says: str) -> None:
    with pytest.raises(BadValue, match=says):
        read(target, text)


@pytest.mark.parametrize("text", ["03/04/99", "31/02/2009", "Emma"])
def test_the_sentence_about_a_birth_date_does_not_quote_it(text: str) -> None:
    with pytest.raises(BadValue, match="dd/mm/yyyy") as refused:
        read("identity.birth_date", text)
    assert text not in str(refused.value)


@pytest.mark.parametrize(
    ("target", "text", "code"),
    [
        ("disease.diagnosis", "acute lymphoblastic leukemia", "ALL"),
        ("graft.donor_type", "Haploidentical", "HAPLO"),
        ("graft.donor_type", "MUD", "URD_MATCHED"),
        ("graft.source", "PBSC", "PB"),
    ],
)
def test_what_hospitals_write_is_understood(target: str, text: str, code: str) -> None:
    assert read(target, text) == code


def test_other_words_mean_a_code_of_their_list() -> None:
    for _type, item in all_items():
        if item.codes:
            for words, code in other_words(item.codes):
                assert code in item.codes.values and fold(words) == words


def test_units_are_taken_from_the_cell_or_the_header() -> None:
    in_grams = Quantity(Decimal("123.000000"), "g/L", Decimal("12.30"))
    assert read("status_before.haemoglobin", "123 g/L") == in_grams
    assert read("status_before.haemoglobin", "123", "g/L") == in_grams
    assert read("status_before.haemoglobin", "12,3") == Quantity(
        Decimal("12.300000"), "g/dL", Decimal("12.30")
    )
    found = item_of("status_before.haemoglobin")
    assert found is not None
    assert unit_in("Haemoglobin (g/L)", found[1]) == "g/L"
    assert unit_in("Haemoglobin [g / dL]", found[1]) == unit_in("Haemoglobin", found[1]) == ""


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("relapse.kind", "MOLECULAR?"),
        ("relapse.kind", "molecular\uff1f"),
        ("relapse.kind", "prob. molecular"),
        ("relapse.kind", "suspected molecular"),
        ("relapse.sites", "Bone marrow, testis?"),
        ("follow_up.relapse_since", "no?"),
        ("patient.sex", "F?"),
        ("disease.wbc_dx", "ND?"),
        ("disease.wbc_dx", "12?"),
        ("disease.date_diagnosis", "2008?"),
        ("disease.date_diagnosis", "unknown?"),
    ],
)
def test_a_value_in_doubt_is_not_read_without_the_doubt(target: str, text: str) -> None:
    with pytest.raises(BadValue):
        read(target, text)

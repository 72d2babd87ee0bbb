"""Are dates and units shown as people write and print them?"""

from datetime import date

import pytest

from registry.dictionary.values import BadValue, PartialDate
from registry.forms.dates import in_print, in_words, iso_dates_retyped, iso_of, typed_form


@pytest.mark.parametrize("text", ["2008-02-26", "2008-02", "2008"])
def test_a_date_is_typed_shown_and_read_again_alike(text: str) -> None:
    assert iso_of(typed_form(PartialDate.parse(text))) == text


@pytest.mark.parametrize("text", ["26/02/08", "1.2.08", "02/08", "26-02-08"])
def test_a_year_of_two_digits_is_refused(text: str) -> None:
    with pytest.raises(BadValue, match="four digits"):
        iso_of(text)


@pytest.mark.parametrize(
    "text", ["26 Feb 2008", "20080226", "２００８", "26/02/2008 10:00", "٢٠٠٨"]
)
def test_anything_else_is_not_guessed(text: str) -> None:
    with pytest.raises(BadValue, match="is not a date"):
        iso_of(text)


def test_a_date_is_read_out_as_precisely_as_it_is_known() -> None:
    known = (PartialDate.parse(text) for text in ("2008-03-04", "2008-03", "2008"))
    assert [in_words(one) for one in known] == ["04 Mar 2008", "Mar 2008", "2008"]
    assert in_words(date(2008, 12, 31)) == "31 Dec 2008"
    assert in_words(None) == ""


def test_dates_in_a_sentence_are_written_as_they_are_typed() -> None:
    sentence = "Date 2008-02-26; Transplant: Date 2008-03"
    assert iso_dates_retyped(sentence) == "Date 26/02/2008; Transplant: Date 03/2008"


def test_a_power_of_ten_is_raised_and_not_torn_from_its_number() -> None:
    assert in_print("41 10^9/L") == "41\u00a0×\u00a010⁹/L"
    assert in_print("10^6/kg") == "10⁶/kg"

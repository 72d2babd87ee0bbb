"""Does the line above a patient's pages say no more of the transplant than the record does?"""

from datetime import date
from typing import Any

import pytest

from registry.dictionary.case import Case
from registry.dictionary.reading import read_case
from registry.models import DICTIONARY
from registry.records import StoredCase
from registry.views.header import Header, header_of

BOTH = [
    {"type": "AUTO", "number": 1, "date": "2010-01-01"},
    {"type": "ALLO", "number": 2, "date": "2011-01-01"},
]


def _header(*transplants: dict[str, Any]) -> Header:
    keyed = [{"key": str(at), **one} for at, one in enumerate(transplants)]
    root = read_case(DICTIONARY, {"key": "P1", "transplants": keyed}).record
    return header_of(StoredCase(root), Case(root, DICTIONARY, date(2020, 1, 1)))


@pytest.mark.parametrize(
    ("type_", "words"),
    [
        ("ALLO", "1st allo-SCT"),
        ("AUTO", "1st auto-SCT"),
        (None, "1st SCT, type not known"),
        ({"missing": "UNK"}, "1st SCT, type not known"),
    ],
)
def test_only_a_transplant_of_a_type_is_said_to_be_of_one(type_: Any, words: str) -> None:
    told = {} if type_ is None else {"type": type_}
    header = _header({"number": 1, "date": "2010-01-01", **told})
    assert (header.transplant, header.transplant_date) == (words, "01 Jan 2010")


def test_the_first_allogeneic_one_is_told_where_there_is_one() -> None:
    header = _header(*BOTH)
    assert (header.transplant, header.transplant_date) == ("1st allo-SCT", "01 Jan 2011")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (None, "allo-SCT, number not known"),
        ({"missing": "UNK"}, "allo-SCT, number not known"),
        (3, "allo-SCT"),
    ],
)
def test_a_transplant_is_the_first_only_where_its_number_says_so(number: Any, words: str) -> None:
    told = {} if number is None else {"number": number}
    assert _header({"date": "2010-01-01", "type": "ALLO", **told}).transplant == words


def test_a_transplant_after_one_of_unknown_type_is_not_said_to_be_the_first() -> None:
    first, second = BOTH
    assert _header({**first, "type": {"missing": "UNK"}}, second).transplant == "allo-SCT"


def test_without_a_transplant_nothing_is_said() -> None:
    assert _header().transplant == _header().transplant_date == ""

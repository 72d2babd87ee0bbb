"""What is the answer in a cell? Codes by code or label, dates as people write them, reasons why there is none."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from django.utils.translation import gettext as _

from registry.dates import iso_dates_retyped, iso_of
from registry.dictionary.language import CodeList, Item
from registry.dictionary.values import Answer, BadValue, Kind, Missing, quoted
from registry.exchange.columns import fold
from registry.exchange.odd_cells import NO_VALUE
from registry.exchange.other_words import american, other_words
from registry.exchange.units import unit_named
from registry.exchange.unknown_words import unknown_word

CLEAR = "CLEAR"
"""Written into a cell, it clears what is stored (rule 75: a blank changes nothing)."""
MOST_PLACES = 3
"""Percentages of more decimals are residual disease, and mostly below 1."""

_AT_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]00:00(:00(\.0+)?)?Z?")
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(,\d{3})+|-?[1-9]\d{0,2}(\.\d{3}){2,}")
_ONE_POINT = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")
_ERROR = re.compile(
    r"#(N/A|N/D|REF|VALUE|NAME|DIV/0|NUM|NULL|SPILL|CALC|FIELD|BLOCKED)[!?]?|Err:\d{3}"
)
_IN_DOUBT = re.compile("[?\uff1f]")
UNKNOWN_UNIT = "?"
"""For a column above which a unit stands that is none of the item's."""
_NUMBER_WITH_UNIT = re.compile(r"([+-]?[\d.,]+)\s*(\D.*)")
_LIKE_A_UNIT = re.compile(r"^[^\d/]*/\s*[^\d\s]+$|^%$")
"""Something per something else; 5/1/2010 is none."""
_SEPARATORS = (
    re.compile(r"[\n|]"),
    re.compile(r";(?![^(]*\))"),
    re.compile(r",(?![^(]*\))"),
    re.compile(r"\+"),
)
_YES_NO = {"y": "YES", "true": "YES", "n": "NO", "false": "NO"}
_NOT_DAY = "cannot be read as a date: write dd/mm/yyyy, mm/yyyy if the day is unknown, or yyyy"


def answer_in(item: Item, text: str, unit: str = "") -> Answer:
    """The answer that a cell gives to an item; None for the word CLEAR.

    text : not blank. unit : the one that the header names, where it names one. Raises BadValue
    with a sentence for people; of an identifying item it does not quote the cell.
    """
    try:
        return _answer(item, text, unit)
    except BadValue as bad:
        if item.identifying:
            told = _(_NOT_DAY) if item.kind is Kind.DATE else str(bad)
            raise BadValue(told) from None
        raise BadValue(iso_dates_retyped(str(bad))) from None


def error_in(text: str) -> str:
    """What is wrong with a cell in which the spreadsheet shows an error and no value; else ""."""
    if text == NO_VALUE:
        return _("The file holds no result of this formula: open it, save it, upload it again")
    return _("The spreadsheet shows an error here: %s") % text if _ERROR.fullmatch(text) else ""


def _answer(item: Item, text: str, unit: str) -> Answer:
    if error := error_in(text):
        raise BadValue(error)
    if text == CLEAR or (item.kind is not Kind.TEXT and text.upper() == CLEAR):
        return None
    if item.kind is Kind.CODE and (code := _one_of(item, text)) in item.code_values:
        return item.read(code)
    if reason := _missing(item, text):
        return reason
    if item.kind is Kind.CODE:
        raise BadValue(unknown_word(item, text))
    if item.kind is Kind.CODES:
        return item.read(_codes(item, text))
    if item.kind is Kind.DATE:
        midnight = _AT_MIDNIGHT.fullmatch(text)
        return item.read(midnight[1] if midnight else iso_of(text))
    if item.kind in (Kind.NUMBER, Kind.INTEGER):
        return _number(item, text, unit)
    return item.read(text)


def _missing(item: Item, text: str) -> Missing | None:
    """A reason why there is no value. In free text only in capitals or in full, and initials may be ND."""
    if text.upper() == text.lower():
        return None  # no letter in it, as in most cells
    if item.kind is not Kind.TEXT and _IN_DOUBT.search(text):
        return None
    words = fold(text)
    if item.kind is Kind.TEXT and (item.identifying or text != text.upper()):
        return _reasons()["words"].get(words)
    return _reasons()["codes"].get(words) or _reasons()["words"].get(words)


@cache
def _reasons() -> dict[str, dict[str, Missing]]:
    words = {fold(one.label): one for one in Missing} | {
        "unknown": Missing.UNKNOWN, "not known": Missing.UNKNOWN, "n a": Missing.NOT_APPLICABLE,
        "not available": Missing.NOT_YET_AVAILABLE,
    }  # fmt: skip
    return {"codes": {fold(one.value): one for one in Missing}, "words": words}


@cache
def _by_words(codes: CodeList) -> dict[str, str]:
    """Codes by what people write: the code, the label, and what stands before its explanation."""
    out: dict[str, str] = {}
    doubtful: set[str] = set()
    for value, label in codes.labels.items():
        written = [*map(fold, (label, label.split(": ")[0], label.split(" (")[0]))]
        for text in dict.fromkeys([*written, *map(american, written)]):
            if out.setdefault(text, value) != value:
                doubtful.add(text)
    for text in doubtful:
        del out[text]
    if {"YES", "NO"} <= set(codes.values):
        out = {**_YES_NO, "yes": "YES", "no": "NO", **out}
    out = dict(other_words(codes)) | out
    # A code is never in doubt, whatever the labels say.
    return out | {fold(value): value for value in codes.values if fold(value)}


def _codes(item: Item, text: str) -> list[str]:
    """The codes of a set, whatever divides them. Raises BadValue for a part that is none."""
    parts = [text]
    for separator in (None, *_SEPARATORS):
        parts = [text] if separator is None else [one.strip() for one in separator.split(text)]
        found = [_one_of(item, part) for part in parts if part]
        if all(one in item.code_values for one in found):
            return found
    every = [one.strip() for one in re.split(r"[\n|;,](?![^(]*\))", text)]
    for part in filter(None, every):
        if _one_of(item, part) not in item.code_values:
            raise BadValue(unknown_word(item, part))
    return [_one_of(item, part) for part in every if part]


def _one_of(item: Item, text: str) -> str:
    """The code that a text stands for, else the text. Of a word in doubt the doubt is not dropped: what
    is meant by "molecular?" is asked."""
    if text in item.code_values or _IN_DOUBT.search(text):
        return text
    assert item.codes is not None, "an item of codes has its list"
    return _by_words(item.codes).get(fold(text), text)


def _number(item: Item, text: str, unit: str) -> Answer:
    amount, parts = text, _NUMBER_WITH_UNIT.fullmatch(text)
    if parts and (named := unit_named(item, parts[2])) is not None:
        amount, unit = parts[1], named
    elif parts and _LIKE_A_UNIT.search(parts[2]):
        asked = ", ".join([item.unit or _("none"), *(one.name for one in item.units)])
        raise BadValue(_("%s is not a unit in which this is asked: %s") % (quoted(parts[2]), asked))
    if unit == UNKNOWN_UNIT:
        raise BadValue(_("The unit above the column is not one in which this is asked"))
    if _two_ways(item, amount, unit):
        says = _("%s can be read in two ways: write thousands without a sign")
        raise BadValue(says % repr(amount))
    return item.read(_with_unit(item, amount, unit))


def _two_ways(item: Item, amount: str, unit: str) -> bool:
    """Can a sign be one of thousands as well as the decimal one? 1,234 and 1.234.567; 1.234 only
    where a thousand and more is a value that can be."""
    groups = _THOUSANDS.fullmatch(amount)
    if groups and (item.units or item.places < 3):
        return True
    if not groups and not _ONE_POINT.fullmatch(amount):
        return False
    try:
        item.read(_with_unit(item, re.sub("[.,]", "", amount), unit))
    except BadValue:
        return False
    return True


def _with_unit(item: Item, amount: str, unit: str) -> object:
    return {"value": amount, "unit": unit or item.unit} if item.units else amount


def doubt_in(item: Item, text: str, answer: Answer) -> str:
    """What is to be asked about a value that was read: may a percentage be a fraction? Else ""."""
    if item.unit[:1] != "%" or item.places > MOST_PLACES or "%" in text:
        return ""
    if not isinstance(answer, Decimal) or not 0 < answer <= 1:
        return ""
    return _("%s %% is meant? A fraction, as 0.34 for 34 %%, has to be written as 34") % text

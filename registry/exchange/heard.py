"""Which words are read as the centre answered them before? Only those that the dictionary itself does not read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from registry.dates import iso_of
from registry.dictionary.language import Item
from registry.dictionary.values import LONGEST_QUOTE, Answer, BadValue, Kind, PartialDate
from registry.exchange.cells import answer_in, error_in
from registry.exchange.columns import item_of

Words = Mapping[tuple[str, str], object]
"""What words mean, as the API writes answers: by the item, as a target, and the word in small letters."""

_LIST = (Kind.CODE, Kind.CODES)
_MANY_DIGITS = re.compile(r"(\D*\d){5}")
_LONG_NUMBER = re.compile(r"\d{3}")
_THREE_NUMBERS = re.compile(r"\d+\D{1,2}\d+\D{1,2}\d+")
"""As in a day, however its year is written."""
_MONTH = (
    "jan(uary|uar)?|feb(ruary|ruar)?|mar(ch)?|märz?|apr(il)?|may|mai|june?|juni|july?|juli"
    "|aug(ust)?|sept?(ember)?|o[ck]t(ober)?|nov(ember)?|de[cz](ember)?"
)
_DAY_IN_WORDS = re.compile(rf"(\d{{1,2}}\W*)?({_MONTH})\W*(\d{{1,4}})?")
"""As a spreadsheet writes a day where it makes one of 12/3."""


@dataclass(frozen=True)
class Heard:
    """A word of a column that was read as it was answered before, and what it means."""

    target: str
    word: str
    means: object

    @property
    def text(self) -> str:
        """As `ImportRow.read_as` holds it."""
        return json.dumps([self.target, self.word, self.means], ensure_ascii=False)

    @classmethod
    def of(cls, text: str) -> Heard:
        """The inverse of `text`."""
        return cls(*json.loads(text))

    @property
    def answer(self) -> Answer:
        """What it means, as far as the dictionary still has it; None where it has not."""
        found = item_of(self.target)
        if found is None or not _has_a_list(found[1]):
            return None
        try:
            return found[1].read(self.means)
        except BadValue:
            return None

    @property
    def says(self) -> str:
        """The answer in the words of the form."""
        found = item_of(self.target)
        return found[1].show(self.answer) if found else ""


def word_of(text: str) -> str:
    """A word as it is remembered: without what nobody means to say by it (rule 74).

    >>> word_of("  Matched  UNRELATED")
    'matched unrelated'
    """
    return " ".join(text.casefold().split())


def may_be_remembered(target: str, text: str) -> bool:
    """May the word of this column's cells be kept? Not where it may be somebody's value: a day, a
    number, a long text, or what stands in a column that has no list of answers. Nor where it is a
    code without a word: 1 is a sibling in one table and a woman in the next."""
    found, word = item_of(target), word_of(text)
    if found is None or not _has_a_list(found[1]) or not 0 < len(word) <= LONGEST_QUOTE:
        return False
    return word.isprintable() and not _is_number(word) and not _is_day(word) and not error_in(text)


def heard(target: str, text: str, words: Words) -> Heard | None:
    """What a cell says that the dictionary does not read; None where nobody told, or tells no more,
    and for what was kept once and may not be any more."""
    means = words.get((target, word_of(text)))
    if means is not None and not may_be_remembered(target, text):
        return None
    told = Heard(target, word_of(text), means) if means is not None else None
    return told if told and told.answer is not None else None


def told_of(target: str, word: str, text: str) -> Heard | None:
    """What is remembered where a word of this column is answered so, as a cell would say it; None for
    what is not kept, and where the answer is to leave it empty. Raises BadValue for no answer."""
    found, text = item_of(target), " ".join(text.split())
    if found is None or not text or not may_be_remembered(target, word):
        return None
    answer = answer_in(found[1], text)
    return None if answer is None else Heard(target, word_of(word), found[1].write(answer))


def _has_a_list(item: Item) -> bool:
    return item.kind in _LIST and not item.identifying


def _is_number(word: str) -> bool:
    """Is it one of a patient, of a day or of a code book: no word, or few letters before one?"""
    letters = sum(map(str.isalpha, word))
    if letters == 0 or (letters <= 2 and _LONG_NUMBER.search(word)):
        return True
    return bool(_MANY_DIGITS.match(word) or _THREE_NUMBERS.search(word))


def _is_day(word: str) -> bool:
    if _DAY_IN_WORDS.fullmatch(word):
        return True
    try:
        PartialDate.parse(iso_of(word))
    except BadValue:
        return False
    return True

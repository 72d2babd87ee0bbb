"""How do two identities look beside each other? Line by line, the differing letters marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from registry.dictionary.case import Record
from registry.dictionary.language import Item
from registry.dictionary.values import Answer, Kind, Missing
from registry.forms.entry import typed_for
from registry.models import DICTIONARY

Letters = tuple[tuple[str, bool], ...]
"""A text in pieces, each with whether it differs from the other side."""

LINES = (
    ("identity", "birth_date"),
    ("patient", "sex"),
    ("identity", "initials"),
    ("identity", "given_name"),
    ("identity", "family_name"),
    ("identity", "national_number"),
)


@dataclass(frozen=True)
class Line:
    """One detail of both. `state`: same, differs, or unknown where a side says nothing."""

    label: str
    left: Letters
    right: Letters
    state: str


def side_by_side(left: Record, right: Record) -> list[Line]:
    """The details that tell who two patients are; those that neither has are left out."""
    lines = []
    for type_name, name in LINES:
        item = DICTIONARY[type_name].by_name[name]
        words = [words_of(item, _answers(case, type_name).get(name)) for case in (left, right)]
        if any(words):
            lines.append(_line(item.label, *words))
    return lines


def _answers(case: Record, type_name: str) -> Mapping[str, Answer]:
    if type_name == case.type:
        return case.answers
    return next((one.answers for one in case.of(type_name)), {})


def words_of(item: Item, answer: Answer) -> str:
    """An answer as it is compared: dates as one types them, so that the digits stand side by side."""
    if answer is None or isinstance(answer, Missing):
        return ""
    return typed_for(item, answer).text if item.kind is Kind.DATE else item.show(answer)


def _line(label: str, left: str, right: str) -> Line:
    if not left or not right:
        return Line(label, ((left, False),), ((right, False),), "unknown")
    if left == right:
        return Line(label, ((left, False),), ((right, False),), "same")
    return Line(label, *differing(left, right), "differs")


def differing(left: str, right: str) -> tuple[Letters, Letters]:
    """Both texts in pieces: those that stand in the other one too, and those that do not."""
    if len(left) == len(right):
        return _by_place(left, right), _by_place(right, left)
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    one = tuple((left[a:b], tag != "equal") for tag, a, b, _, _ in blocks if b > a)
    other = tuple((right[a:b], tag != "equal") for tag, _, _, a, b in blocks if b > a)
    return one, other


def _by_place(text: str, beside: str) -> Letters:
    pieces: list[tuple[str, bool]] = []
    for letter, there in zip(text, beside, strict=True):
        if pieces and pieces[-1][1] == (letter != there):
            pieces[-1] = (pieces[-1][0] + letter, letter != there)
        else:
            pieces.append((letter, letter != there))
    return tuple(pieces)

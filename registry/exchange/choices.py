"""What can be chosen for the cell of a coded item? Its answers in the words of the form, and the reasons for none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from registry.dictionary.language import Item
from registry.dictionary.values import Answer, BadValue, Kind
from registry.exchange.cells import answer_in
from registry.exchange.columns import item_of


@dataclass(frozen=True)
class Choice:
    """A permitted answer: the text that a cell holds for it, and the words of the form."""

    text: str
    label: str


@dataclass(frozen=True)
class Choices:
    """What a list offers: the answers, and below them the reasons why there is none."""

    answers: tuple[Choice, ...] = ()
    reasons: tuple[Choice, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.answers)


@cache
def choices_of(target: str) -> Choices:
    """What can be chosen where the column, or the question, is this target; nothing for what is typed.

    The text is the label where a cell with the label is read so, else the code: "Unknown" is an
    answer of some items and a reason of the others.
    """
    found = item_of(target)
    if found is None or found[1].kind is not Kind.CODE:
        return Choices()
    item = found[1]
    answers = (_choice(item, value, label, value) for value, label in item.labels.items())
    reasons = (_choice(item, one.value, one.label, one) for one in item.offered)
    return Choices(tuple(filter(None, answers)), tuple(filter(None, reasons)))


def _choice(item: Item, value: str, label: str, means: Answer) -> Choice | None:
    text = next((one for one in (label, value) if _same(_read(item, one), means)), "")
    return Choice(text, label) if text else None


def _same(answer: Answer, means: Answer) -> bool:
    # A reason is a text too: "UNK" the code is not UNK the reason.
    return type(answer) is type(means) and answer == means


def _read(item: Item, text: str) -> Answer:
    try:
        return answer_in(item, text)
    except BadValue:
        return None

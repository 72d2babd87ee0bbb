"""What did a person type for one record? Its readable answers, and a sentence about each of the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.http import QueryDict

from registry.dictionary.case import Record
from registry.dictionary.language import Item, RecordType
from registry.dictionary.reading import DEEPEST_KEEP
from registry.dictionary.values import BadValue, Kind, Missing, PartialDate, Quantity, Value
from registry.forms.dates import iso_of, typed_form

SHOWN, CLEAR, KEEP = "item", "clear", "keep-"


@dataclass(frozen=True)
class Typed:
    """What stands in the controls of one item: text or chosen codes, a unit, a missing reason."""

    text: str = ""
    chosen: tuple[str, ...] = ()
    unit: str = ""
    missing: str = ""

    @property
    def empty(self) -> bool:
        return not (self.text or self.chosen or self.missing)


@dataclass(frozen=True)
class Entry:
    """One record as typed. Answers of None mean: clear what is stored."""

    record: Record
    typed: Mapping[str, Typed] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)


def read_entry(type_: RecordType, key: str, data: QueryDict, prefix: str = "") -> Entry:
    """Read what was sent for the items that the form showed; the others stay as they are stored.

    `data["clear"]` names an item whose answer is dropped. Never raises.
    """
    typed: dict[str, Typed] = {}
    answers: dict[str, Value | Missing | None] = {}
    problems: dict[str, str] = {}
    for name in data.getlist(SHOWN):
        item = type_.by_name.get(name.removeprefix(prefix)) if name.startswith(prefix) else None
        if item is None:
            continue
        typed[item.name] = Typed() if data.get(CLEAR) == name else _sent(item, name, data)
        try:
            answers[item.name] = answer_to(item, typed[item.name])
        except BadValue as bad:
            problems[item.name] = str(bad)
    return Entry(Record(type_.name, key, answers, {}, _kept(data)), typed, problems)


def _sent(item: Item, name: str, data: QueryDict) -> Typed:
    chosen = tuple(one for one in data.getlist(name) if one) if item.kind is Kind.CODES else ()
    text = "" if item.kind is Kind.CODES else data.get(name, "").strip()
    given = bool(text or chosen)
    missing = "" if given else data.get(f"{name}__missing", "")
    return Typed(text, chosen, data.get(f"{name}__unit", item.unit), missing)


def answer_to(item: Item, typed: Typed) -> Value | Missing | None:
    """The answer that was typed. Raises BadValue with a sentence that says what to write instead."""
    if typed.missing:
        return item.read({"missing": typed.missing})
    if item.kind is Kind.CODES:
        return item.read(list(typed.chosen)) if typed.chosen else None
    if not typed.text:
        return None
    if item.kind is Kind.DATE:
        return item.read(iso_of(typed.text))
    if item.units:
        return item.read({"value": typed.text, "unit": typed.unit})
    return item.read(typed.text)


def typed_for(item: Item, answer: Value | Missing | None) -> Typed:
    """What the controls show for a stored answer: the inverse of `answer_to`."""
    if answer is None:
        return Typed(unit=item.unit)
    if isinstance(answer, Missing):
        return Typed(unit=item.unit, missing=answer.value)
    if isinstance(answer, frozenset):
        return Typed(chosen=tuple(code for code in item.code_values if code in answer))
    if isinstance(answer, PartialDate):
        return Typed(typed_form(answer))
    if isinstance(answer, Quantity):
        return Typed(f"{answer.entered.normalize():f}", unit=answer.unit)
    if isinstance(answer, Decimal):
        return Typed(f"{answer.normalize():f}", unit=item.unit)
    return Typed(str(answer), unit=item.unit)


def _kept(data: QueryDict) -> dict[int, str]:
    """The reasons typed for keeping values against warnings, by rule number."""
    kept = {}
    for name in data:
        rule = name.removeprefix(KEEP)
        reason = data[name].strip()[:DEEPEST_KEEP]
        if name.startswith(KEEP) and rule.isdecimal() and rule.isascii() and reason:
            kept[int(rule)] = reason
    return kept

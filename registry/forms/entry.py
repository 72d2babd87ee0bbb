"""What did a person type for one record? Its readable answers, and a sentence about each of the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.http import QueryDict
from django.utils.translation import gettext as _

from registry.dictionary.answers import read_reason
from registry.dictionary.case import Record
from registry.dictionary.language import Item, RecordType
from registry.dictionary.reading import rule_number
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
    """One record as typed. Answers of None mean: clear what is stored.

    `problems` are by item; `reason_problems`, by the words on the page, are about reasons given.
    """

    record: Record
    typed: Mapping[str, Typed] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    reason_problems: tuple[str, ...] = ()

    @property
    def readable(self) -> bool:
        return not (self.problems or self.reason_problems)


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
    kept, unreadable = _kept(data)
    return Entry(Record(type_.name, key, answers, {}, kept), typed, problems, unreadable)


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


def _kept(data: QueryDict) -> tuple[dict[int, str], tuple[str, ...]]:
    """The reasons typed for keeping values against warnings, by rule number; and what is no reason."""
    kept, unreadable = {}, []
    for name in data:
        rule = rule_number(name.removeprefix(KEEP)) if name.startswith(KEEP) else None
        if rule is None:
            continue
        try:
            reason = read_reason(data[name])
        except BadValue as bad:
            unreadable.append(
                _("The reason against rule %(rule)s %(says)s") % {"rule": rule, "says": bad}
            )
        else:
            if reason:
                kept[rule] = reason
    if reason_problem := problem_of_reason(data.get("reason", "")):
        unreadable.append(reason_problem)
    return kept, tuple(unreadable)


def problem_of_reason(typed: str) -> str:
    """What is wrong with the reason for a change, in a sentence; empty when nothing is."""
    try:
        read_reason(typed)
    except BadValue as bad:
        return _("The reason %s") % bad
    return ""

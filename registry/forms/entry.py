"""What did a person type for one record? Its readable answers, and a sentence about each of the rest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeVar

from django.http import QueryDict
from django.utils.translation import gettext as _

from registry.dictionary.answers import read_reason
from registry.dictionary.case import Record
from registry.dictionary.language import Item, RecordType
from registry.dictionary.reading import rule_number
from registry.dictionary.values import BadValue, Kind, Missing, PartialDate, Quantity, Value
from registry.forms.dates import iso_of, typed_form

SHOWN, CLEAR = "item", "clear"
KEEP, WHY, ASK, TAKE = "keep-", "why-", "ask-", "take-"
"""Names of controls begin so: a reason against a rule, a reason for a change, words to the registry
office about a rule's warning, and whose answer is taken where two people changed one."""
THEIRS, MINE = "theirs", "mine"


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
    `reasons` tell why a stored answer changes, by item, and `reason` why all of them do; `asks`
    are words to the registry office, by rule.
    """

    record: Record
    typed: Mapping[str, Typed] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    reason_problems: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    asks: Mapping[int, str] = field(default_factory=dict)

    @property
    def readable(self) -> bool:
        return not (self.problems or self.reason_problems)

    def without(self, names: Collection[str]) -> Entry:
        """The same, silent about some items: they stay as they are stored."""
        return replace(
            self,
            record=replace(self.record, answers=_but(self.record.answers, names)),
            typed=_but(self.typed, names),
            problems=_but(self.problems, names),
        )


T = TypeVar("T")


def _but(known: Mapping[str, T], names: Collection[str]) -> dict[str, T]:
    return {name: one for name, one in known.items() if name not in names}


def read_entry(type_: RecordType, key: str, data: QueryDict, prefix: str = "") -> Entry:
    """Read what was sent for the items that the form showed; the others stay as they are stored.

    `data["clear"]` names an item whose answer is dropped; of two people's answers the other one's
    stays where that is taken. Never raises.
    """
    answers: dict[str, Value | Missing | None] = {}
    problems: dict[str, str] = {}
    typed = _typed(type_, data, prefix)
    for name, one in typed.items():
        try:
            answers[name] = answer_to(type_.by_name[name], one)
        except BadValue as bad:
            problems[name] = str(bad)
    words = _Words(data)
    kept, asks = words.by_rule(KEEP), words.by_rule(ASK)
    reasons = {
        name: why
        for name in typed
        if (why := words.read(f"{WHY}{prefix}{name}", type_.by_name[name].label))
    }
    reason = words.read("reason", _("the change"))
    return Entry(
        record=Record(type_.name, key, answers, {}, kept),
        typed=typed,
        problems=problems,
        reason_problems=tuple(words.problems),
        reasons=reasons,
        reason=reason,
        asks=asks,
    )


def _typed(type_: RecordType, data: QueryDict, prefix: str) -> dict[str, Typed]:
    """What stands in the controls of each item that the form showed, by the item's name."""
    typed = {}
    for name in data.getlist(SHOWN):
        item = type_.by_name.get(name.removeprefix(prefix)) if name.startswith(prefix) else None
        if item is not None and data.get(f"{TAKE}{name}") != THEIRS:
            typed[item.name] = Typed() if data.get(CLEAR) == name else _sent(item, name, data)
    return typed


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


def sent_as(item: Item, typed: Typed) -> list[tuple[str, str]]:
    """The controls of one item as a form sends them: the inverse of `read_entry`."""
    name = item.name
    pairs = [(SHOWN, name), *((name, code) for code in typed.chosen)]
    if typed.text:
        pairs.append((name, typed.text))
    if typed.missing:
        pairs.append((f"{name}__missing", typed.missing))
    if item.units:
        pairs.append((f"{name}__unit", typed.unit))
    return pairs


class _Words:
    """Reads the reasons and questions that stand beside the answers, and notes what is none."""

    def __init__(self, data: QueryDict) -> None:
        self.data = data
        self.problems: list[str] = []

    def read(self, name: str, about: str) -> str:
        try:
            return read_reason(self.data.get(name, ""))
        except BadValue as bad:
            told = {"about": about, "says": bad}
            self.problems.append(_("The reason for %(about)s %(says)s") % told)
            return ""

    def by_rule(self, prefix: str) -> dict[int, str]:
        """The words of all controls whose name begins so, by rule number; without the empty ones."""
        found = {}
        for name in self.data:
            rule = rule_number(name.removeprefix(prefix)) if name.startswith(prefix) else None
            if rule is not None and (words := self.read(name, _("rule %s") % rule)):
                found[rule] = words
        return found


def problem_of_reason(typed: str) -> str:
    """What is wrong with the reason for a change, in a sentence; empty when nothing is."""
    try:
        read_reason(typed)
    except BadValue as bad:
        return _("The reason %s") % bad
    return ""

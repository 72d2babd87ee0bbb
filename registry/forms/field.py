"""What does one field of a form show: controls, what was saved before, findings, and its status?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from registry.dictionary.language import Item
from registry.dictionary.values import Kind, Missing, Quantity
from registry.forms.computed import Computed
from registry.forms.entry import Typed
from registry.forms.saved import Was
from registry.validation import Finding

LONGEST_ROW = 6
"""Up to so many choices stand in a joined row of buttons."""
LONGEST_HINT = 80
USUAL_REASONS = (Missing.NOT_DONE, Missing.UNKNOWN)

STATES = ("error", "query", "warning", "kept", "missing", "ok", "none")
"""Of a field, gravest first: to correct, question open, to confirm, kept with a reason, said to be
not done or unknown, answered, not answered."""


@dataclass(frozen=True)
class Choice:
    """One permitted answer, or one missing reason, as a button."""

    value: str
    label: str
    chosen: bool

    @property
    def short(self) -> str:
        """What stands on the button: the words before the explanation."""
        return self.label.split(": ")[0]

    @property
    def explained(self) -> bool:
        return self.short != self.label


@dataclass(frozen=True)
class Elsewhere:
    """What the judge says at other records because of the answer to this item, and at which ones."""

    severity: str
    says: str
    records: tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """One item with what stands in its controls and what the judge says about it.

    `was` tells the answer that is stored, None where there is none; `why` the reason typed for
    changing it; `asks` the words typed to the registry office, by rule; `asked_about` whether a
    question of a person is open here.
    """

    item: Item
    name: str
    typed: Typed
    answer: str
    asked: bool
    because: str = ""
    problem: str = ""
    findings: tuple[Finding, ...] = ()
    identity_hidden: bool = False
    was: Was | None = None
    changed: bool = False
    why: str = ""
    why_missing: bool = False
    computed: tuple[Computed, ...] = ()
    normalised: str = ""
    asked_about: bool = False
    elsewhere: tuple[Elsewhere, ...] = ()

    @property
    def control(self) -> str:
        """Which template draws it."""
        if self.item.kind is Kind.CODE:
            return "row" if len(self.item.code_values) <= LONGEST_ROW else "list"
        words = {Kind.CODES: "set", Kind.DATE: "date", Kind.TEXT: "words"}
        return words.get(self.item.kind, "amount")

    @property
    def choices(self) -> list[Choice]:
        chosen = {self.typed.text, *self.typed.chosen}
        return [Choice(value, label, value in chosen) for value, label in self.item.labels.items()]

    @property
    def units(self) -> list[str]:
        return [self.item.unit, *(unit.name for unit in self.item.units)] if self.item.units else []

    @property
    def usual_reasons(self) -> list[Choice]:
        return [self._reason(one) for one in self.item.offered if one in USUAL_REASONS]

    @property
    def other_reasons(self) -> list[Choice]:
        return [self._reason(one) for one in self.item.offered if one not in USUAL_REASONS]

    @property
    def given(self) -> bool:
        """True when there is a value, so that no reason for its absence is asked."""
        return bool(self.typed.text or self.typed.chosen)

    @property
    def missing_label(self) -> str:
        return self._labels.get(self.typed.missing, "")

    @property
    def short_help(self) -> bool:
        return len(self.item.help) <= LONGEST_HINT

    @property
    def state(self) -> str:
        """The gravest thing to be said: one of STATES."""
        if self.problem or self.why_missing:
            return "error"
        grave = {one.severity.value for one in self.findings if one.open}
        grave |= {one.severity for one in self.elsewhere}
        grave |= {"query"} if self.asked_about else set()
        for state in ("error", "query", "warning"):
            if state in grave:
                return state
        if any(one.kept for one in self.findings):
            return "kept"
        if self.typed.missing:
            return "missing"
        return "none" if self.typed.empty else "ok"

    @property
    def day(self) -> str:
        """The day from the transplant, in words."""
        return next((one.words for one in self.computed if one.is_day), "")

    @property
    def _labels(self) -> Mapping[str, str]:
        return {one.value: one.label for one in Missing}

    def _reason(self, reason: Missing) -> Choice:
        return Choice(reason.value, reason.label, self.typed.missing == reason.value)


def normalised_words(item: Item, answer: object) -> str:
    """An answer in the item's own unit, where it was given in another: "8.5 g/dL"; else empty."""
    if not isinstance(answer, Quantity) or answer.unit == item.unit:
        return ""
    return f"{answer.normalised.normalize():f} {item.unit}"

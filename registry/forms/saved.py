"""What was stored before somebody typed, who entered it, and why does it change?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from registry.audit import Change, entered_by
from registry.dictionary.case import Record
from registry.dictionary.language import Item
from registry.dictionary.values import Answer, Answers
from registry.forms.dates import iso_dates_retyped
from registry.forms.entry import Entry, typed_for
from registry.models import DICTIONARY, ClinicalRecord
from registry.records import answers_of


@dataclass(frozen=True)
class Was:
    """One stored answer: in words, as its controls would hold it, who entered it and when."""

    words: str
    held: str
    who: str
    at: datetime | None


@dataclass(frozen=True)
class Saved:
    """The stored answers of one record, and the last change of each. A new record has none."""

    answers: Answers = field(default_factory=dict)
    entered: Mapping[str, Change] = field(default_factory=dict)

    @property
    def last(self) -> Change | None:
        """The latest change of any answer."""
        return max(self.entered.values(), key=lambda one: one.at, default=None)

    def was(self, item: Item) -> Was | None:
        """What is told beside the controls of an item; None where nothing is stored."""
        answer = self.answers.get(item.name)
        if answer is None:
            return None
        change = self.entered.get(item.name)
        return Was(
            words=words_of(item, answer),
            held=_held(item, answer),
            who=change.who if change else "",
            at=change.at if change else None,
        )

    def changed(self, entry: Entry) -> list[str]:
        """The items whose stored answer would become another one. Filling a gap changes nothing."""
        typed = entry.record.answers
        return [
            name
            for name, answer in self.answers.items()
            if answer is not None and (name in entry.problems or typed.get(name, answer) != answer)
        ]

    def unexplained(self, entry: Entry) -> list[str]:
        """Those of them for which nobody said why."""
        if entry.reason:
            return []
        return [name for name in self.changed(entry) if not entry.reasons.get(name)]


def says_more(entry: Entry, answers: Answers, kept: Mapping[int, str]) -> bool:
    """Does what was typed say anything that is not stored, or proposed, already?"""
    typed = entry.record
    return (
        not entry.readable
        or bool(entry.reasons or entry.reason or entry.asks)
        or any(kept.get(rule) != why for rule, why in typed.kept.items())
        or any(answers.get(name) != answer for name, answer in typed.answers.items())
    )


def rebased(entry: Entry, base: Answers) -> Entry:
    """What was typed over an older version, without what was not changed: there theirs shows."""
    same = [name for name, one in entry.record.answers.items() if one == base.get(name)]
    return entry.without(same)


def saved_of(row: ClinicalRecord, *, identities: bool = False) -> Saved:
    """What is stored in a row."""
    return Saved(answers_of(row, row.record_type), entered_by(row, identities=identities))


def words_of(item: Item, answer: Answer) -> str:
    """An answer in words, its date as people type it."""
    return iso_dates_retyped(item.show(answer))


def _held(item: Item, answer: Answer) -> str:
    """What the controls hold, in one text: static/registry/form.js compares with the same."""
    typed = typed_for(item, answer)
    text = typed.text or ",".join(typed.chosen) or typed.missing
    return f"{text} {typed.unit}" if item.units and typed.text else text


def reasons_of(saved: Saved, entry: Entry, ready: Record) -> dict[str, str]:
    """Why each stored answer changes, by item.

    An answer that is dropped because its branch closed has the reason of the answer that closed it.
    """
    changed = saved.changed(entry)
    reasons = {name: why for name in changed if (why := entry.reasons.get(name) or entry.reason)}
    for name in _dropped(saved, entry, ready):
        asked_if = DICTIONARY[ready.type].by_name[name].asked_if
        causes = asked_if.refs if asked_if else ()
        why = next((reasons[cause] for cause in causes if cause in reasons), "")
        if why:
            reasons.setdefault(name, why)
    return reasons


def _dropped(saved: Saved, entry: Entry, ready: Record) -> Collection[str]:
    """Stored answers that were not touched, but are asked no longer."""
    return [
        name
        for name, answer in saved.answers.items()
        if ready.answers.get(name, answer) is None and entry.record.answers.get(name, answer)
    ]

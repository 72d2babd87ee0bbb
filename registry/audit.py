"""Who changed what, why and through which door? Every write happens inside `writing`.

The database's triggers keep an event for each insert, update and delete; this file gives them
their context and reads them back in words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import pghistory
from django.db.models import Model

from registry.dictionary.answers import read_reason
from registry.dictionary.case import Record
from registry.dictionary.language import RecordType
from registry.models import ClinicalRecord, User
from registry.models.sealed import unseal
from registry.records import answers_of
from registry.scope import scope

CONCEALED = "(identifying)"


@contextmanager
def writing(
    *,
    by: User | None,
    centres: Iterable[int],
    channel: str,
    reason: str = "",
    reasons: Mapping[str, str] | None = None,
    request: str = "",
) -> Iterator[None]:
    """One transaction that may touch the given centres' rows, and whose every change is told.

    The database's triggers attach user, channel, reason and request to each event of the trail;
    `reasons` tell why single items change, by name. `by` is None for what the clock brings about,
    without a person. Raises BadValue for a reason that the trail
    cannot hold.
    """
    reason = read_reason(reason)
    told: dict[str, Any] = {"channel": channel}
    if by is not None:
        told |= {"user": by.pk, "role": by.role}
    if each := {
        item: words for item, why in (reasons or {}).items() if (words := read_reason(why))
    }:
        told["reasons"] = each
    if reason:
        told["reason"] = reason
    if request:
        told["request"] = request
    with scope(centres), pghistory.context(**told):
        yield


@dataclass(frozen=True)
class ItemChange:
    """One answer before and after, in words, empty where there was none; and why it changed.

    `name` is the item's, or "keep" with the number of a rule. `closed_by` is the label of the
    question whose new answer closed the branch of this one, so that its answer went.
    """

    label: str
    old: str
    new: str
    name: str = ""
    reason: str = ""
    closed_by: str = ""

    @property
    def how(self) -> str:
        """What happened to the answer: entered, changed, removed, or closed with its branch."""
        if not self.old:
            return "entered"
        return "changed" if self.new else "closed" if self.closed_by else "removed"


@dataclass(frozen=True)
class Change:
    """What somebody did to a record at one moment. `what` is insert, update or delete; in the
    stream of a patient (registry/trail.py) also sign or open.

    `who` is the user name; empty for what was done in the database itself, past the application.
    """

    at: datetime
    what: str
    who: str
    role: str
    channel: str
    reason: str
    items: tuple[ItemChange, ...]


def history_of(row: ClinicalRecord, *, identities: bool = False) -> list[Change]:
    """Every change of a record, oldest first, as far as the present scope shows it.

    Without `identities` it is told that identifying answers changed, but not what they were.
    """
    return history(type(row), row.pk, identities=identities)


def history(model: type[ClinicalRecord], pk: int, *, identities: bool = False) -> list[Change]:
    """The same for the record of a model with this primary key, which may be deleted by now."""
    events = list(
        model.pgh_event_model.objects.filter(pgh_obj_id=pk)
        .select_related("pgh_context")
        .order_by("pgh_id")
    )
    told = changes_of(model.record_type, events, user_names(events), identities=identities)
    return [change for _event, change in told]


def changes_of(
    type_: RecordType, events: Iterable[Any], names: Mapping[int, str], *, identities: bool
) -> list[tuple[Any, Change]]:
    """The events of one record, oldest first, that changed something, each in words.

    `names` are the user names by primary key, of `user_names`.
    """
    found = []
    for before, event in pairwise([None, *events]):
        change = _change(event, _differences(before, event, type_, identities), names)
        # What the registry itself keeps about a record, such as counts, is nobody's change.
        if change.items or change.what != "update":
            found.append((event, change))
    return found


def entered_by(row: ClinicalRecord, *, identities: bool = False) -> dict[str, Change]:
    """The last change of each item of a record, by the item's name."""
    changes = history_of(row, identities=identities)
    return {item.name: change for change in changes for item in change.items}


def version_of(row: ClinicalRecord, version: int) -> Record | None:
    """The record as it was in that version, without what is nested in it; None if never seen."""
    events = type(row).pgh_event_model.objects.filter(pgh_obj_id=row.pk, version=version)
    event = events.order_by("-pgh_id").first()
    if event is None:
        return None
    kept = {int(rule): reason for rule, reason in event.kept.items()}
    return Record(row.record_type.name, row.key, answers_of(event, row.record_type), {}, kept)


def table_at(model: type[ClinicalRecord], when: datetime) -> dict[int, dict[str, Any]]:
    """The table of a model as it was, rebuilt from the trail alone: columns by primary key.

    `when` : a moment at which no transaction was open; events bear the time at which theirs began.
    """
    last = (
        model.pgh_event_model.objects.filter(pgh_created_at__lte=when)
        .order_by("pgh_obj_id", "-pgh_id")
        .distinct("pgh_obj_id")
    )
    return {event.pgh_obj_id: _row(model, event) for event in last if event.pgh_label != "delete"}


def _row(model: type[ClinicalRecord], event: Model) -> dict[str, Any]:
    columns = [field.attname for field in model._meta.concrete_fields]
    row = {name: getattr(event, name) for name in columns}
    for item in model.record_type.items:
        if item.identifying and row[item.name] is not None:
            row[item.name] = unseal(row[item.name])
    return row


def _change(event: Any, items: tuple[ItemChange, ...], names: Mapping[int, str]) -> Change:
    told = event.pgh_context.metadata if event.pgh_context else {}
    reasons = told.get("reasons", {})
    return Change(
        at=event.pgh_created_at,
        what=event.pgh_label,
        who=names.get(told.get("user"), ""),
        role=told.get("role", ""),
        channel=told.get("channel", ""),
        reason=told.get("reason", ""),
        items=tuple(replace(one, reason=reasons.get(one.name, "")) for one in items),
    )


def user_names(events: Iterable[Any]) -> dict[int, str]:
    """The names of those who brought these events about, by primary key: one query."""
    keys = {one.pgh_context.metadata.get("user") for one in events if one.pgh_context}
    found = dict(User.objects.filter(pk__in=keys - {None}).values_list("pk", "username"))
    return {key: found.get(key, f"account {key}, since removed") for key in keys - {None}}


_NOTHING = ("", "", "")


def _differences(
    before: Any, event: Any, type_: RecordType, identities: bool
) -> tuple[ItemChange, ...]:
    old = _words(before, type_, identities)
    new = {} if event.pgh_label == "delete" else _words(event, type_, identities)
    found = []
    for name in dict.fromkeys([*old, *new]):
        label, was, shown_was = old.get(name, _NOTHING)
        label_now, is_now, shown_now = new.get(name, _NOTHING)
        if was != is_now:
            found.append(ItemChange(label or label_now, shown_was, shown_now, name))
    if event.pgh_label == "update":
        changed = {one.name for one in found}
        found = [replace(one, closed_by=_closed_by(one, type_, changed)) for one in found]
    return tuple(found)


def _closed_by(change: ItemChange, type_: RecordType, changed: Collection[str]) -> str:
    """The question that was answered anew, so that this one is asked no longer; or nothing."""
    item = type_.by_name.get(change.name)
    if change.new or item is None or item.asked_if is None:
        return ""
    return next((type_.by_name[one].label for one in item.asked_if.refs if one in changed), "")


def _words(event: Any, type_: RecordType, identities: bool) -> dict[str, tuple[str, str, str]]:
    """The answers of an event by name: label, the answer in words, and the words that may be shown."""
    if event is None:
        return {}
    words = {}
    for name, answer in answers_of(event, type_).items():
        item = type_.by_name[name]
        text = item.show(answer)
        hidden = item.identifying and not identities
        words[name] = (item.label, text, CONCEALED if hidden else text)
    for rule, reason in event.kept.items():
        words[f"keep {rule}"] = (f"Kept against rule {rule}", reason, reason)
    return words

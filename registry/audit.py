"""Who changed what, why and through which door? Every write happens inside `writing`.

The database's triggers keep an event for each insert, update and delete; this file gives them
their context and reads them back in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import pghistory
from django.db.models import Model

from registry.dictionary.answers import read_reason
from registry.dictionary.language import RecordType
from registry.models import ClinicalRecord, User
from registry.models.sealed import unseal
from registry.records import answers_of
from registry.scope import scope

CONCEALED = "(identifying)"


@contextmanager
def writing(
    *, by: User, centres: Iterable[int], channel: str, reason: str = "", request: str = ""
) -> Iterator[None]:
    """One transaction that may touch the given centres' rows, and whose every change is told.

    The database's triggers attach user, channel, reason and request to each event of the trail.
    Raises BadValue for a reason that the trail cannot hold.
    """
    reason = read_reason(reason)
    told = {"user": by.pk, "role": by.role, "channel": channel}
    if reason:
        told["reason"] = reason
    if request:
        told["request"] = request
    with scope(centres), pghistory.context(**told):
        yield


@dataclass(frozen=True)
class ItemChange:
    """One answer before and after, in words; empty where there was none."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """What somebody did to a record at one moment. `what` is insert, update or delete.

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
    names = _user_names(events)
    type_ = model.record_type
    changes = (
        _change(event, _differences(before, event, type_, identities), names)
        for before, event in pairwise([None, *events])
    )
    # What the registry itself keeps about a record, such as counts, is nobody's change.
    return [one for one in changes if one.items or one.what != "update"]


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


def _change(event: Any, items: tuple[ItemChange, ...], names: dict[int, str]) -> Change:
    told = event.pgh_context.metadata if event.pgh_context else {}
    return Change(
        at=event.pgh_created_at,
        what=event.pgh_label,
        who=names.get(told.get("user"), ""),
        role=told.get("role", ""),
        channel=told.get("channel", ""),
        reason=told.get("reason", ""),
        items=items,
    )


def _user_names(events: Iterable[Any]) -> dict[int, str]:
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
            found.append(ItemChange(label or label_now, shown_was, shown_now))
    return tuple(found)


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

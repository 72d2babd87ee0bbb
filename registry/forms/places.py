"""Where in a patient's record does a form stand? Ways, nodes, and what a saved form would clear."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace

from django.utils import timezone

from registry.actions.save_record import nested
from registry.dictionary.case import Case, Node, Record
from registry.dictionary.reading import merge
from registry.models import DICTIONARY
from registry.records import Path, StoredCase


def case_of(root: Record) -> Case:
    """One patient's record in its places, seen today."""
    return Case(root, DICTIONARY, timezone.localdate())


def path_of(node: Node) -> Path:
    """The way from the patient to a node."""
    at: Node | None = node
    steps: list[tuple[str, str]] = []
    while at is not None and at.parent is not None:
        steps.append((at.type.name, at.record.key))
        at = at.parent
    return tuple(reversed(steps))


def node_at(case: Case, path: Path) -> Node | None:
    """The node at the end of a way, or None."""
    type_name = path[-1][0] if path else "patient"
    return next((one for one in case.of(type_name) if path_of(one) == path), None)


def path_of_row(stored: StoredCase, type_name: str, pk: int) -> Path | None:
    """The way to the row of that type with this primary key, or None."""
    rows = stored.rows.items()
    return next(
        (path for path, row in rows if row.pk == pk and row.record_type.name == type_name), None
    )


def new_key(type_name: str) -> str:
    """The key of a record that is made here; single records have the name of their type."""
    return type_name if DICTIONARY[type_name].single else f"form-{secrets.token_hex(4)}"


def settled(root: Record, path: Path, record: Record) -> tuple[Case, Record]:
    """The case with `record` in it, and the record without the answers that are asked no longer.

    Clearing one answer may close the branch of another: repeated until nothing changes.
    """
    while True:
        case = case_of(merge(root, nested(root, path, record)))
        node = node_at(case, path)
        assert node is not None, "the record was merged into the case"
        closed = {name: None for name in _not_asked(node) if name in node.record.answers}
        if not closed:
            return case, record
        record = replace(record, answers={**record.answers, **closed})


def closed_branches(root: Record, path: Path, record: Record) -> frozenset[str]:
    """The items that are not asked any more when `record` is in the case."""
    case, _ready = settled(root, path, record)
    node = node_at(case, path)
    assert node is not None, "the record was merged into the case"
    return frozenset(_not_asked(node))


def _not_asked(node: Node) -> Iterator[str]:
    for item in node.type.items:
        if item.asked_if is not None and item.asked_if.holds(node) is False:
            yield item.name

"""Which records has the patient, how far is each, and what can be added?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from registry.dictionary.case import Node
from registry.forms.places import path_of
from registry.models import DICTIONARY
from registry.records import Path
from registry.views.events import Badge, badge_in
from registry.views.places import Open
from registry.views.words import label_of


@dataclass(frozen=True)
class Entry:
    """One line of the left menu."""

    label: str
    depth: int
    badge: Badge
    address: str
    path: Path
    here: bool


@dataclass(frozen=True)
class Adding:
    """One record that can be added."""

    label: str
    address: str


def menu_of(opened: Open, here: Path | None) -> list[Entry]:
    """Every record of the patient, those nested in another one indented below it."""
    return [
        Entry(
            label=label_of(node),
            depth=max(len(path) - 1, 0),
            badge=badge_in(opened, node),
            address=opened.address(path),
            path=path,
            here=path == here,
        )
        for node in _in_order(opened.case.nodes[0])
        for path in [path_of(node)]
    ]


def _in_order(node: Node) -> Iterator[Node]:
    yield node
    for type_ in DICTIONARY.children(node.type.name):
        for child in node.children(type_.name):
            yield from _in_order(child)


def next_after(opened: Open, path: Path) -> Entry | None:
    """The record below this one in the menu."""
    entries = menu_of(opened, path)
    at = next((index for index, one in enumerate(entries) if one.here), len(entries))
    return entries[at + 1] if at + 1 < len(entries) else None


def additions(opened: Open, path: Path) -> tuple[list[Adding], list[Adding]]:
    """What can be added inside the record at `path` (the nearest around it that holds others),
    and what to the patient."""
    if not opened.editable:
        return [], []
    inner: Node | None = opened.node(path)
    while inner is not None and not list(DICTIONARY.children(inner.type.name)):
        inner = inner.parent
    root = opened.case.nodes[0]
    within = [] if inner is None or inner is root else list(_adding(opened, inner))
    return within, list(_adding(opened, root))


def _adding(opened: Open, parent: Node) -> Iterator[Adding]:
    for type_ in DICTIONARY.children(parent.type.name):
        if opened.can_add(parent, type_.name):
            yield Adding(type_.label, opened.adding(parent, type_.name))

"""Why does a stored answer become another one? Who changes it by hand says so; a batch need not (ADR 0014)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from registry.actions.plan import Plan, walk
from registry.dictionary.answers import read_reason
from registry.dictionary.case import Case, Node
from registry.dictionary.language import Item
from registry.models import DICTIONARY
from registry.records import Path


class Unexplained(Exception):
    """Stored answers would become others and nobody said why; `items` are their names."""

    def __init__(self, items: Sequence[str]) -> None:
        super().__init__(f"A stored answer changes for a reason: {', '.join(items)}")
        self.items = tuple(items)


@dataclass(frozen=True)
class Why:
    """What was said: of everything that changes, or of single items by name.

    asked : False for doors that are not asked.
    """

    reason: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    asked: bool = True

    def of(self, item: str) -> str:
        """The reason why this item changes; empty where there is none."""
        return read_reason(self.reason) or read_reason(self.reasons.get(item, ""))


UNSAID = Why()
"""Of deeds that change no stored answer: a new patient, a judgement by the clock."""
BATCH = Why(asked=False)
"""Of the API and of tables: the centre's own system is the record, the trail names the batch."""


def ask_why(plans: Iterable[Plan], why: Why) -> None:
    """Raises Unexplained when a plan changes a stored answer for which no reason was given.

    To answer what was open needs none, nor does an answer that goes because its branch was closed:
    the reason stands with the answer that closed it.
    """
    if not why.asked:
        return
    left = [name for plan in plans for name in _changed(plan) if not why.of(name)]
    if left:
        raise Unexplained(list(dict.fromkeys(left)))


def _changed(plan: Plan) -> Iterator[str]:
    """The items of stored records whose answer becomes another one."""
    if not plan.changed or plan.stored.patient is None:
        return
    before, after = dict(walk(plan.stored.root)), dict(walk(plan.merged))
    nodes: dict[Path, Node] = {}
    for path in plan.changed:
        was, now = before[path].answers, after[path].answers
        for name, answer in was.items():
            if answer is None or now.get(name) == answer:
                continue
            nodes = nodes or {_path(one): one for one in _case(plan).nodes}
            item = DICTIONARY[after[path].type].by_name[name]
            if now.get(name) is not None or not _closed(item, nodes[path]):
                yield name


def _case(plan: Plan) -> Case:
    return Case(plan.merged, DICTIONARY, timezone.localdate())


def _closed(item: Item, node: Node) -> bool:
    return item.asked_if is not None and item.asked_if.holds(node) is False


def _path(node: Node) -> Path:
    if node.parent is None:
        return ()
    return (*_path(node.parent), (node.type.name, node.record.key))

"""One patient's whole record as plain data, and how to find one's way in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from registry.dictionary.language import Dictionary, Item, RecordType
from registry.dictionary.values import (
    Answer,
    Answers,
    Missing,
    PartialDate,
    Quantity,
    Value,
)


@dataclass(frozen=True)
class Record:
    """One record with the records nested in it. `key` is its name in the centre's own system.

    `kept` holds the reasons given for keeping a value against a warning, by rule number.
    """

    type: str
    key: str = ""
    answers: Answers = field(default_factory=dict)
    children: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    kept: Mapping[int, str] = field(default_factory=dict)

    def of(self, type_name: str) -> tuple[Record, ...]:
        """The records of one type nested directly in this one."""
        return self.children.get(type_name, ())


_NOTHING: dict[str, list[Node]] = {}
"""Nested in most records: one for all of them, as they are many."""


class Node:
    """A record in its place: knows its parent and its case, so a rule can look around."""

    __slots__ = (
        "_related",
        "answers",
        "case",
        "nested",
        "outer",
        "parent",
        "pointer",
        "record",
        "type",
    )

    def __init__(
        self, case: Case, record: Record, type_: RecordType, parent: Node | None, pointer: str
    ) -> None:
        self.case, self.record, self.type, self.parent = case, record, type_, parent
        self.answers, self.pointer = record.answers, pointer
        self.nested: dict[str, list[Node]] = _NOTHING
        self.outer: Node | None = None
        self._related: dict[str, Node | None] | None = None

    def seen_from(self, outer: Node) -> Node:
        """The same node while a rule of `outer` looks at it: its refs may begin with `outer.`"""
        view = Node(self.case, self.record, self.type, self.parent, self.pointer)
        view.nested, view.outer = self.nested, outer
        return view

    def is_in(self, other: Node) -> bool:
        """Is this record nested directly in that one? Also true of `other.seen_from(...)`."""
        return self.parent is not None and self.parent.record is other.record

    def children(self, type_name: str) -> Iterator[Node]:
        """Those of one type nested directly in this one. Raises KeyError as `Case.of`."""
        found = self.nested.get(type_name)
        return iter(found if found is not None else self.case.of(type_name)[:0])

    def related(self, type_name: str) -> Node | None:
        """The one record of that type that belongs to this one.

        Looked for in this order: itself and its ancestors with their single children, the record
        that this one names by a link or is led to by it, the only record of that type in the case.
        """
        if type_name == "outer":
            return self.outer
        # Asked again and again of some records, and never of most.
        if self._related is None:
            self._related = {}
        if type_name not in self._related:
            self._related[type_name] = self._look_for(type_name)
        return self._related[type_name]

    def _look_for(self, type_name: str) -> Node | None:
        at: Node | None = self
        single = self.case.dictionary[type_name].single
        while at is not None:
            if at.type.name == type_name:
                return at
            link = next((one for one in at.type.links if one.target == type_name), None)
            if link and (told := at.value(link.item)) is not None:
                return self.case.named(link.target, link.target_item, told)
            if link and link.otherwise:
                return link.otherwise(at)
            if single:
                own = next(at.children(type_name), None)
                if own is not None:
                    return own
            at = at.parent
        every = self.case.of(type_name)
        return every[0] if len(every) == 1 else None

    def get(self, ref: str) -> Answer:
        """The answer at `ref`: an item of this record, or `type.item` of a related one."""
        if "." not in ref:
            return self.answers.get(ref)
        type_name, item = ref.split(".", 1)
        if type_name == "case":
            return self.case.derived(item)
        node = self.related(type_name)
        return None if node is None else node.get(item)

    def value(self, ref: str) -> Value | None:
        """The value at `ref`, or None when unanswered or missing."""
        # Reports ask for millions: most are of this very record, and isinstance is slow of an enum.
        answer = self.get(ref) if "." in ref else self.answers.get(ref)
        if type(answer) is Missing:
            return None
        return answer.normalised if type(answer) is Quantity else answer

    def date(self, ref: str) -> PartialDate | None:
        answer = self.get(ref) if "." in ref else self.answers.get(ref)
        return answer if type(answer) is PartialDate else None

    def dates(self) -> Iterator[tuple[Item, PartialDate]]:
        """Every dated answer of this record."""
        for name, answer in self.record.answers.items():
            if isinstance(answer, PartialDate):
                yield self.type.by_name[name], answer


class Case:
    """One patient's record with every nested record in its place, on a given day."""

    def __init__(self, root: Record, dictionary: Dictionary, today: date) -> None:
        self.root, self.dictionary, self.today = root, dictionary, today
        self._by_type: dict[str, list[Node]] = {one.name: [] for one in dictionary.types}
        self.nodes: list[Node] = []
        self._known: dict[Callable[[Case], list[Node]], list[Node]] = {}
        self._place(root, dictionary[root.type], None, "")

    def of(self, type_name: str) -> list[Node]:
        """Every record of one type, in the order of the case."""
        return self._by_type[type_name]

    def named(self, type_name: str, item: str, answer: Value) -> Node | None:
        """The record of a type whose `item` is the answer: the first is the only one too, where
        that does not say."""
        every = self.of(type_name)
        if answer == 1 and len(every) == 1 and every[0].value(item) is None:
            return every[0]
        return next((one for one in every if one.value(item) == answer), None)

    def once(self, find: Callable[[Case], list[Node]]) -> list[Node]:
        """What `find` finds in this case, looked for once. Nobody may change the list."""
        if find not in self._known:
            self._known[find] = find(self)
        return self._known[find]

    def _place(self, record: Record, type_: RecordType, parent: Node | None, pointer: str) -> Node:
        node = Node(self, record, type_, parent, pointer)
        self._by_type[record.type].append(node)
        self.nodes.append(node)
        if record.children:
            node.nested = {}
        for type_name, children in record.children.items():
            below = self.dictionary[type_name]
            at = f"{pointer}/{below.json_key}"
            node.nested[type_name] = placed = []
            for index, child in enumerate(children):
                pointed = at if below.single else f"{at}/{index}"
                placed.append(self._place(child, below, node, pointed))
        return node

    def let_go(self) -> None:
        """Undo the places: the memory is free at once, not when the garbage collector comes by."""
        for node in self.nodes:
            node.nested, node._related = _NOTHING, None
        self.nodes, self._by_type, self._known = [], {}, {}

    def derived(self, name: str) -> Value | None:
        """Facts of the whole case that rules may name: `case.today`, `case.last_contact`,
        `case.status`."""
        if name == "today":
            return PartialDate(self.today)
        if name == "last_contact":
            return self.last_contact
        if name == "status":
            latest = self.latest_follow_up
            status = latest.value("status") if latest else None
            return status if isinstance(status, str) else None
        raise KeyError(f"a case has no {name!r}: it has today, last_contact, status")

    @cached_property
    def latest_follow_up(self) -> Node | None:
        dated = [one for one in self.of("follow_up") if one.date("date_of_contact")]
        return max(dated, key=_contact, default=None)

    @property
    def last_contact(self) -> PartialDate | None:
        """The latest date on which the patient was seen, or died."""
        death = next((one.date("date") for one in self.of("death")), None)
        latest = self.latest_follow_up
        contact = latest.date("date_of_contact") if latest else None
        known = [one for one in (death, contact) if one is not None]
        return max(known, key=lambda one: one.last, default=None)


def _contact(node: Node) -> tuple[date, int]:
    found = node.date("date_of_contact")
    return contact_order(found.last if found else date.min, str(node.value("status")))


def contact_order(day: date, status: str) -> tuple[date, int]:
    """Which of several contacts is the last: of those on one day the one that ends the follow-up.

    day : the latest that the date of the contact can mean.
    """
    return (day, {"LOST": 1, "DEAD": 2}.get(status, 0))

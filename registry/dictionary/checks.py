"""The closed vocabulary of edit checks: what a rule can say about a patient's whole record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Protocol

from registry.dictionary.case import Node
from registry.dictionary.language import Link
from registry.dictionary.predicates import Exists, Predicate, compare_dates
from registry.dictionary.values import PartialDate
from registry.dictionary.visits import GRACE, next_visit


class Severity(StrEnum):
    """What a broken rule does (dictionary.md 2.4)."""

    ERROR = "error"
    WARNING = "warning"
    QUERY = "query"

    @property
    def letter(self) -> str:
        return {"error": "H", "warning": "S", "query": "Q"}[self.value]


@dataclass(frozen=True)
class Failure:
    """A rule broken at a record: which answers, and whether it is certain or merely possible.

    absent : the type of the record that should be there, where there is none of it. computed : what
    the first answer would be, by the others.
    """

    at: Node
    refs: tuple[str, ...]
    certain: bool = True
    absent: str = ""
    computed: str = ""


class Check(Protocol):
    """Something that can be wrong with a record in its place."""

    def failures(self, at: Node) -> Iterator[Failure]: ...


@dataclass(frozen=True)
class Rule:
    """An edit check with its number, weight and words.

    says : what is the matter where it is broken, and after a colon what to do about it: the only
    sentence of a rule, for whoever stands before the field and for the data dictionary alike. The
    answers concerned follow it in a finding. refused : the tables refuse what breaks it, so that
    not even a draft can hold it.
    """

    number: int
    severity: Severity
    says: str
    check: Check
    source: str = ""
    refused: bool = False

    @property
    def says_perhaps(self) -> str:
        """What is said where a date that is not known to the day may break it, or may not."""
        matter, _colon, _deed = self.says.partition(": ")
        told = f"Perhaps {matter[:1].lower()}{matter[1:]}"
        return f"{told}: give the dates to the day, if they are known"


def error(number: int, says: str, check: Check, source: str = "", *, refused: bool = False) -> Rule:
    """A rule that blocks completion."""
    return Rule(number, Severity.ERROR, says, check, source, refused)


def warning(number: int, says: str, check: Check, source: str = "") -> Rule:
    """A rule that needs a reason to be kept."""
    return Rule(number, Severity.WARNING, says, check, source)


def query(number: int, says: str, check: Check, source: str = "") -> Rule:
    """A rule that opens a question at the centre, which closes itself."""
    return Rule(number, Severity.QUERY, says, check, source)


@dataclass(frozen=True)
class Require:
    """When `when` holds, `then` must hold. Not judged where either cannot be decided."""

    when: Predicate
    then: Predicate

    def failures(self, at: Node) -> Iterator[Failure]:
        if self.when.holds(at) is True and self.then.holds(at) is False:
            refs = tuple(dict.fromkeys(self.then.refs + self.when.refs))
            wanted = self.then.type if isinstance(self.then, Exists) else ""
            yield Failure(at, refs, absent="" if wanted and at.case.of(wanted) else wanted)


@dataclass(frozen=True)
class Always:
    """`then` must hold."""

    then: Predicate

    def failures(self, at: Node) -> Iterator[Failure]:
        if self.then.holds(at) is False:
            yield Failure(at, self.then.refs)


@dataclass(frozen=True)
class Never:
    """`when` must not hold."""

    when: Predicate

    def failures(self, at: Node) -> Iterator[Failure]:
        if self.when.holds(at) is True:
            yield Failure(at, self.when.refs)


@dataclass(frozen=True)
class OnlyWhen:
    """`check` is made only where `condition` holds."""

    condition: Predicate
    check: Check

    def failures(self, at: Node) -> Iterator[Failure]:
        if self.condition.holds(at) is True:
            yield from self.check.failures(at)


@dataclass(frozen=True)
class Recomputed:
    """A typed answer at `item` is what `compute` (registry.dictionary.derived) makes of the rest.

    Not judged where nothing was typed or nothing can be computed.
    """

    item: str
    compute: Callable[[Node], str | None]
    because: tuple[str, ...] = ()

    def failures(self, at: Node) -> Iterator[Failure]:
        typed, computed = at.value(self.item), self.compute(at)
        if typed is not None and computed is not None and typed != computed:
            yield Failure(at, (self.item, *self.because), computed=computed)


@dataclass(frozen=True, init=False)
class InOrder:
    """Dates that must not go back in time. Fails if impossible for every day they can mean;
    merely possible failures of partial dates are warnings. Two dates of other records are a matter
    of theirs."""

    refs: tuple[str, ...]

    def __init__(self, *refs: str) -> None:
        object.__setattr__(self, "refs", refs)

    def failures(self, at: Node) -> Iterator[Failure]:
        known = [(ref, when) for ref in self.refs if (when := at.date(ref)) is not None]
        if not known:
            return
        early, first = known[0]
        for late, second in known[1:]:
            in_order = compare_dates(first, "<=", second)
            own = "." not in early or "." not in late
            if own and in_order is not True and not _same_period(first, second):
                yield Failure(at, (late, early), certain=in_order is False)
            # A vague date in between must not hide that the ones around it are the wrong way round.
            if in_order is False or second.first >= first.first:
                early, first = late, second


def _same_period(one: PartialDate, other: PartialDate) -> bool:
    """Two dates known to the same month or year say nothing against their order."""
    return not one.exact and one == other


@dataclass(frozen=True)
class NamesARecord:
    """The answer at the link's item names a record of the case (Case.named), or one that may be
    kept elsewhere."""

    link: Link

    def failures(self, at: Node) -> Iterator[Failure]:
        link, named = self.link, at.value(self.link.item)
        if named is None or at.case.named(link.target, link.target_item, named) is not None:
            return
        if link.elsewhere is None or not link.elsewhere.holds(at):
            yield Failure(at, (link.item,))


@dataclass(frozen=True)
class NotInFuture:
    """No date of this record lies after today."""

    def failures(self, at: Node) -> Iterator[Failure]:
        for item, when in at.dates():
            if when.first > at.case.today:
                yield Failure(at, (item.name,))


@dataclass(frozen=True, init=False)
class NothingAfter:
    """No dated answer of the named record types lies after the date at `ref` of this record.

    `skip` names answers as `type.item` that may lie later.
    """

    ref: str
    types: tuple[str, ...]
    skip: tuple[str, ...]

    def __init__(self, ref: str, *types: str, skip: tuple[str, ...] = ()) -> None:
        object.__setattr__(self, "ref", ref)
        object.__setattr__(self, "types", types)
        object.__setattr__(self, "skip", skip)

    def failures(self, at: Node) -> Iterator[Failure]:
        end = at.date(self.ref)
        if end is None:
            return
        here = self.ref if "." in self.ref else f"{at.type.name}.{self.ref}"
        for type_name in self.types:
            for node in at.case.of(type_name):
                for item, when in node.dates():
                    if f"{type_name}.{item.name}" not in self.skip and when.first > end.last:
                        yield Failure(node, (item.name, here))


@dataclass(frozen=True)
class Numbered:
    """Records of `type` are numbered from `first` (1 unless some came before this registry)
    without gap, and their dates rise with the number."""

    type: str
    number: str = "number"
    date: str = "date"
    group: str = ""
    strict: bool = True
    may_start_later: Predicate | None = None

    def failures(self, at: Node) -> Iterator[Failure]:
        groups: dict[object, list[Node]] = {}
        for node in at.case.of(self.type):
            if isinstance(node.value(self.number), int):
                groups.setdefault(node.value(self.group) if self.group else None, []).append(node)
        for nodes in groups.values():
            yield from self._broken(sorted(nodes, key=self._number))

    def _number(self, node: Node) -> int:
        value = node.value(self.number)
        return value if isinstance(value, int) else 0

    def _broken(self, nodes: list[Node]) -> Iterator[Failure]:
        first = nodes[0]
        excused = self.may_start_later is not None and self.may_start_later.holds(first) is True
        if self._number(first) != 1 and not excused:
            yield Failure(first, (self.number,))
        for before, after in pairwise(nodes):
            if self._number(after) != self._number(before) + 1:
                yield Failure(after, (self.number,))
            early, late = before.date(self.date), after.date(self.date)
            if early and late and compare_dates(late, ">" if self.strict else ">=", early) is False:
                yield Failure(after, (self.date, self.number))


@dataclass(frozen=True)
class UpToDate:
    """A living patient has a contact no older than the visit that was due, plus `grace` days.

    Which visit is due says registry.dictionary.visits, as it does for the home page.
    """

    grace: int = GRACE

    def failures(self, at: Node) -> Iterator[Failure]:
        case = at.case
        latest = case.latest_follow_up
        if latest is None or case.derived("status") != "ALIVE":
            return
        owed = next_visit(case)
        if owed is not None and case.today > owed.due + timedelta(days=self.grace):
            yield Failure(latest, ("date_of_contact",))

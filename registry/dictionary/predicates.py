"""The closed vocabulary of conditions: each is true, false or not decidable (None) at a record."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from registry.dictionary.case import Node
from registry.dictionary.values import PartialDate

Truth = bool | None

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


class Predicate(Protocol):
    """A condition on a record in its place."""

    def holds(self, at: Node) -> Truth: ...

    @property
    def refs(self) -> tuple[str, ...]:
        """The answers it looks at, for the message of a finding."""
        ...


@dataclass(frozen=True, init=False)
class Is:
    """The code at `ref` is one of `values`."""

    ref: str
    values: tuple[str, ...]

    def __init__(self, ref: str, *values: str) -> None:
        object.__setattr__(self, "ref", ref)
        object.__setattr__(self, "values", values)

    def holds(self, at: Node) -> Truth:
        value = at.value(self.ref)
        return None if value is None else value in self.values

    @property
    def refs(self) -> tuple[str, ...]:
        return (self.ref,)


@dataclass(frozen=True, init=False)
class Has:
    """The set of codes at `ref` holds at least one of `codes`."""

    ref: str
    codes: tuple[str, ...]

    def __init__(self, ref: str, *codes: str) -> None:
        object.__setattr__(self, "ref", ref)
        object.__setattr__(self, "codes", codes)

    def holds(self, at: Node) -> Truth:
        value = at.value(self.ref)
        return bool(value & set(self.codes)) if isinstance(value, frozenset) else None

    @property
    def refs(self) -> tuple[str, ...]:
        return (self.ref,)


@dataclass(frozen=True, init=False)
class HasOnly:
    """The set of codes at `ref` is not empty and holds nothing but `codes`."""

    ref: str
    codes: tuple[str, ...]

    def __init__(self, ref: str, *codes: str) -> None:
        object.__setattr__(self, "ref", ref)
        object.__setattr__(self, "codes", codes)

    def holds(self, at: Node) -> Truth:
        value = at.value(self.ref)
        return bool(value) and value <= set(self.codes) if isinstance(value, frozenset) else None

    @property
    def refs(self) -> tuple[str, ...]:
        return (self.ref,)


@dataclass(frozen=True)
class Known:
    """There is a value at `ref` (not a missing reason)."""

    ref: str

    def holds(self, at: Node) -> Truth:
        return at.value(self.ref) is not None

    @property
    def refs(self) -> tuple[str, ...]:
        return (self.ref,)


@dataclass(frozen=True)
class Answered:
    """There is a value or a missing reason at `ref`."""

    ref: str

    def holds(self, at: Node) -> Truth:
        return at.get(self.ref) is not None

    @property
    def refs(self) -> tuple[str, ...]:
        return (self.ref,)


@dataclass(frozen=True)
class Compare:
    """`left` stands in this relation to `right`, another ref or a number.

    Dates are compared by their bounds, so a comparison of partial dates may be undecidable.
    """

    left: str
    relation: str
    right: str | int | Decimal

    def holds(self, at: Node) -> Truth:
        left = at.value(self.left)
        right = at.value(self.right) if isinstance(self.right, str) else self.right
        if isinstance(left, PartialDate) and isinstance(right, PartialDate):
            return compare_dates(left, self.relation, right)
        if isinstance(left, (int, Decimal)) and isinstance(right, (int, Decimal)):
            return OPERATORS[self.relation](left, right)
        return None

    @property
    def refs(self) -> tuple[str, ...]:
        return (self.left, self.right) if isinstance(self.right, str) else (self.left,)


def compare_dates(left: PartialDate, relation: str, right: PartialDate) -> Truth:
    """True or false when it is so for every day the two can mean, else None."""
    apply = OPERATORS[relation]
    if relation in ("==", "!="):
        if left.exact and right.exact:
            return apply(left.first, right.first)
        apart = left.last < right.first or left.first > right.last
        return (relation == "!=") if apart else None
    outcomes = {apply(a, b) for a in (left.first, left.last) for b in (right.first, right.last)}
    return outcomes.pop() if len(outcomes) == 1 else None


@dataclass(frozen=True)
class DaysBetween:
    """The days from `earlier` to `later` stand in this relation to `days`."""

    earlier: str
    later: str
    relation: str
    days: int

    def holds(self, at: Node) -> Truth:
        start, end = at.date(self.earlier), at.date(self.later)
        if start is None or end is None:
            return None
        apply = OPERATORS[self.relation]
        shortest, longest = (end.first - start.last).days, (end.last - start.first).days
        outcomes = {apply(shortest, self.days), apply(longest, self.days)}
        return outcomes.pop() if len(outcomes) == 1 else None

    @property
    def refs(self) -> tuple[str, ...]:
        return (self.earlier, self.later)


@dataclass(frozen=True)
class AgeAt:
    """The patient's age in completed years at the date `ref` stands in this relation to `years`."""

    ref: str
    relation: str
    years: int

    def holds(self, at: Node) -> Truth:
        born, when = at.date("identity.birth_date"), at.date(self.ref)
        if born is None or when is None:
            return None
        apply = OPERATORS[self.relation]
        ages = {completed_years(born.last, when.first), completed_years(born.first, when.last)}
        outcomes = {apply(age, self.years) for age in ages}
        return outcomes.pop() if len(outcomes) == 1 else None

    @property
    def refs(self) -> tuple[str, ...]:
        return (self.ref,)


def completed_years(born: date, when: date) -> int:
    """Age in completed years; someone born on 29 February has the birthday on 1 March."""
    return when.year - born.year - ((when.month, when.day) < (born.month, born.day))


@dataclass(frozen=True)
class Exists:
    """At least `at_least` records of a type, in the whole case or only `inside` this record,
    meet `where`; inside it `outer.item` names the answers of the record being judged."""

    type: str
    where: Predicate | None = None
    at_least: int = 1
    inside: bool = False

    def count(self, at: Node) -> tuple[int, int]:
        """How many certainly meet `where`, and how many may."""
        candidates = at.children(self.type) if self.inside else at.case.of(self.type)
        verdicts = [
            True if self.where is None else self.where.holds(one.seen_from(at))
            for one in candidates
            if one.record is not at.record
        ]
        return verdicts.count(True), len(verdicts) - verdicts.count(False)

    def holds(self, at: Node) -> Truth:
        return AtLeast(self.at_least, self).holds(at)

    @property
    def refs(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True, init=False)
class AtLeast:
    """Records of several kinds together number at least `number`."""

    number: int
    kinds: tuple[Exists, ...]

    def __init__(self, number: int, *kinds: Exists) -> None:
        object.__setattr__(self, "number", number)
        object.__setattr__(self, "kinds", kinds)

    def holds(self, at: Node) -> Truth:
        counts = [kind.count(at) for kind in self.kinds]
        if sum(certain for certain, _ in counts) >= self.number:
            return True
        return None if sum(possible for _, possible in counts) >= self.number else False

    @property
    def refs(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True)
class Not:
    """The opposite of `what`."""

    what: Predicate

    def holds(self, at: Node) -> Truth:
        truth = self.what.holds(at)
        return None if truth is None else not truth

    @property
    def refs(self) -> tuple[str, ...]:
        return self.what.refs


@dataclass(frozen=True, init=False)
class AllOf:
    """Every one of `parts` holds."""

    parts: tuple[Predicate, ...]

    def __init__(self, *parts: Predicate) -> None:
        object.__setattr__(self, "parts", parts)

    def holds(self, at: Node) -> Truth:
        truths = [part.holds(at) for part in self.parts]
        return False if False in truths else None if None in truths else True

    @property
    def refs(self) -> tuple[str, ...]:
        return tuple(ref for part in self.parts for ref in part.refs)


@dataclass(frozen=True, init=False)
class AnyOf:
    """At least one of `parts` holds."""

    parts: tuple[Predicate, ...]

    def __init__(self, *parts: Predicate) -> None:
        object.__setattr__(self, "parts", parts)

    def holds(self, at: Node) -> Truth:
        truths = [part.holds(at) for part in self.parts]
        return True if True in truths else None if None in truths else False

    @property
    def refs(self) -> tuple[str, ...]:
        return tuple(ref for part in self.parts for ref in part.refs)

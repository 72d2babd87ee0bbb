"""What can a rule say about numbers: their ratio, their difference, their steps?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from registry.dictionary.case import Node
from registry.dictionary.predicates import OPERATORS, Truth


@dataclass(frozen=True)
class Ratio:
    """`over` divided by `under` to the `power` stands in this relation to `number`."""

    over: str
    under: str
    relation: str
    number: Decimal
    power: int = 1

    def holds(self, at: Node) -> Truth:
        over, under = at.value(self.over), at.value(self.under)
        if not isinstance(over, (int, Decimal)) or not isinstance(under, (int, Decimal)):
            return None
        if not under:
            return None
        return OPERATORS[self.relation](Decimal(over) / Decimal(under) ** self.power, self.number)

    @property
    def refs(self) -> tuple[str, ...]:
        return (self.over, self.under)


@dataclass(frozen=True)
class Difference:
    """`more` minus `less` stands in this relation to `number`."""

    more: str
    less: str
    relation: str
    number: int

    def holds(self, at: Node) -> Truth:
        more, less = at.value(self.more), at.value(self.less)
        if not isinstance(more, (int, Decimal)) or not isinstance(less, (int, Decimal)):
            return None
        return OPERATORS[self.relation](more - less, self.number)

    @property
    def refs(self) -> tuple[str, ...]:
        return (self.less, self.more)


@dataclass(frozen=True)
class MultipleOf:
    """The whole number at `ref` is a multiple of `step`."""

    ref: str
    step: int

    def holds(self, at: Node) -> Truth:
        value = at.value(self.ref)
        return value % self.step == 0 if isinstance(value, int) else None

    @property
    def refs(self) -> tuple[str, ...]:
        return (self.ref,)

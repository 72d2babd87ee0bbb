"""What does a regression say of each of its columns and terms? The rows of every model's report."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

from outcomes._numbers.printed import aligned_cells, short
from outcomes.reasons import Reason

__all__ = ["Coefficient", "RowsByName", "TermTest", "TermsByName"]


class AnyCoefficient(Protocol):
    """A row of a model: its term, its level if the term is a factor, and its hazard ratio."""

    @property
    def term(self) -> str: ...
    @property
    def level(self) -> str | None: ...
    @property
    def hazard_ratio(self) -> float | None: ...
    @property
    def lower(self) -> float | None: ...
    @property
    def upper(self) -> float | None: ...
    @property
    def p(self) -> float | None: ...
    @property
    def reason(self) -> str | None: ...


class AnyTermTest(Protocol):
    """A test of all columns of a term together."""

    @property
    def term(self) -> str: ...
    @property
    def df(self) -> int: ...
    @property
    def p(self) -> float | None: ...
    @property
    def reason(self) -> str | None: ...


class Coefficient(NamedTuple):
    """One column of the model. All numbers are None, and reason is set, when not estimable."""

    term: str
    level: str | None
    beta: float | None
    std_error: float | None
    hazard_ratio: float | None
    lower: float | None
    upper: float | None
    z: float | None
    p: float | None
    reason: Reason | None


@dataclass(frozen=True)
class TermTest:
    """Test of all columns of a term together (the "overall" row of a factor), usually Wald's.

    None, and reason set, when a column is infinite or none can be estimated.
    """

    term: str
    statistic: float | None
    df: int
    p: float | None
    reason: str | None = None


Row = TypeVar("Row", bound=AnyCoefficient)
Overall = TypeVar("Overall", bound=AnyTermTest)


class TermsByName(Generic[Overall]):
    """A result whose tests of terms are found by their names."""

    if TYPE_CHECKING:  # else a dataclass would take the property for the default of its field

        @property
        def terms(self) -> tuple[Overall, ...]:
            """One test per term."""

    def term(self, name: str) -> Overall:
        """The overall test of a term. Raises KeyError, which lists the terms."""
        for test in self.terms:
            if test.term == name:
                return test
        raise KeyError(f"no term {name!r}; there are {[test.term for test in self.terms]}")


class RowsByName(TermsByName[Overall], ABC, Generic[Row, Overall]):
    """A fit whose coefficients and terms are found by their names; str(fit) is a plain table."""

    n: int
    events: Any
    dropped: int
    level: float
    coefficients: tuple[Row, ...]

    def coefficient(self, term: str, level: str | None = None) -> Row:
        """The coefficient of a level; the level may be left out when the term has only one.

        Raises KeyError, which lists the terms or levels there are.
        """
        mine = [c for c in self.coefficients if c.term == term]
        found = mine if level is None else [c for c in mine if c.level == level]
        if len(found) == 1:
            return found[0]
        if not mine:
            raise KeyError(f"no coefficient of {self.term(term).term!r}: it has one level only")
        levels = [c.level for c in mine]
        if level is None:
            raise KeyError(f"name a level of {term!r}: {levels}")
        raise KeyError(f"{term!r} has no coefficient of level {level!r}; there are {levels}")

    @abstractmethod
    def _heading(self) -> str:
        """What the model is, in a line."""

    def __repr__(self) -> str:
        names = [test.term for test in self.terms]
        return f"{type(self).__name__}(n={self.n}, events={self.events}, terms={names})"

    def __str__(self) -> str:
        lines: list[tuple[str, ...]] = [("term", "level", "HR", f"{100 * self.level:g}% CI", "P")]
        for test in self.terms:
            mine = [row for row in self.coefficients if row.term == test.term]
            lines += map(_line, mine)
            if len(mine) != 1:
                lines.append(_overall(test))
        left_out = f", {self.dropped} left out" if self.dropped else ""
        return "\n".join([f"{self._heading()}{left_out}", *aligned_cells(lines)])


def _line(row: AnyCoefficient) -> tuple[str, ...]:
    level = "" if row.level is None else row.level
    if row.reason is not None:
        return (row.term, level, advice(row.reason))
    limits = f"{short(row.lower)} to {short(row.upper)}"
    return (row.term, level, short(row.hazard_ratio), limits, short(row.p))


def _overall(test: AnyTermTest) -> tuple[str, ...]:
    level = f"overall, {test.df} df" if test.df else ""
    if test.reason is not None:
        return (test.term, level, advice(test.reason))
    return (test.term, level, "", "", short(test.p))


def advice(reason: str) -> str:
    """A reason, and what to do about it."""
    return f"{reason}; {reason.remedy}" if isinstance(reason, Reason) else reason

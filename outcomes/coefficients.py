"""What does a regression say of each of its columns and terms? The rows that every model reports."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from outcomes._numbers.distributions import normal_two_sided
from outcomes._regression.design import Label

LARGEST_LOG = math.log(sys.float_info.max)


class Named(Protocol):
    """A row of a model: its term, and its level if the term is a factor."""

    @property
    def term(self) -> str: ...

    @property
    def level(self) -> str | None: ...


@dataclass(frozen=True)
class Coefficient:
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
    reason: str | None


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


Row = TypeVar("Row", bound=Named)


class RowsByName(Generic[Row]):
    """A fit whose coefficients and terms are found by their names."""

    coefficients: tuple[Row, ...]
    terms: tuple[TermTest, ...]

    def coefficient(self, term: str, level: str | None = None) -> Row:
        """The coefficient of a level; the level may be left out when the term has only one."""
        mine = [c for c in self.coefficients if c.term == term]
        found = mine if level is None else [c for c in mine if c.level == level]
        if len(found) != 1:
            known = [c.level for c in mine] or [t.term for t in self.terms]
            raise KeyError(f"{term!r}, level {level!r}: not one coefficient; there are {known}")
        return found[0]

    def term(self, name: str) -> TermTest:
        """The overall test of a term."""
        for test in self.terms:
            if test.term == name:
                return test
        raise KeyError(f"no term {name!r}; there are {[test.term for test in self.terms]}")


def wald_row(
    label: Label, beta: float, variance: float, reason: str | None, z: float
) -> Coefficient:
    """The row of an estimate with limits exp(beta -+ z SE), or of its reason.

    Source: Wald, Trans Am Math Soc 1943;54:426-482.
    Checked: within cox and fine_gray, against R.

    >>> row = wald_row(Label("dose", None, None), 0.0, 1.0, None, 1.96)
    >>> row.hazard_ratio, round(row.upper, 4), row.p
    (1.0, 7.0993, 1.0)
    """
    if reason is not None:
        return Coefficient(label.term, label.level, *(None,) * 7, reason=reason)
    error = math.sqrt(variance)
    return Coefficient(
        label.term,
        label.level,
        beta=beta,
        std_error=error,
        hazard_ratio=ratio(beta),
        lower=ratio(beta - z * error),
        upper=ratio(beta + z * error),
        z=beta / error,
        p=normal_two_sided(beta / error),
        reason=None,
    )


def ratio(beta: float) -> float:
    """exp(beta); a tiny unit can make a ratio infinite, rightly.

    Source: definition.
    Checked: by hand.

    >>> ratio(0.0), ratio(1e6)
    (1.0, inf)
    """
    return math.exp(beta) if beta < LARGEST_LOG else math.inf

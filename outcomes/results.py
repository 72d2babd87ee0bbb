"""What does a chi-square or t test answer with? Statistic, df and P; None where there is no test."""

from __future__ import annotations

from dataclasses import dataclass

from outcomes._numbers.distributions import chi_square_tail


@dataclass(frozen=True)
class Test:
    """A test: its statistic, degrees of freedom and two-sided P.

    statistic and p are None when there is nothing to test (then df is 0) or when the
    number does not exist (zero variance, monotone likelihood): never a NaN.
    df is None for tests without degrees of freedom.
    reason : of a regression's tests, why there is no number. The tests of two or more groups leave
    it None: their function says when there is nothing to test.
    """

    __test__ = False  # not a pytest class

    statistic: float | None
    df: float | None
    p: float | None
    reason: str | None = None


NOTHING = Test(None, 0, None, "nothing to test: no coefficient to estimate")


def chi_square_result(statistic: float, df: int) -> Test:
    """The chi-square test with this statistic; nothing to test when df is 0.

    statistic : from 0 on. df : degrees of freedom. Raises nothing.
    Source: upper tail of chi-square with df degrees of freedom.
    Checked: within every test that rests on it.

    >>> round(chi_square_result(3.841459, 1).p, 6)
    0.05
    """
    if df < 1:
        return NOTHING
    return Test(statistic, df, chi_square_tail(statistic, df))

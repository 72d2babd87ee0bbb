"""Do several groups differ in a number, and how sure is a share? Rank, variance, binomial."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike

from outcomes._numbers.columns import FloatArray, SampleError, numbers
from outcomes._numbers.distributions import (
    analysis_of_variance,
    binomial_limits,
    equal_spread,
    expect_level,
    no_spread,
    rank_sum_of_groups,
)
from outcomes.curve import Interval
from outcomes.results import Test, chi_square_result


@dataclass(frozen=True)
class FTest:
    """An F test; None where there is nothing to test."""

    statistic: float | None
    df: tuple[int, int] | None
    p: float | None


def kruskal_wallis(groups: Sequence[ArrayLike]) -> Test:
    """Rank test of k groups with correction for ties. NaN = missing; empty groups are left out.

    Fewer than two groups, or all values equal: nothing to test.
    Raises SampleError for values that are no finite numbers.
    Source: Kruskal and Wallis, J Am Stat Assoc 1952;47:583-621.
    Checked: against R kruskal.test (golden/group_tests.csv), relative 1e-9.

    >>> round(kruskal_wallis([[1, 2, 3], [4, 5, 6]]).statistic, 4)
    3.8571
    """
    known = _groups(groups)
    if len(known) < 2 or np.ptp(np.concatenate(known)) == 0:
        return Test(None, 0, None)
    return chi_square_result(rank_sum_of_groups(known), len(known) - 1)


def anova(groups: Sequence[ArrayLike]) -> FTest:
    """One-way analysis of variance. NaN = missing; empty groups are left out.

    No spread within the groups but rounding, or no value to spare: nothing to test. Raises as
    kruskal_wallis.
    Source: Fisher, Statistical Methods for Research Workers, 1925, ch. 7.
    Checked: against R anova of lm (golden/group_tests.csv), relative 1e-9.

    >>> anova([[1, 2, 3], [2, 3, 4]]).statistic
    1.5
    """
    known = _groups(groups)
    return _f_test(known, known, analysis_of_variance)


def levene(groups: Sequence[ArrayLike]) -> FTest:
    """Do the groups spread alike? Distances from the group means, as SPSS prints beside t tests.

    Missing values and nothing to test as in anova. Raises as anova.
    Source: Levene, in Contributions to Probability and Statistics, 1960:278-292.
    Checked: against R anova of lm on the distances (golden/group_tests.csv), relative 1e-9.

    >>> round(levene([[1, 2, 3], [0, 2, 4]]).statistic, 4)
    0.8
    """
    known = _groups(groups)
    return _f_test(known, [np.abs(group - group.mean()) for group in known], equal_spread)


def share_interval(events: int, n: int, level: float = 0.95) -> Interval:
    """Exact limits of a share: events of n. No patient: no limits.

    Raises SampleError (events no whole number from 0 to n), ValueError (a level outside (0, 1)).
    Source: Clopper and Pearson, Biometrika 1934;26:404-413.
    Checked: against R binom.test (golden/group_tests.csv), relative 1e-9.

    >>> found = share_interval(1, 10)
    >>> round(found.lower, 4), round(found.upper, 4)
    (0.0025, 0.445)
    """
    expect_level(level)
    if not (isinstance(events, Real) and isinstance(n, Real) and 0 <= events <= n):
        raise SampleError(f"events: {events} of {n}; pass a count between 0 and n")
    if events % 1 or n % 1:
        raise SampleError(f"events: {events} of {n}; pass whole numbers, not shares or weights")
    if not n:
        return Interval(None, None, level, "Clopper-Pearson")
    return Interval(*binomial_limits(int(events), int(n), level), level, "Clopper-Pearson")


def _groups(groups: Sequence[ArrayLike]) -> list[FloatArray]:
    columns = [numbers(group, f"group {place}") for place, group in enumerate(groups)]
    known = [column[~np.isnan(column)] for column in columns]
    return [column for column in known if len(column)]


def _f_test(
    groups: list[FloatArray],
    compared: list[FloatArray],
    test: Callable[[list[FloatArray]], tuple[float, float]],
) -> FTest:
    n = sum(len(group) for group in groups)
    if len(groups) < 2 or n <= len(groups) or all(map(no_spread, compared, groups)):
        return FTest(None, None, None)
    statistic, p = test(groups)
    return FTest(statistic, (len(groups) - 1, n - len(groups)), p)

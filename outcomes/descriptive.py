"""How do groups compare before any survival? Tables, group differences, medians and quartiles."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from outcomes._numbers.arguments import expect, expect_flag
from outcomes._numbers.columns import FloatArray, numbers, one_of
from outcomes._numbers.distributions import no_spread, rank_sum, t_two_samples
from outcomes._numbers.fisher import Fisher, TooLarge, fisher_exact
from outcomes._numbers.whole_weights import MOST_PATIENTS
from outcomes.curve import Convention
from outcomes.results import Test, chi_square_result
from outcomes.sample import SampleError
from outcomes.terms import Factor

__all__ = [
    "Association",
    "Fisher",
    "Summary",
    "TwoByTwo",
    "chi_square",
    "cross_table",
    "default_test",
    "expected_counts",
    "fisher",
    "mann_whitney",
    "quantiles",
    "summarise",
    "t_test",
]

SMALL_EXPECTED = 5.0


@dataclass(frozen=True)
class TwoByTwo:
    """Counts a, b in the first row, c, d in the second. Pass .table to the tests."""

    a: int
    b: int
    c: int
    d: int

    @property
    def table(self) -> FloatArray:
        """The counts, (2, 2)."""
        return np.array([[self.a, self.b], [self.c, self.d]], dtype=np.float64)


@dataclass(frozen=True)
class Association:
    """The test used by default for a table, with its name to print."""

    method: Literal["Fisher exact", "Pearson chi-square"]
    statistic: float | None
    df: float | None
    p: float | None


def cross_table(rows: Factor, columns: Factor) -> FloatArray:
    """(levels of rows, levels of columns) counts of patients with both known.

    Patients with one of the two missing are left out, so the sum of the table is their number.
    Raises TypeError (no Factor), SampleError (different numbers of patients).
    Source: definition.
    Checked: by hand (tests/outcomes/test_descriptive.py).

    >>> sex = Factor("sex", ["F", "M"], [0, 1, 1, -1])
    >>> cross_table(sex, Factor("relapse", ["no", "yes"], [0, 0, 1, 1])).tolist()
    [[1.0, 0.0], [1.0, 1.0]]
    """
    expect(rows, Factor, "rows")
    expect(columns, Factor, "columns")
    if len(rows.codes) != len(columns.codes):
        raise SampleError(f"{rows.name}, {columns.name}: different numbers of patients")
    known = rows.known & columns.known
    width = len(columns.levels)
    cell = rows.codes[known].astype(np.int64) * width + columns.codes[known]
    counts = np.bincount(cell, minlength=len(rows.levels) * width)
    return counts.reshape(len(rows.levels), width).astype(np.float64)


def expected_counts(table: ArrayLike) -> FloatArray:
    """Counts expected without association, same shape. Empty rows and columns are kept.

    Raises SampleError when the table holds no counts of patients.
    Source: Pearson, Philos Mag 1900;50:157-175.
    Checked: by hand, and within chi_square.

    >>> expected_counts([[1, 3], [3, 1]]).tolist()
    [[2.0, 2.0], [2.0, 2.0]]
    """
    counts = _counts(table)
    result: FloatArray = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    return result


def chi_square(table: ArrayLike, *, yates: bool = False) -> Test:
    """Pearson's test; yates=True corrects a 2 x 2 table for continuity, as SPSS prints beside it.

    Empty rows and columns are left out. One row or column left: nothing to test (df 0). The
    correction is capped at the smallest |O - E|, as in R.
    Raises SampleError when the table holds no counts of patients.
    Source: Pearson, Philos Mag 1900;50:157-175; Yates, Suppl J R Stat Soc 1934;1:217-235.
    Checked: against R chisq.test (golden/tables.csv), relative 1e-9.

    >>> chi_square([[1, 3], [3, 1]]).statistic
    2.0
    """
    expect_flag(yates, "yates")
    counts = _filled(table)
    df = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    if df < 1:
        return Test(None, 0, None)
    expected = expected_counts(counts)
    distance = np.abs(counts - expected)
    if yates and counts.shape == (2, 2):
        distance -= min(0.5, float(distance.min()))
    return chi_square_result(float((distance**2 / expected).sum()), df)


def fisher(table: ArrayLike) -> Fisher:
    """Fisher's exact test: 2 x 2 with both sides, r x c two-sided (Freeman and Halton).

    two_sided : tables as likely as the observed one or less. one_sided (2 x 2 only): the tail
    on the side observed, SPSS "Exact Sig. (1-sided)".
    Raises SampleError when the table holds no counts, or too many tables have its margins to be
    added up: 2 x 2 from about 1e10 patients in the smallest margin on, r x c much earlier.
    Source: Fisher, J R Stat Soc 1935;98:39-82; Freeman and Halton, Biometrika 1951;38:141-149.
    Checked: against R fisher.test (golden/tables.csv), relative 1e-9; 2 x 2 against
    the numbers of tables as integers, 1e-12.

    >>> round(fisher([[1, 3], [3, 1]]).two_sided, 4)
    0.4857
    """
    counts = _filled(table)
    if min(counts.shape) < 2:
        return Fisher(None, None)
    return fisher_exact(counts.astype(np.int64))


def default_test(table: ArrayLike) -> Association:
    """Fisher two-sided when an expected count is below 5, else Pearson.

    A table too large for the exact test falls back to Pearson, and method says so.
    Raises SampleError when the table holds no counts of patients.
    Source: Cochran, Biometrics 1954;10:417-451, for the limit of 5.
    Checked: both tests against R (golden/tables.csv); the choice by hand.

    >>> default_test([[1, 3], [3, 1]]).method
    'Fisher exact'
    """
    counts = _filled(table)
    if min(counts.shape) >= 2 and (expected_counts(counts) < SMALL_EXPECTED).any():
        try:
            return Association("Fisher exact", None, None, fisher(counts).two_sided)
        except TooLarge:
            pass
    test = chi_square(counts)
    return Association("Pearson chi-square", test.statistic, test.df, test.p)


def t_test(a: ArrayLike, b: ArrayLike, equal_variances: bool = True) -> Test:
    """Two-sample t test of the means, a less b; Welch's when variances may differ.

    equal_variances : True is Student's test, False is Welch's.
    NaN = missing, left out. Fewer than two values in a group, or no spread in both but rounding:
    no number.
    Raises SampleError for values that are no finite numbers.
    Source: Student, Biometrika 1908;6:1-25; Welch, Biometrika 1947;34:28-35.
    Checked: against R t.test (golden/groups.csv), relative 1e-9.

    >>> round(t_test([1, 2, 3], [3, 4, 5]).statistic, 4)
    -2.4495
    """
    expect_flag(equal_variances, "equal_variances")
    first, second = _known(a), _known(b)
    if min(len(first), len(second)) < 2:
        return Test(None, None, None)
    both = np.concatenate((first, second))
    if no_spread(first, both) and no_spread(second, both):
        return Test(None, None, None)
    return Test(*t_two_samples(first, second, equal_variances))


def mann_whitney(a: ArrayLike, b: ArrayLike, continuity: bool) -> Test:
    """Rank test of two groups by the normal approximation with ties.

    continuity : True as R wilcox.test(exact=FALSE), False as SPSS. statistic : U of a (R's W),
    whose rows are compared with those of b.
    NaN = missing, left out. An empty group, or all values equal: no number.
    Raises SampleError for values that are no finite numbers.
    Source: Mann and Whitney, Ann Math Stat 1947;18:50-60.
    Checked: against R wilcox.test (golden/groups.csv), relative 1e-9.

    >>> mann_whitney([1, 2, 3], [3, 4, 5], continuity=False).statistic
    0.5
    """
    expect_flag(continuity, "continuity")
    first, second = _known(a), _known(b)
    if not len(first) or not len(second) or np.ptp(np.concatenate((first, second))) == 0:
        return Test(None, None, None)
    statistic, p = rank_sum(first, second, continuity)
    return Test(statistic, None, p)


def quantiles(
    values: ArrayLike, probabilities: ArrayLike, convention: Convention = "R"
) -> tuple[float, ...]:
    """Quantiles of the known values: type 7 for R, type 6 (HAVERAGE) for SPSS.

    probabilities : one or several, from 0 to 1.
    Raises SampleError (no value known, or no finite numbers), ValueError (probabilities, another
    convention).
    Source: Hyndman and Fan, Am Stat 1996;50:361-365.
    Checked: against R quantile(type = 7 and 6) (golden/groups.csv), relative 1e-9.

    >>> quantiles([1, 2, 3, 4], [0.25]), quantiles([1, 2, 3, 4], [0.25], "SPSS")
    ((1.75,), (1.25,))
    """
    one_of(convention, get_args(Convention), "convention")
    known = _known(values)
    if not len(known):
        raise SampleError("values: none is known; report them as missing")
    method: Literal["linear", "weibull"] = "linear" if convention == "R" else "weibull"
    return tuple(np.quantile(known, _probabilities(probabilities), method=method).tolist())


@dataclass(frozen=True)
class Summary:
    """A number described; None where there is no value (sd: fewer than two)."""

    n: int
    missing: int
    median: float | None
    q1: float | None
    q3: float | None
    minimum: float | None
    maximum: float | None
    mean: float | None
    sd: float | None


def summarise(values: ArrayLike, convention: Convention = "R") -> Summary:
    """Median, quartiles, range, mean and standard deviation; NaN = missing, counted.

    Raises SampleError (values that are no finite numbers), ValueError (another convention).
    Source: quantiles as named there; standard deviation with n - 1.
    Checked: by hand (tests/outcomes/test_descriptive.py).

    >>> found = summarise([1, 2, 3, float("nan")])
    >>> found.n, found.missing, found.median
    (3, 1, 2.0)
    """
    one_of(convention, get_args(Convention), "convention")
    known = _known(values)
    missing = np.size(np.asarray(values)) - len(known)
    if not len(known):
        return Summary(0, missing, *(None,) * 7)
    q1, median, q3 = quantiles(known, (0.25, 0.5, 0.75), convention)
    sd = float(np.std(known, ddof=1)) if len(known) > 1 else None
    return Summary(
        len(known),
        missing,
        median,
        q1,
        q3,
        float(known.min()),
        float(known.max()),
        math.fsum(known) / len(known),
        sd,
    )


def _known(values: ArrayLike) -> FloatArray:
    array = numbers(values, "values")
    return array[~np.isnan(array)]


def _probabilities(values: ArrayLike) -> FloatArray:
    fault = f"probabilities: expected numbers from 0 to 1, got {values!r}"
    try:
        wanted = np.atleast_1d(np.asarray(values, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise ValueError(fault) from error
    if wanted.ndim != 1 or not ((wanted >= 0) & (wanted <= 1)).all():
        raise ValueError(fault)
    return wanted


def _counts(table: ArrayLike) -> FloatArray:
    try:
        counts = np.asarray(table, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise SampleError("table: expected counts, in rows of one length") from error
    if counts.ndim != 2 or not counts.size:
        raise SampleError(f"table: expected rows and columns, got shape {counts.shape}")
    if not np.isfinite(counts).all() or (counts < 0).any() or (counts % 1 != 0).any():
        raise SampleError("table: counts must be whole numbers from 0 on")
    if counts.max() > MOST_PATIENTS:
        raise SampleError("table: a count is above 2**53, beyond which floats skip numbers")
    if not counts.sum():
        raise SampleError("table: no patient is counted; leave the table out")
    return counts


def _filled(table: ArrayLike) -> FloatArray:
    """The table without empty rows and columns, which no test can use."""
    counts = _counts(table)
    return counts[counts.any(axis=1)][:, counts.any(axis=0)]

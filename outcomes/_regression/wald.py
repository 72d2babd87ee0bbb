"""Are these coefficients zero? Wald's tests, of each term and of all, and the rows beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import lapack  # type: ignore[import-untyped,unused-ignore]

from outcomes._numbers.columns import FloatArray
from outcomes._numbers.distributions import two_sided_z
from outcomes._numbers.linear import LEAST_PIVOT
from outcomes._regression.columns import Columns, term_test
from outcomes.coefficients import Coefficient, TermTest
from outcomes.reasons import Reason
from outcomes.results import Test, chi_square_result


@dataclass(frozen=True, eq=False)
class Wald:
    """Wald's tests of some of p estimates together."""

    beta: FloatArray
    covariance: FloatArray

    @cached_property
    def scores(self) -> tuple[FloatArray, FloatArray]:
        """(p,) estimates in units of their own error, and (p, p) their correlations: no scale
        spoils an inverse then. NaN without a variance."""
        variance = np.diag(self.covariance)
        root = 1 / np.sqrt(np.where(variance > 0, variance, np.nan))
        return self.beta * root, self.covariance * (root[:, None] * root)

    def of(self, columns: list[int]) -> Test:
        """No number when the covariance is singular to rounding."""
        size = len(columns)
        statistic = self._statistic(columns) if size else math.nan
        # NaN and infinity are no statistics.
        known = 0 <= statistic < math.inf
        if known or not size:
            return chi_square_result(statistic, size)
        return Test(None, size, None, Reason.TOO_FEW)

    def _statistic(self, columns: list[int]) -> float:
        score, correlation = self.scores
        if len(columns) == 1:
            return float(score[columns[0]]) ** 2
        # Columns of one term stand side by side: a slice is faster than a list.
        beside = columns[-1] - columns[0] == len(columns) - 1
        some = slice(columns[0], columns[-1] + 1) if beside else columns
        factor, fault = lapack.dpotrf(correlation[some][:, some], lower=1)
        if fault or not factor.diagonal().min() ** 2 > LEAST_PIVOT:
            return math.nan
        white, _ = lapack.dtrtrs(factor, score[some], lower=1)
        return float(white @ white)


@dataclass(frozen=True, eq=False)
class WaldReport:
    """What a fit reports of its columns; covariances with NaN where not estimable, read-only."""

    coefficients: tuple[Coefficient, ...]
    terms: tuple[TermTest, ...]
    covariance: FloatArray
    naive_covariance: FloatArray
    wald: Test


def wald_report(
    columns: Columns,
    terms: Sequence[str],
    beta: FloatArray,
    naive: FloatArray,
    robust: FloatArray | None,
    level: float,
) -> WaldReport:
    """Coefficients, tests by term and of all. beta (p,), naive and robust covariances (p, p) on
    the scale of the data; robust, where there is one, is that of errors and tests."""
    covariance = naive if robust is None else robust
    columns = columns.with_room(covariance, naive)
    # A factor without patients at its reference has no ratios, but can be tested as a whole:
    # tests rest on the covariance before it is hidden.
    tests = Wald(beta, covariance)
    shown = columns.hidden(covariance)
    why = columns.why_untestable(columns.kept)
    whole = Test(None, len(columns.kept), None, why) if why else tests.of(columns.kept)
    return WaldReport(
        columns.rows(beta, np.diag(shown), two_sided_z(level)),
        tuple(term_test(name, columns, tests.of) for name in terms),
        shown,
        shown if robust is None else columns.hidden(naive),
        whole,
    )

"""Are these coefficients zero? Wald's tests, of each term and of all, and the rows beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from outcomes._numbers.columns import FloatArray
from outcomes._numbers.distributions import two_sided_z
from outcomes._numbers.linear import in_own_errors, wald
from outcomes._regression.columns import Columns, term_test
from outcomes.coefficients import Coefficient, TermTest
from outcomes.reasons import Reason
from outcomes.results import NOTHING, Test, chi_square_result


@dataclass(frozen=True, eq=False)
class Wald:
    """Wald's tests of some of p estimates together."""

    beta: FloatArray
    covariance: FloatArray

    @cached_property
    def scores(self) -> tuple[FloatArray, FloatArray]:
        """In units of their own errors."""
        return in_own_errors(self.beta, self.covariance)

    def of(self, columns: list[int]) -> Test:
        """No number when the covariance is singular to rounding."""
        size = len(columns)
        if not size:
            return NOTHING
        score, correlation = self.scores
        if size < len(score):
            # Columns of one term stand side by side: a slice is faster than a list.
            beside = columns[-1] - columns[0] == size - 1
            some = slice(columns[0], columns[-1] + 1) if beside else columns
            score, correlation = score[some], correlation[some][:, some]
        statistic = wald(score, correlation)
        if statistic is None:
            return Test(None, size, None, Reason.TOO_FEW)
        return chi_square_result(statistic, size)


@dataclass(frozen=True, eq=False)
class TermTests:
    """Wald's test of each term, made when they are asked for: R's coxph makes none."""

    names: Sequence[str]
    columns: Columns
    wald: Wald

    @cached_property
    def all(self) -> tuple[TermTest, ...]:
        return tuple(term_test(name, self.columns, self.wald.of) for name in self.names)


@dataclass(frozen=True, eq=False)
class WaldReport:
    """What a fit reports of its columns; covariances with NaN where not estimable, read-only."""

    coefficients: tuple[Coefficient, ...]
    term_tests: TermTests
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
        columns.rows(beta, shown.diagonal(), two_sided_z(level)),
        TermTests(terms, columns, tests),
        shown,
        shown if robust is None else columns.hidden(naive),
        whole,
    )

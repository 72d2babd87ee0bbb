"""Whom does a Cox model fit badly, and who moves its coefficients? Seven kinds of residuals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outcomes._fits.fitted import analysed_of, refuse_exact
from outcomes._numbers.columns import FloatArray, IntArray, SampleError, one_of
from outcomes._regression.analysed import Analysed
from outcomes._regression.checked_terms import names_of_rows
from outcomes._regression.hazards import Hazards, grouped, hazards
from outcomes._regression.score_residuals import dfbeta_of, score_residuals_of
from outcomes.cox import CoxFit

__all__ = ["Kind", "Residuals", "residuals"]

Kind = Literal[
    "martingale", "deviance", "score", "schoenfeld", "scaled schoenfeld", "dfbeta", "dfbetas"
]
OF_EVENTS = ("schoenfeld", "scaled schoenfeld")


@dataclass(frozen=True, eq=False)
class Residuals:
    """m residuals of one kind; arrays are read-only.

    values : (m,) for martingale and deviance, else (m, q), one column per estimated coefficient.
    rows : (m,) places in the sample given to cox; with by, the first row of each group.
    columns : q names, empty for martingale and deviance. days : (m,) day of the event for the
    two Schoenfeld kinds, else None. groups : (m,) the ids of by, else None.
    """

    kind: Kind
    values: FloatArray
    rows: NDArray[np.intp]
    columns: tuple[str, ...]
    days: IntArray | None
    groups: NDArray[Any] | None

    def __repr__(self) -> str:
        return f"Residuals({self.kind!r}, {len(self.rows)} rows)"


def residuals(fit: CoxFit, kind: Kind, *, by: ArrayLike | None = None) -> Residuals:
    """Residuals of a Cox model.

    martingale: events less expected events. deviance: the same, made symmetric. score: the row's
    part of the score, no case weights. dfbeta: about how much each coefficient falls when the row
    is left out, case weights applied; dfbetas: the same in standard errors. schoenfeld: covariates
    of each failure less their mean among those at risk, by stratum and day; scaled schoenfeld:
    times covariance and number of events, plus the coefficient: its course over time.
    by : one id per row of the sample given to cox; the residuals of rows with the same id are
        added up (the intervals of one patient). Not for the Schoenfeld kinds.
    With ties="exact" martingale and deviance use Breslow's hazard, as R does; the rest raises.
    Raises SampleError (no coefficient, ties="exact", length of by, a row without an id), ValueError
    (unknown kind), TypeError (no Cox fit; a Factor for by).
    Source: Therneau, Grambsch and Fleming, Biometrika 1990;77:147-160; Schoenfeld, Biometrika
    1982;69:239-241; Grambsch and Therneau, Biometrika 1994;81:515-526 (scaled).
    Checked: by hand, and against R survival::residuals.coxph
    (golden/diagnostics_rows.csv, diagnostics_events.csv), relative 1e-8.

    >>> from outcomes.cox import cox
    >>> from outcomes.sample import Survival
    >>> from outcomes.terms import Numeric
    >>> fit = cox(Survival([1, 2, 3, 4], [1, 1, 0, 1]), [Numeric("x", [1, 0, 1, 0])])
    >>> residuals(fit, "martingale").values.round(3).tolist()
    [0.707, 0.5, -0.707, -0.5]
    """
    one_of(kind, get_args(Kind), "kind")
    analysed = analysed_of(fit)
    if kind not in ("martingale", "deviance"):
        refuse_exact(fit, f"{kind} residuals")
    risks = hazards(analysed)
    if kind in OF_EVENTS:
        if by is not None:
            raise SampleError(f"by: {kind} residuals belong to events; leave by out")
        return _of_events(analysed, risks, kind)
    groups, member = _groups(analysed, by)
    total = _totals(member, len(groups))
    if kind in ("martingale", "deviance"):
        expected = total(_expected(risks))
        events = total(np.asarray(risks.own >= 0, dtype=np.float64))
        values = events - expected
        if kind == "deviance":
            values = _deviance(values, events, expected)
        columns: tuple[str, ...] = ()
    else:
        values, columns = total(_of_coefficients(analysed, risks, kind)), _names(analysed)
    first = np.unique(member, return_index=True)[1]
    rows = analysed.rows[first]
    return _result(kind, values, rows, columns, None, None if by is None else groups)


def _expected(risks: Hazards) -> FloatArray:
    """(n,) events expected: the hazard met, at the row's risk."""
    failed = np.flatnonzero(risks.own >= 0)
    met = risks.met(risks.hazard)
    met[failed] += (risks.own_hazard - risks.hazard)[risks.own[failed]]
    return np.asarray(risks.risk * met, dtype=np.float64)


def _deviance(left: FloatArray, events: FloatArray, expected: FloatArray) -> FloatArray:
    """Martingale residuals and events to deviance residuals.

    expected is not events - left: of an event hardly expected that would leave 0.
    """
    failed = events > 0
    ratio = np.divide(expected, events, out=np.ones_like(left), where=failed)
    inside = -2 * (left + events * np.log(ratio))
    return np.asarray(np.sign(left) * np.sqrt(np.maximum(inside, 0)), dtype=np.float64)


def _of_coefficients(analysed: Analysed, risks: Hazards, kind: Kind) -> FloatArray:
    """(n, q) score, dfbeta or dfbetas."""
    if kind == "score":
        return score_residuals_of(risks)
    change = dfbeta_of(risks, analysed.estimated)
    if kind == "dfbetas":
        change /= np.sqrt(np.diag(analysed.estimated))
    return change


def _of_events(analysed: Analysed, risks: Hazards, kind: Kind) -> Residuals:
    """Schoenfeld residuals by stratum and day; tied events in the order of the sample."""
    failed = np.flatnonzero(risks.own >= 0)
    failed = failed[np.argsort(risks.own[failed], kind="stable")]
    values = risks.x[failed] - risks.mean[risks.own[failed]]
    if kind == "scaled schoenfeld":
        beta = analysed.beta[list(analysed.kept)]
        values = values @ analysed.estimated * len(failed) + beta
    days = analysed.sample.days[failed]
    return _result(kind, values, analysed.rows[failed], _names(analysed), days, None)


def _names(analysed: Analysed) -> tuple[str, ...]:
    return tuple(analysed.labels[place].text for place in analysed.kept)


def _groups(analysed: Analysed, by: ArrayLike | None) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """The ids in order, and the place of each analysed row's id among them."""
    if by is None:
        return analysed.rows, np.arange(len(analysed.rows))
    groups, member = names_of_rows(by, analysed.size, "by")
    present, member = np.unique(member[analysed.rows], return_inverse=True)
    return groups[present], member.astype(np.intp)


def _totals(member: NDArray[np.intp], size: int) -> Callable[[FloatArray], FloatArray]:
    return lambda amount: grouped(member, amount, size)


def _result(
    kind: Kind,
    values: FloatArray,
    rows: NDArray[np.intp],
    columns: tuple[str, ...],
    days: IntArray | None,
    groups: NDArray[Any] | None,
) -> Residuals:
    for array in (values, rows, days, groups):
        if array is not None:
            array.setflags(write=False)
    return Residuals(kind, values, rows, columns, days, groups)

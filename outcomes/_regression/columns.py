"""What is there to say of each column of a model, and of each term? Its numbers, or its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from outcomes._numbers.columns import BoolArray, FloatArray
from outcomes._numbers.distributions import normal_two_sided
from outcomes._regression.design import Label
from outcomes.coefficients import Coefficient, TermTest
from outcomes.reasons import Reason
from outcomes.results import Test

LEAST_VARIANCE = 1e-12  # robust variance, as a share of that of the model, that is only rounding
UNTESTABLE = frozenset((Reason.MONOTONE, Reason.NOT_FOLLOWED, Reason.NOT_FOUND, Reason.TOO_FEW))


def places_of(labels: Sequence[Label]) -> dict[str, list[int]]:
    """The columns of each term that has any."""
    found: dict[str, list[int]] = {}
    for place, label in enumerate(labels):
        found.setdefault(label.term, []).append(place)
    return found


@dataclass(frozen=True, eq=False)
class Columns:
    """p columns. reasons : why a coefficient must not be reported; None = it may be.

    kept : places of the columns the model was fitted with. scale (p,) : a fitted coefficient
    divided by it is that of the data.
    """

    labels: tuple[Label, ...]
    reasons: tuple[Reason | None, ...]
    kept: list[int]
    scale: FloatArray

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """The columns of each term that has any."""
        return places_of(self.labels)

    @property
    def aliased(self) -> tuple[str, ...]:
        """Columns that add nothing to those before them."""
        return tuple(
            label.text
            for label, reason in zip(self.labels, self.reasons, strict=True)
            if reason in (Reason.ALIASED, Reason.NO_CONTRAST)
        )

    def unscaled(self, covariance: FloatArray) -> FloatArray:
        """(p, p) covariance on the scale of the data."""
        result: FloatArray = covariance / (self.scale[:, None] * self.scale)
        return result

    def why_nothing(self, term: str) -> Reason:
        """Why no column of the term is in the model."""
        mine = self.places.get(term)
        return (self.reasons[mine[0]] or Reason.ALIASED) if mine else Reason.ONE_LEVEL

    def why_untestable(self, kept: list[int]) -> Reason | None:
        """Why these columns of the model cannot be tested together: the first reason met."""
        return next((why for place in kept if (why := self.reasons[place]) in UNTESTABLE), None)

    def with_room(self, covariance: FloatArray, naive: FloatArray) -> Columns:
        """The same, a column without a variance of its own having its reason."""
        enough = (covariance.diagonal() > LEAST_VARIANCE * naive.diagonal()).tolist()
        if all(enough[place] for place in self.kept):
            return self
        reasons = [
            reason or (None if own else Reason.TOO_FEW)
            for reason, own in zip(self.reasons, enough, strict=True)
        ]
        return replace(self, reasons=tuple(reasons))

    def hidden(self, matrix: FloatArray) -> FloatArray:
        """(p, p) read-only, NaN for the columns that have a reason."""
        shown = matrix.copy()
        away = [place for place, reason in enumerate(self.reasons) if reason is not None]
        if away:
            shown[away] = shown[:, away] = np.nan
        shown.setflags(write=False)
        return shown

    def rows(self, beta: FloatArray, variance: FloatArray, z: float) -> tuple[Coefficient, ...]:
        """Estimates with limits exp(beta -+ z SE), or the reasons.

        Source: Wald, Trans Am Math Soc 1943;54:426-482.
        """
        error = np.sqrt(variance)
        half = z * error
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            # A tiny unit can make a ratio infinite, rightly; what is hidden need not exist.
            ratio, lower, upper = np.exp(np.array((beta, beta - half, beta + half))).tolist()
            scores = (beta / error).tolist()
        numbers = zip(
            beta.tolist(),
            error.tolist(),
            ratio,
            lower,
            upper,
            scores,
            map(normal_two_sided, scores),
            strict=True,
        )
        return tuple(
            Coefficient(label.term, label.level, b, se, hr, low, high, score, p, None)
            if why is None
            else Coefficient(label.term, label.level, *(None,) * 7, why)
            for label, why, (b, se, hr, low, high, score, p) in zip(
                self.labels, self.reasons, numbers, strict=True
            )
        )


def reasons_of(
    labels: Sequence[Label],
    kept: list[int],
    infinite: BoolArray | None = None,
    *,
    empty: BoolArray | None = None,
    events: bool = True,
    lost: Reason | None = None,
) -> tuple[Reason | None, ...]:
    """Per column, why it has no number; the first that applies.

    infinite (p,) : columns whose coefficient runs away. empty (p,) : columns whose values no event
    tells apart; else those not kept are a combination of others. lost : that of all columns kept.
    """
    runs_away = infinite is not None and infinite.any()
    if events and len(kept) == len(labels) and lost is None and not runs_away:
        return tuple([label.reason for label in labels])
    used = set(kept)
    reasons: list[Reason | None] = []
    for place, label in enumerate(labels):
        if not events:
            reasons.append(Reason.NO_EVENT)
        elif place in used and infinite is not None and infinite[place]:
            # Before that of its label: what runs away spoils the test of its term too.
            reasons.append(Reason.MONOTONE)
        elif label.reason is not None:
            reasons.append(lost if place in used and lost else label.reason)
        elif place not in used:
            alone = empty is not None and empty[place]
            reasons.append(Reason.NO_CONTRAST if alone else Reason.ALIASED)
        else:
            reasons.append(lost)
    return tuple(reasons)


def term_test(
    name: str,
    columns: Columns,
    test: Callable[[list[int]], Test],
) -> TermTest:
    """The test of the columns of a term that are in the model, or why there is none."""
    kept = [place for place in columns.places.get(name, ()) if place in columns.kept]
    if not kept:
        return TermTest(name, None, 0, None, columns.why_nothing(name))
    reason = columns.why_untestable(kept)
    found = Test(None, len(kept), None, reason) if reason else test(kept)
    return TermTest(name, found.statistic, len(kept), found.p, found.reason)

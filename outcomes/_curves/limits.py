"""On which scale is survival compared? Five scales, with the limits and errors they give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special  # type: ignore[import-untyped,unused-ignore]

from outcomes._numbers.columns import FloatArray, one_of
from outcomes._numbers.distributions import two_sided_z

ONE = 1 - 1e-12  # a probability from here on is 1: what is missing is rounding

LimitKind = Literal["log-log", "log", "plain", "logit", "arcsin"]


@dataclass(frozen=True)
class Scale:
    """A growing function of survival, its inverse, and its error by that of log survival.

    at_one : whether limits exist while survival is still 1.
    """

    forward: Callable[[FloatArray], FloatArray]
    back: Callable[[FloatArray], FloatArray]
    error: Callable[[FloatArray, FloatArray], FloatArray]
    at_one: bool = False


SCALES: dict[str, Scale] = {
    "plain": Scale(lambda s: s, lambda x: np.clip(x, 0.0, 1.0), lambda s, e: s * e, at_one=True),
    "log": Scale(np.log, lambda x: np.exp(np.minimum(x, 0.0)), lambda s, e: e, at_one=True),
    "log-log": Scale(
        lambda s: -np.log(-np.log(s)),
        lambda x: np.exp(-np.exp(np.minimum(-x, 700.0))),  # exp(-exp(700)) is 0 already
        lambda s, e: -1 / np.log(s) * e,
    ),
    "logit": Scale(special.logit, special.expit, lambda s, e: 1 / (1 - s) * e),
    "arcsin": Scale(
        lambda s: np.arcsin(np.sqrt(s)),
        lambda x: np.sin(np.clip(x, 0.0, np.pi / 2)) ** 2,
        lambda s, e: np.sqrt(s / (1 - s)) / 2 * e,
    ),
}


def scale(kind: str) -> Scale:
    """The scale of this name. Raises ValueError for an unknown one."""
    one_of(kind, SCALES, "kind")
    return SCALES[kind]


def on_scale(
    kind: str, survival: FloatArray, log_variance: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Survival and its standard error on the scale; NaN where they do not exist."""
    return _on(scale(kind), survival, log_variance)


def _on(
    chosen: Scale, survival: FloatArray, log_variance: FloatArray
) -> tuple[FloatArray, FloatArray]:
    exists = survival > 0
    if not chosen.at_one:
        exists &= survival < ONE
    known = np.where(exists, survival, np.nan)
    return chosen.forward(known), chosen.error(known, np.sqrt(log_variance))


def limits(
    survival: FloatArray, log_variance: FloatArray, kind: LimitKind, level: float
) -> tuple[FloatArray, FloatArray]:
    """Lower and upper limits of survival; NaN where there are none."""
    z, chosen = two_sided_z(level), scale(kind)
    value, error = _on(chosen, survival, log_variance)
    half, both = z * error, np.empty((2, len(value)))
    np.subtract(value, half, out=both[0])
    np.add(value, half, out=both[1])
    lower, upper = chosen.back(both)
    return lower, upper

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
    """A growing function of survival, its inverse, and its error per error of log survival.

    at_one : whether limits exist while survival is still 1.
    """

    forward: Callable[[FloatArray], FloatArray]
    back: Callable[[FloatArray], FloatArray]
    slope: Callable[[FloatArray], FloatArray | float]
    at_one: bool = False


SCALES: dict[str, Scale] = {
    "plain": Scale(lambda s: s, lambda x: np.clip(x, 0.0, 1.0), lambda s: s, at_one=True),
    "log": Scale(np.log, lambda x: np.exp(np.minimum(x, 0.0)), lambda s: 1.0, at_one=True),
    "log-log": Scale(
        lambda s: -np.log(-np.log(s)),
        lambda x: np.exp(-np.exp(np.minimum(-x, 700.0))),  # exp(-exp(700)) is 0 already
        lambda s: -1 / np.log(s),
    ),
    "logit": Scale(special.logit, special.expit, lambda s: 1 / (1 - s)),
    "arcsin": Scale(
        lambda s: np.arcsin(np.sqrt(s)),
        lambda x: np.sin(np.clip(x, 0.0, np.pi / 2)) ** 2,
        lambda s: np.sqrt(s / (1 - s)) / 2,
    ),
}


def scale(kind: str) -> Scale:
    """The scale of this name. Raises ValueError for an unknown one."""
    one_of(kind, SCALES, "kind")
    return SCALES[kind]


def on_scale(kind: str, survival: FloatArray, log_variance: FloatArray) -> tuple[FloatArray, ...]:
    """Survival and its standard error on the scale; NaN where they do not exist."""
    chosen = scale(kind)
    exists = survival > 0 if chosen.at_one else (survival > 0) & (survival < ONE)
    known = np.where(exists, survival, np.nan)
    return chosen.forward(known), chosen.slope(known) * np.sqrt(log_variance)


def limits(
    survival: FloatArray, log_variance: FloatArray, kind: LimitKind, level: float
) -> tuple[FloatArray, FloatArray]:
    """Lower and upper limits of survival; NaN where there are none."""
    z, back = two_sided_z(level), scale(kind).back
    value, error = on_scale(kind, survival, log_variance)
    half = z * error
    lower, upper = back(np.array((value - half, value + half)))
    return lower, upper

"""Which works are timed, on how many patients, and how close must the engines' answers be?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.engines import Answer
from benchmarks.limits import Need, curve_need, regression_need

SIZES = (300, 10_000, 100_000, 1_000_000)


@dataclass(frozen=True)
class Work:
    """One thing a statistician asks for.

    p : columns of the model, or groups of a curve. tolerance : per part of the answer, the
    largest difference between two engines, relative to the greatest number of that part unless absolute.
    need : what n patients, p columns and our answer tell of the least there is to do; None where
    that is not known.
    """

    name: str
    title: str
    p: int
    tolerance: dict[str, float]
    largest: int = SIZES[-1]
    absolute: bool = False
    need: Callable[[int, int, Answer], Need] | None = None


def _regression(n: int, p: int, answer: Answer) -> Need:
    return regression_need(n, p, int(answer["evaluations"][0]))


def _curves(n: int, p: int, answer: Answer) -> Need:
    return curve_need(n)


COX = {"coefficients": 1e-4, "errors": 1e-4}
WORKS = (
    Work("cox_efron", "Cox regression, ties by Efron", 20, COX, need=_regression),
    Work("cox_breslow", "Cox regression, ties by Breslow", 20, COX, need=_regression),
    Work(
        "km_logrank",
        "Kaplan-Meier of 5 groups and log-rank test",
        5,
        {"survival": 1e-6, "errors": 1e-4, "statistic": 1e-6},
        need=_curves,
    ),
    Work(
        "aalen_johansen",
        "cumulative incidence of 2 causes in 5 groups, with variance",
        5,
        {"incidence": 1e-6, "errors": 1e-2},
        need=_curves,
    ),
    # The three robust variances differ in how they count what estimating censoring costs.
    Work(
        "fine_gray",
        "Fine-Gray, robust variance",
        20,
        {"coefficients": 1e-4, "errors": 1e-2},
        need=_regression,
    ),
    # Random by nature: pooled coefficients in units of their pooled errors.
    Work(
        "imputation",
        "10 imputations and the pooled Cox model",
        20,
        {"z": 0.5},
        largest=10_000,
        absolute=True,
    ),
)


def chosen(words: list[str]) -> list[Work]:
    """The works whose names start with one of the words; all when there are no words.

    Raises ValueError for a word that fits none.
    """
    for word in words:
        if not any(work.name.startswith(word) for work in WORKS):
            raise ValueError(f"work {word!r} is none of {[work.name for work in WORKS]}")
    return [work for work in WORKS if not words or work.name.startswith(tuple(words))]

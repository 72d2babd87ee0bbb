"""Which P values can a table of counts have? Every test that papers use, by name.

The more tests are tried, the fewer printed P values are called impossible.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from outcomes.descriptive import chi_square, expected_counts, fisher
from outcomes.group_tests import kruskal_wallis
from outcomes.results import chi_square_result
from outcomes.sample import SampleError

ONE_SIDED = "Fisher's exact test, one-sided"
TWO_SIDED = "Fisher's exact test, two-sided"
PEARSON = "Pearson's chi-square"
YATES = "Yates's chi-square"
RATIO = "likelihood-ratio chi-square"
LINEAR = "linear-by-linear association"
RANKS = "rank test of the levels in their order"
MID_ONE = "mid-P, one-sided"
MID_TWO = "mid-P, two-sided"
OTHER_SIDE = "Fisher's exact test, the side not observed"
# Beyond 2 x 2 the exact test adds up every table with the same margins.
MOST_EXACT, MOST_CELLS = 80, 12  # patients, cells
MOST_RANKED = 100_000  # patients

Counts = NDArray[np.int64]


def p_values(table: Sequence[Sequence[int]]) -> Mapping[str, float]:
    """The P of every test of a table with a row a level and a column a group, by its name.

    Rows and columns without patients are left out; fewer than two of either: nothing to test.
    The levels are taken in their order for linear-by-linear association and for rank tests.
    Checked: against R (fisher.test, chisq.test, wilcox.test) and by hand
    (tests/reports/test_self_check_by_hand.py).
    """
    return _p_values(tuple(tuple(row) for row in table)) if table else {}


@lru_cache(maxsize=1024)
def _p_values(table: tuple[tuple[int, ...], ...]) -> Mapping[str, float]:
    counts = np.asarray(table, dtype=np.int64)
    counts = counts[counts.any(axis=1)][:, counts.any(axis=0)]
    if min(counts.shape, default=0) < 2:
        return {}
    found = _exact(counts) | {
        PEARSON: chi_square(counts).p,
        RATIO: _likelihood_ratio(counts),
        LINEAR: _linear(counts, np.arange(len(counts), dtype=np.float64)),
    }
    if counts.shape == (2, 2):
        found[YATES] = chi_square(counts, yates=True).p
    elif counts.shape[1] == 2:  # Mann-Whitney without correction for continuity
        found[RANKS] = _linear(counts, _midranks(counts))
    elif len(counts) > 2 and counts.sum() <= MOST_RANKED:
        levels = np.arange(len(counts))
        found[RANKS] = kruskal_wallis([np.repeat(levels, group) for group in counts.T]).p
    return {name: p for name, p in found.items() if p is not None}


def _exact(counts: Counts) -> dict[str, float | None]:
    if counts.shape != (2, 2):
        if counts.sum() > MOST_EXACT or counts.size > MOST_CELLS:
            return {}
        try:
            return {TWO_SIDED: fisher(counts).two_sided}
        except SampleError:
            return {}
    try:
        exact = fisher(counts)
    except SampleError:
        return {}
    if exact.one_sided is None or exact.two_sided is None:
        return {}
    here = _chance(counts)
    return {
        TWO_SIDED: exact.two_sided,
        ONE_SIDED: exact.one_sided,
        OTHER_SIDE: min(1.0, 1 - exact.one_sided + here),
        MID_ONE: exact.one_sided - here / 2,
        MID_TWO: exact.two_sided - here / 2,
    }


def _chance(counts: Counts) -> float:
    """Probability of a 2 x 2 table among those with its margins."""
    margins = (*counts.sum(axis=0).tolist(), *counts.sum(axis=1).tolist())
    cells = (int(counts.sum()), *counts.ravel().tolist())
    logs = sum(math.lgamma(n + 1) for n in margins) - sum(math.lgamma(n + 1) for n in cells)
    return math.exp(logs)


def _likelihood_ratio(counts: Counts) -> float | None:
    filled = counts > 0
    ratio = counts[filled] * np.log(counts[filled] / expected_counts(counts)[filled])
    df = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    return chi_square_result(max(0.0, 2 * math.fsum(ratio.tolist())), df).p


def _linear(counts: Counts, scores: NDArray[np.float64]) -> float | None:
    """Mantel's test: (n - 1) r² of the scores of rows and columns."""
    n = int(counts.sum())
    across = np.arange(counts.shape[1], dtype=np.float64)
    rows = scores - counts.sum(axis=1) @ scores / n
    columns = across - counts.sum(axis=0) @ across / n
    spread = (counts.sum(axis=1) @ rows**2) * (counts.sum(axis=0) @ columns**2)
    if not spread > 0:
        return None
    return chi_square_result(float((n - 1) * (rows @ counts @ columns) ** 2 / spread), 1).p


def _midranks(counts: Counts) -> NDArray[np.float64]:
    sizes = counts.sum(axis=1)
    ranks: NDArray[np.float64] = np.cumsum(sizes) - (sizes - 1) / 2
    return ranks

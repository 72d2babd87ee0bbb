"""Which P values can a table of counts have? Every test that papers use, by name.

The more tests are tried, the fewer printed P values are called impossible. Exact tests beyond
2 x 2 are dear: a paper can afford so many of them, and no more.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from outcomes.descriptive import chi_square, expected_counts, fisher
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
MOST_WORK = 700_000  # for one paper: below half a second (test_pasted_numbers.py)

Table = tuple[tuple[int, ...], ...]
Counts = NDArray[np.int64]


def affordable(tables: Mapping[str, Sequence[Sequence[int]]]) -> set[str]:
    """The tables of a paper, by name, whose exact test it can afford: the small ones first.

    Asked twice, a table counts once; the order of the paper decides between equals.
    """
    known: dict[str, Table] = {name: _as_table(table) for name, table in tables.items()}
    work = {table: _work(table) for table in known.values()}
    left, paid = MOST_WORK, set()
    for table in sorted(work, key=lambda table: work[table]):
        if work[table] <= left:
            left -= work[table]
            paid.add(table)
    return {name for name, table in known.items() if table in paid}


def _work(table: Table) -> int:
    """How dear is the exact test, which fills column after column and merges equal states?

    It is between the tables with these margins, which it need not all see, and the fillings of
    merged states, which it may see in many likelihoods: their geometric mean. Of 300 tables of up
    to 80 patients none took longer than 1.4 µs for each.
    """
    counts = _filled(table)
    if counts.shape == (2, 2) or min(counts.shape, default=0) < 2:
        return 0
    if counts.sum() > MOST_EXACT or counts.size > MOST_CELLS:
        return MOST_WORK + 1
    more = min(counts.shape) - 1
    tables, merged, filled = 1, 0, 0
    for n in sorted(counts.sum(axis=int(np.argmin(counts.shape))).tolist(), reverse=True)[:-1]:
        fillings = math.comb(n + more, more)
        merged += min(tables, math.comb(filled + more, more)) * fillings
        tables *= fillings
        filled += n
    return math.isqrt(tables * merged)


def _as_table(table: Sequence[Sequence[int]]) -> Table:
    return tuple(tuple(row) for row in table)


def _filled(table: Table) -> Counts:
    """The rows and columns that have patients."""
    counts = np.asarray(table, dtype=np.int64)
    return counts[counts.any(axis=1)][:, counts.any(axis=0)]


def p_values(table: Sequence[Sequence[int]], *, exact: bool = True) -> Mapping[str, float]:
    """The P of every test of a table with a row a level and a column a group, by its name.

    Rows and columns without patients are left out; fewer than two of either: nothing to test.
    The levels are taken in their order for linear-by-linear association and for rank tests.
    exact : false leaves out Fisher's test beyond 2 x 2 (see `affordable`).
    Checked: against R (fisher.test, chisq.test, wilcox.test) and by hand
    (tests/reports/test_self_check_by_hand.py).
    """
    return _p_values(_as_table(table), exact) if table else {}


@lru_cache(maxsize=1024)
def _p_values(table: Table, exact: bool) -> Mapping[str, float]:
    counts = _filled(table)
    if min(counts.shape, default=0) < 2:
        return {}
    small = exact and counts.sum() <= MOST_EXACT and counts.size <= MOST_CELLS
    found = (_exact(counts) if small or counts.shape == (2, 2) else {}) | {
        PEARSON: chi_square(counts).p,
        RATIO: _likelihood_ratio(counts),
        LINEAR: _linear(counts, np.arange(len(counts), dtype=np.float64)),
    }
    if counts.shape == (2, 2):
        found[YATES] = chi_square(counts, yates=True).p
    elif counts.shape[1] == 2:  # Mann-Whitney without correction for continuity
        found[RANKS] = _linear(counts, _midranks(counts))
    elif len(counts) > 2:
        found[RANKS] = _kruskal(counts)
    return {name: p for name, p in found.items() if p is not None}


def _exact(counts: Counts) -> dict[str, float | None]:
    try:
        exact = fisher(counts)
    except SampleError:
        return {}
    if exact.one_sided is None or exact.two_sided is None:
        return {TWO_SIDED: exact.two_sided}
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


def _kruskal(counts: Counts) -> float | None:
    """Kruskal and Wallis's test of the levels as ranks, which are tied within a level.

    Source: J Am Stat Assoc 1952;47:583-621. Checked: against R (kruskal.test).
    """
    n, groups, levels = int(counts.sum()), counts.sum(axis=0), counts.sum(axis=1).astype(float)
    apart = float(n) ** 3 - n - float((levels**3 - levels).sum())
    if not apart > 0:
        return None
    between = float((((_midranks(counts) - (n + 1) / 2) @ counts) ** 2 / groups).sum())
    return chi_square_result(12 * (n - 1) * between / apart, counts.shape[1] - 1).p


def _midranks(counts: Counts) -> NDArray[np.float64]:
    sizes = counts.sum(axis=1)
    ranks: NDArray[np.float64] = np.cumsum(sizes) - (sizes - 1) / 2
    return ranks

"""How far are the scores of a handful of groups from 0, and how many of them are independent?

What linear.independent and linear.quadratic find for a regression's columns, in one elimination:
LAPACK, called for 5 groups, would take a tenth of a whole log-rank test of 300 patients.
"""

from __future__ import annotations

from outcomes._numbers.columns import FloatArray
from outcomes._numbers.linear import DEPENDENT


def rank_statistic(score: FloatArray, covariance: FloatArray, size: float) -> tuple[float, int]:
    """score' covariance^- score and the rank.

    The last level always follows from the others, and is left out. Of one that no event could hit,
    or that follows from those before it, what is left of the diagonal is rounding, far below its
    own or the ordinary size.
    """
    corner = zip(covariance.tolist()[:-1], score.tolist(), strict=False)
    # The covariance is symmetric: of each row what stands right of the diagonal is enough.
    rows = [[*row[place:-1], own] for place, (row, own) in enumerate(corner)]
    statistic, rank = 0.0, 0
    for diagonal in [row[0] for row in rows]:
        (pivot, *first), *rows = rows
        if diagonal <= DEPENDENT * size or pivot <= DEPENDENT * diagonal:
            continue
        statistic += first[-1] ** 2 / pivot
        rank += 1
        for place, row in enumerate(rows):
            share = first[place] / pivot
            rows[place] = [a - share * b for a, b in zip(row, first[place:], strict=True)]
    return statistic, rank

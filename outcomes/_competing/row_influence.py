"""How far does each row move an incidence? Row by row, where running sums would lose digits.

For rows that belong together (a patient's intervals, a centre), and for late entry with weights so
unlike that differences of sums of their squares hold no digit. Its time grows with rows times days.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from outcomes._competing.aalen_johansen import Estimates
from outcomes._competing.cause_cells import Cells
from outcomes._numbers.columns import FloatArray, Places
from outcomes._numbers.together import summed_squares

ALIKE = 1e7  # rows times squared ratio of weights up to which running sums keep nine digits


def by_rows(cells: Cells, cluster: Places | None) -> bool:
    """Whether the jackknife must go row by row: clusters, or unlike weights with late entry."""
    if cluster is not None:
        return True
    squares = cells.kinds.squares
    return cells.kinds.late and float(squares.max() / squares.min()) * len(squares) > ALIKE


def jackknife_by_rows(cells: Cells, found: Estimates, cluster: Places | None) -> FloatArray:
    """(1 + causes, k) variances of event-free survival and of the incidences."""
    variance = np.zeros_like(cells.total)
    for start, end in pairwise(cells.days.bounds):
        rows = np.flatnonzero((start <= cells.kinds.left) & (cells.kinds.left < end))
        if not len(rows):
            continue
        pulls = _Pulls(cells, found, rows, slice(start, end))
        own = None if cluster is None else cluster[rows]
        states, size = len(cells.total), end - start
        sums = summed_squares(pulls.of, len(rows), 2 * states * size, own)
        variance[:, start:end] = sums.reshape(states, size)
    return variance


class _Pulls:
    """The derivatives of one group's curves by the weight of each of its rows."""

    def __init__(self, cells: Cells, found: Estimates, rows: Places, here: slice) -> None:
        kinds, self.at_risk = cells.kinds, cells.weight_at_risk[here]
        self.first, self.last = kinds.entered[rows] - here.start, kinds.left[rows] - here.start
        self.cause, self.weight = kinds.column[rows], np.sqrt(kinds.squares[rows])
        self.hazard = cells.total[1:, here] / self.at_risk
        self.event_free = found.event_free[here]
        self.before = found.before[here] * self.at_risk
        self.incidence = found.incidence[:, here]
        left = np.where(self.event_free > 0, found.remaining[here], np.inf)
        self.leap = self.at_risk / left  # 1 / (1 - hazard of all causes); 0 once nobody is left

    def of(self, some: Places) -> FloatArray:
        """(m, states * days) of event-free survival, then of each incidence, times the weight."""
        first, last = self.first[some, None], self.last[some, None]
        column, rows = np.arange(len(self.at_risk)), np.arange(len(some))
        share = np.where((first <= column) & (column <= last), 1 / self.at_risk, 0.0)
        own = self.cause[some]
        hazards = []
        for cause, hazard in enumerate(self.hazard, start=1):
            pull = -hazard * share
            mine = np.flatnonzero(own == cause)
            at = self.last[some][mine]
            pull[rows[mine], at] += share[rows[mine], at]
            hazards.append(pull)
        log_free = -(np.sum(hazards, axis=0) * self.leap).cumsum(axis=1)
        earlier = np.zeros_like(log_free)
        earlier[:, 1:] = log_free[:, :-1]
        parts = [self.event_free * log_free]
        for hazard, pull, incidence in zip(self.hazard, hazards, self.incidence, strict=True):
            grown = (self.before * (earlier * hazard + pull)).cumsum(axis=1)
            # While none or all have had the cause the parts cancel, but for rounding.
            parts.append(np.where((incidence > 0) & (incidence != 1), grown, 0.0))
        return np.concatenate(parts, axis=1) * self.weight[some, None]

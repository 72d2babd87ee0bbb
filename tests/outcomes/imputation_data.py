"""Which incomplete data do the tests of imputation share? 300 patients of pbc, values deleted."""

from __future__ import annotations

import numpy as np

from outcomes.sample import Survival
from outcomes.terms import Factor, Numeric
from tests.outcomes.golden_tables import read_golden

LEVELS = {"edema": ("0", "0.5", "1"), "hepato": ("0", "1"), "stage": ("1", "2", "3", "4")}
NAMES = ("age", "bili", "albumin", "edema", "hepato", "stage")
Terms = tuple[Factor | Numeric, ...]


def term(name: str, values: list[str]) -> Factor | Numeric:
    """An empty text is missing."""
    if name in LEVELS:
        return Factor.from_labels(name, [value or None for value in values], LEVELS[name])
    return Numeric(name, [float(value or "nan") for value in values])


def incomplete() -> tuple[Survival, Terms]:
    rows = read_golden("imputation_data")
    sample = Survival([int(row["days"]) for row in rows], [row["event"] == "1" for row in rows])
    return sample, tuple(term(name, [row[name] for row in rows]) for name in NAMES)


def completed_by_r() -> list[Terms]:
    """The data sets that mice completed, in its order."""
    columns = {name: [row[name] for row in read_golden("imputation_data")] for name in NAMES}
    cells = read_golden("imputation_cells")
    found: list[Terms] = []
    for copy in dict.fromkeys(row["copy"] for row in cells):
        filled = {name: list(values) for name, values in columns.items()}
        for row in cells:
            if row["copy"] == copy:
                filled[row["column"]][int(row["row"])] = row["value"]
        found.append(tuple(term(name, values) for name, values in filled.items()))
    return found


def fits_by_r() -> tuple[np.ndarray, np.ndarray]:
    """R's coefficients, (m, p), and their covariances, (m, p, p)."""
    rows = read_golden("imputation_fits")
    copies = dict.fromkeys(row["copy"] for row in rows)
    beta = [[float(row["beta"]) for row in rows if row["copy"] == copy] for copy in copies]
    p = len(beta[0])
    spread = [[float(row[f"v{place + 1}"]) for place in range(p)] for row in rows]
    return np.array(beta), np.array(spread).reshape(len(beta), p, p)


def values_of(term: Factor | Numeric) -> np.ndarray:
    """Its codes or its numbers."""
    return term.codes if isinstance(term, Factor) else term.values

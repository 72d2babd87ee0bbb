"""Are running sums right by hand, for odd and even columns, whole and some rows at a time?"""

import numpy as np
import pytest
from pytest import approx

from outcomes._numbers import row_sums
from outcomes._numbers.row_sums import (
    add_up,
    sums_of_first_rows,
    sums_of_rest_rows,
    sums_up_to,
    weighted_square,
)

ROWS = np.array([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]])


@pytest.mark.parametrize("columns", [slice(None), slice(0, 1)])
def test_by_hand(columns):
    rows = np.ascontiguousarray(ROWS[:, columns])
    first, rest = sums_of_first_rows(rows), sums_of_rest_rows(rows)
    assert first.tolist() == np.array([[0, 0], [1, 10], [3, 30], [7, 70]])[:, columns].tolist()
    assert rest.tolist() == np.array([[7, 70], [6, 60], [4, 40], [0, 0]])[:, columns].tolist()
    parts = add_up(rows.copy(), (slice(0, 1), slice(1, 3)))
    assert parts.tolist() == np.array([[1, 10], [2, 20], [6, 60]])[:, columns].tolist()


def test_one_column_without_rows_of_its_own():
    assert sums_of_first_rows(ROWS[:, 0]).tolist() == [0, 1, 3, 7]
    assert sums_of_rest_rows(ROWS[:, 0]).tolist() == [7, 6, 4, 0]


@pytest.mark.parametrize("columns", [3, 4])
@pytest.mark.parametrize("last", [[0], [6], [1, 2, 6], [2, 3, 9], [0, 5, 6, 8, 9]])
def test_some_rows_at_a_time_are_all_rows(columns, last, monkeypatch):
    random = np.random.default_rng(5)
    values, weight = random.normal(size=(10, columns)), random.random(10)
    monkeypatch.setattr(row_sums, "CHUNK_ROWS", 3)
    found = sums_up_to(np.array(last), values, weight)
    assert found == approx(np.cumsum(values * weight[:, None], axis=0)[last], rel=1e-13)
    assert weighted_square(values, weight) == approx(values.T @ np.diag(weight) @ values, rel=1e-13)

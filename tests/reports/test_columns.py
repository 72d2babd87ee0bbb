"""Do the columns refuse what does not fit, and is a cut the same bytes whatever the row order?"""

import json

import numpy as np
import pytest

from reports.catalogue import ColumnError, catalogue, column
from reports.columns import Columns
from tests.reports.roux_columns import columns_of, roux_columns, roux_rows

PAIR = {"patient": ["b", "a"], "age_at_transplant": [3.5, None], "sex": ["F", ""]}


def test_a_cut_is_the_same_bytes_in_any_order_of_rows():
    turned = columns_of(reversed(roux_rows()))
    assert turned.to_bytes() == roux_columns().to_bytes()
    assert turned.sha256 == roux_columns().sha256


def test_a_cut_comes_back_from_its_bytes():
    again = Columns.from_bytes(roux_columns().to_bytes())
    assert again.n == 1307
    assert again.to_bytes() == roux_columns().to_bytes()
    for name in catalogue:
        np.testing.assert_array_equal(again[name], roux_columns().in_order()[name])


def test_missing_values_have_one_form_each():
    columns = Columns(PAIR | {"death_date": [None, "2010-02-28"]})
    assert list(columns.known("age_at_transplant")) == [True, False]
    assert list(columns.known("sex")) == [True, False]
    assert list(columns.known("death_date")) == [False, True]
    assert json.loads(columns.to_bytes())["columns"]["age_at_transplant"] == [None, 3.5]


def test_columns_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        roux_columns()["sex"][0] = "F"
    some = roux_columns().where(roux_columns()["sex"] == "F")
    with pytest.raises(ValueError, match="read-only"):
        some["sex"][0] = "M"


def test_an_unknown_column_names_the_nearest():
    with pytest.raises(ColumnError, match="Did you mean 'stem_cell_source'"):
        column("stem_cel_source")
    with pytest.raises(ColumnError, match="Did you mean 'sex'"):
        Columns({"sexx": ["M"]})
    with pytest.raises(ColumnError, match="Did you mean 'failure_date'"):
        column("relapse_date")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"sex": ["M", "Zaphod"]}, "sex: row 1 is none of M, F"),
        ({"age_at_transplant": ["Zaphod"]}, "age_at_transplant: values are not of the kind number"),
        ({"death_date": ["31.12.2014"]}, "death_date: values are not of the kind date"),
        ({"age_at_transplant": [float("inf")]}, "infinite"),
        ({"sex": ["M"], "tbi": ["no", "no"]}, "different lengths"),
        ({"age_at_transplant": [[1.0], [2.0]]}, "age_at_transplant: expected one column"),
    ],
)
def test_values_that_do_not_fit_are_refused_without_showing_them(values, message):
    with pytest.raises(ColumnError, match=message) as refusal:
        Columns(values)
    assert "Zaphod" not in str(refusal.value)


def test_a_cut_without_a_column_says_which():
    with pytest.raises(ColumnError, match="this data cut has no column 'treatment'"):
        Columns(PAIR)["treatment"]
    with pytest.raises(ColumnError, match="not a data cut"):
        Columns.from_bytes(b'{"format": "something else"}')


def test_no_rows_are_columns_too():
    empty = columns_of([])
    assert empty.n == 0
    assert Columns.from_bytes(empty.to_bytes()).n == 0

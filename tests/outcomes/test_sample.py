"""Is bad input refused with a message that names the argument, the row and the remedy?"""

import numpy as np
import pytest

from outcomes.sample import EmptySample, SampleError, Survival
from outcomes.terms import Factor, Interaction, Numeric


def test_whole_days_and_truth_values_are_kept_as_they_are():
    sample = Survival(days=[5, 0, 8.0], event=[True, 0, 1])
    assert sample.days.dtype == np.int32 and sample.days.tolist() == [5, 0, 8]
    assert sample.event.tolist() == [True, False, True]
    assert (sample.n, sample.events) == (3, 2)


@pytest.mark.parametrize(
    "days, event, words",
    [
        ([3, -1], [1, 0], "days: row 1 is negative"),
        ([3, float("nan")], [1, 0], "days: row 1 is missing"),
        ([3.5, 2], [1, 0], "days: row 0 is a fraction"),
        ([3, 2**31], [1, 0], "days: row 1 exceeds"),
        (["3", "4"], [1, 0], "days: expected whole numbers"),
        ([[3, 4]], [1, 0], "days: expected one column"),
        ([3, 4], [1], "event: 1 rows, but the sample has 2"),
        ([3, 4], [1, 2], "event: row 1 is neither"),
        ([3, 4], [True, None], "event: row 1 is missing"),
        ([3, 4], ["yes", "no"], "event: expected True/False"),
    ],
)
def test_what_cannot_be_a_survival_time_is_refused(days, event, words):
    with pytest.raises(SampleError, match=words):
        Survival(days, event)


def test_nobody_is_an_empty_sample():
    with pytest.raises(EmptySample):
        Survival([], [])
    with pytest.raises(EmptySample):
        Survival([1], [True]).where(np.array([False]))


def test_samples_cannot_be_changed():
    days = np.array([1, 2], dtype=np.int32)
    sample = Survival(days, [True, False])
    days[0] = 99
    assert sample.days[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        sample.days[0] = 7
    with pytest.raises(AttributeError):
        sample.days = days


def test_a_factor_counts_its_levels_and_knows_what_is_missing():
    sex = Factor.from_labels("sex", ["M", None, "F", "M"], ["M", "F", "X"])
    assert sex.codes.tolist() == [0, -1, 1, 0]
    assert sex.counts == (2, 1, 0)
    assert sex.known.tolist() == [True, False, True, True]
    assert sex.where(sex.known).counts == (2, 1, 0)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: Factor.from_labels("sex", ["M", "m"], ["M", "F"]), "sex: row 1 holds a label"),
        (lambda: Factor("sex", ["M", "M"], [0]), "sex: levels must be distinct"),
        (lambda: Factor("sex", [], []), "sex: levels must be distinct"),
        (lambda: Factor("sex", ["M"], [0, 1]), "sex: row 1 has a code outside"),
        (lambda: Factor("sex", ["M"], [0.5]), "sex: codes must be whole"),
        (lambda: Numeric("age", [1, np.inf]), "age: row 1 is infinite"),
        (lambda: Interaction(Factor("a", ["x"], [0]), Factor("b", ["y"], [0, 0])), "a x b"),
        (lambda: Factor("sex", ["M"], [0]).where(np.array([1])), "mask: expected 1 True/False"),
    ],
)
def test_terms_that_cannot_be_analysed_are_refused(make, words):
    with pytest.raises(SampleError, match=words):
        make()


def test_a_refusal_never_shows_the_value_of_a_patient():
    with pytest.raises(SampleError) as refusal:
        Factor.from_labels("diagnosis", ["secret"], ["AML"])
    assert "secret" not in str(refusal.value)

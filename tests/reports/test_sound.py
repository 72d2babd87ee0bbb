"""Would the tests of bad cohorts see nonsense? Sound results, broken in one place at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reports.results import Figure, Results, Value
from reports.studies import STUDIES
from tests.reports.any_cohort import cohort_of
from tests.reports.sound import faults
from tests.reports.test_bad_cohorts import answer

STUDY = STUDIES["hsct2_2025_ecog"]


@pytest.fixture(scope="module")
def sound() -> Results:
    return answer(STUDY, cohort_of(STUDY))


def broken(results: Results, key: str, **change: Any) -> Results:
    """The results with one number of a table changed."""

    def cell(value: Value | None) -> Value | None:
        return replace(value, **change) if value is not None and value.key == key else value

    tables = tuple(
        replace(
            table,
            rows=tuple(replace(row, cells=tuple(map(cell, row.cells))) for row in table.rows),
        )
        for table in results.tables
    )
    return replace(results, tables=tables)


def test_what_is_sound_has_no_fault(sound: Results) -> None:
    assert faults(sound) == []


@pytest.mark.parametrize(
    ("key", "change", "told"),
    [
        ("t2.ecog.>=2.hr", {"value": 2e6}, "t2.ecog.>=2.hr: a ratio of 2e+06"),
        ("t2.ecog.>=2.lo", {"value": 1e-9}, "t2.ecog.>=2.lo: a ratio of 1e-09"),
        ("t2.ecog.>=2.p", {"value": 0.0}, "t2.ecog.>=2.p: P = 0.0"),
        ("t2.ecog.>=2.p", {"value": 1.2}, "t2.ecog.>=2.p: P = 1.2"),
        ("t1.ecog.0-1.pct", {"value": 101.0}, "t1.ecog.0-1.pct: 101.0%"),
        ("t4.global.1y.s", {"value": -1.0}, "t4.global.1y.s: -1.0%"),
        ("t1.ecog.0-1.n", {"text": "nan"}, "t1.ecog.0-1.n: text 'nan'"),
        ("t1.ecog.0-1.n", {"reason": "No patients."}, "a number and the sentence"),
        ("t1.ecog.0-1.n", {"value": None, "text": "–"}, "neither a number nor a sentence"),
        (
            "t1.ecog.0-1.n",
            {"value": None, "text": "–", "reason": "Why"},
            "neither a number nor a sentence",
        ),
    ],
)
def test_a_broken_number_is_seen(sound: Results, key: str, change: Any, told: str) -> None:
    found = faults(broken(sound, key, **change))
    assert found and all(told in fault for fault in found)


def test_infinity_is_refused(sound: Results) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        faults(broken(sound, "t2.ecog.>=2.hr", value=float("inf")))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"survival": (1.0, 0.5, 0.6), "months": (0.0, 1.0, 2.0)}, "turns back"),
        ({"survival": (1.0, -0.1), "months": (0.0, 1.0)}, "outside 0 to 1"),
        ({"survival": (1.0, 0.5, 0.5), "months": (0.0, 2.0, 1.0)}, "time runs backwards"),
        ({"events": 91}, "more events than patients"),
        ({"at_risk": (90,)}, "do not fit the ticks"),
    ],
)
def test_a_broken_curve_is_seen(sound: Results, change: Any, told: str) -> None:
    first: Figure = sound.figures[0]
    curve = replace(first.series[0], **change)
    figures = (replace(first, series=(curve,)), *sound.figures[1:])
    assert any(told in fault for fault in faults(replace(sound, figures=figures)))


def test_a_flow_that_grows_is_seen(sound: Results) -> None:
    box = sound.flow[0]
    grown = replace(sound, flow=(box, replace(box, n=box.n + 1, percent_of_previous=101.1)))
    assert len(faults(grown)) == 2

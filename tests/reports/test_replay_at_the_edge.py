"""Do the scripts refuse what the report refuses? Models of which a coefficient has no estimate."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reports.columns import Columns
from reports.results import Results, Value
from reports.study import (
    Category,
    EndPoint,
    InteractionP,
    InteractionTests,
    Known,
    MultivariableCox,
    Step,
    Study,
    Switch,
    TimeDependentCox,
    yes_no,
)
from tests.reports.any_cohort import cohort_of
from tests.reports.computed import values_of
from tests.reports.replayed import NO_R, computed, r_is_here, unzipped

SOURCE = Category("source", "Source", "stem_cell_source", {"BM": "BM", "PB": "PB", "CB": "CB"})
TBI, GVHD = yes_no("tbi", "TBI", "tbi"), yes_no("gvhd", "GvHD", "chronic_gvhd")
SECOND = Switch("second", "Second transplant", "second_transplant_date")
STUDY = Study(
    id="edge",
    version="1",
    title="Edge",
    citation="",
    doi="",
    cohort=(Step("all", "All", (Known("transplant_date"),)),),
    end_point=EndPoint("Survival", "transplant_date"),
    convention="R",
    tables=(
        MultivariableCox("t1", "", "", offered=(SOURCE, TBI, GVHD), selection="none"),
        InteractionTests("t2", "", "", added_to="t1"),
        TimeDependentCox("t3", "", "", (SECOND,), (SOURCE, GVHD), interacts=SOURCE),
        TimeDependentCox("t4", "", "", (SECOND,), (SOURCE, GVHD), interacts=GVHD),
    ),
    texts={"Pair": (InteractionP("pair.p", "Source and TBI", (SOURCE, TBI), "t1"),)},
)
FREE = ("t2.tbi.gvhd.p", "t4.second.gvhd.p")
BOUND = ("t2.source.tbi.p", "t2.source.gvhd.p", "t3.second.source.p", "pair.p")


def cut() -> Columns:
    return cohort_of(STUDY, n=400, seed=4)


def nobody_dies(columns: Columns) -> Columns:
    """Nobody with cord blood dies, so its coefficient runs away."""
    cord = columns["stem_cell_source"] == "CB"
    assert cord.sum() > 20
    return columns.changed(
        death=np.where(cord, "no", columns["death"]),
        death_date=np.where(cord, np.datetime64("NaT", "D"), columns["death_date"]),
    )


def nobody_has_it(columns: Columns) -> Columns:
    """A level without patients."""
    source = columns["stem_cell_source"]
    return columns.changed(stem_cell_source=np.where(source == "CB", "PB", source))


def nobody_is_reference(columns: Columns) -> Columns:
    source = columns["stem_cell_source"]
    return columns.changed(stem_cell_source=np.where(source == "BM", "PB", source))


def answers(results: Results) -> dict[str, Value]:
    return {key: one for key, one in values_of(results).items() if key in (*FREE, *BOUND)}


@pytest.mark.skipif(not r_is_here(), reason=NO_R)
@pytest.mark.parametrize("convention", ["R", "SPSS"])
def test_where_all_is_bounded_every_pair_is_tested(convention: str, tmp_path: Path) -> None:
    study = replace(STUDY, convention=convention)
    found = answers(computed(study, cut()))
    assert all(one.value is not None for one in found.values()) and len(found) == 6
    scripts = unzipped(study, cut(), tmp_path)
    assert (scripts.python().status, scripts.r().status) == (0, 0)


@pytest.mark.skipif(not r_is_here(), reason=NO_R)
@pytest.mark.parametrize("spoil", [nobody_dies, nobody_has_it, nobody_is_reference])
def test_a_pair_with_a_coefficient_without_estimate_has_no_test(
    spoil: object, tmp_path: Path
) -> None:
    columns = spoil(cut())  # type: ignore[operator]
    found = answers(computed(STUDY, columns))
    assert [found[key].value for key in BOUND] == [None] * len(BOUND)
    assert all(found[key].value is not None for key in FREE)
    scripts = unzipped(STUDY, columns, tmp_path)
    python, r = scripts.python(), scripts.r()
    assert (python.status, r.status) == (0, 0), (python, r)

"""Which rows and columns leave with a run? Those of its period and its words, and no pseudonym."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reports.catalogue import catalogue
from reports.columns import Columns
from reports.compute.population import FOLLOWED_BY, TAKEN_BACK, as_of
from reports.named import columns_named
from reports.replay import NotRepeated, archive
from reports.replay.archive import data_csv
from reports.replay.parts import columns_used
from reports.results import Period, Results
from reports.studies import STUDIES
from reports.studies.roux_2017_sfgmtc import STUDY as ROUX
from reports.study import Category, Characteristics, DistinctOf, Is, Study
from tests.reports.any_cohort import cohort_of
from tests.reports.replayed import NO_R, computed, r_is_here, unzipped
from tests.reports.roux_columns import roux_columns

CUT = roux_columns()
PERIOD = Period("2005-01-01", "2005-12-31")


def lines_of(text: str) -> list[dict[str, str]]:
    names, *lines = (line.split(",") for line in text.splitlines())
    return [dict(zip(names, line, strict=True)) for line in lines]


def test_the_data_are_the_columns_in_use() -> None:
    lines = lines_of(data_csv(ROUX, CUT, None))
    assert tuple(lines[0]) == columns_used(ROUX)
    assert "ferritin" not in lines[0] and len(lines) == CUT.n
    rows = CUT.in_order()
    for name in ("age_at_transplant", "days_to_failure"):
        told = [float(line[name]) if line[name] else None for line in lines]
        known = rows.known(name).tolist()
        assert told == [v if k else None for v, k in zip(rows[name].tolist(), known, strict=True)]


def test_a_run_of_a_period_takes_out_its_transplants_alone(tmp_path: Path) -> None:
    done = CUT["transplant_date"]
    taken = (done >= np.datetime64("2005-01-01")) & (done <= np.datetime64("2005-12-31"))
    found = unzipped(ROUX, CUT, tmp_path, PERIOD)
    assert len(found.lines("data.csv")) == np.count_nonzero(taken) < CUT.n
    said = [found.python(), *([found.r()] if r_is_here() else [])]
    assert [one.status for one in said] == [0] * len(said), said
    period = "from 2005-01-01 to 2005-12-31"
    for name in ("README.txt", "study.R", "study.py"):
        assert period in found.text(name)


@pytest.mark.parametrize("name", sorted(STUDIES))
def test_no_pseudonym_leaves(name: str) -> None:
    cut = cohort_of(STUDIES[name])
    told = data_csv(STUDIES[name], cut, None)
    assert "patient" not in columns_used(STUDIES[name])
    assert not [one for one in cut["patient"].tolist() if one in told]


def asking(study: Study, key: str = "asked.n") -> Study:
    """The study with one more number: how many patients there are."""
    return replace(study, texts={**study.texts, "Asked": (DistinctOf(key, "Patients", "patient"),)})


@pytest.mark.skipif(not r_is_here(), reason=NO_R)
def test_patients_are_numbered_where_a_word_asks_for_them(tmp_path: Path) -> None:
    study = asking(ROUX)
    found = unzipped(study, CUT, tmp_path)
    numbers = [int(line["patient"]) for line in found.lines("data.csv")]
    assert set(numbers) == set(range(1, len(set(CUT["patient"].tolist())) + 1))
    assert (found.python().status, found.r().status) == (0, 0)


def test_a_study_that_names_single_patients_does_not_leave() -> None:
    one = CUT["patient"].tolist()[0]
    group = Category("one", "One", "patient", {one: "One of them"})
    for study in (
        replace(ROUX, subgroups={**ROUX.subgroups, "one": (Is("patient", one),)}),
        replace(ROUX, tables=(*ROUX.tables, Characteristics("t99", "", "", (group,)))),
    ):
        with pytest.raises(NotRepeated, match="single patients"):
            archive(study, CUT, computed(study, CUT))


def as_told(results: Results) -> Results:
    """Without the hash of the cut, which covers every column."""
    return replace(results, provenance=replace(results.provenance, cut_sha256=""), method=())


@pytest.mark.parametrize("name", sorted(STUDIES))
def test_a_study_is_computed_from_the_columns_in_use_alone(name: str) -> None:
    """Whatever word names a column: a run on the columns of data.csv lacks none, and is the same."""
    study = STUDIES[name]
    cut = cohort_of(study)
    told_of_a_cut = ("patient", "centre")  # they sort its rows, and are named as its source
    some = Columns({name: cut[name] for name in (*told_of_a_cut, *columns_used(study))})
    assert as_told(computed(study, some)) == as_told(computed(study, cut))


@pytest.mark.parametrize("name", sorted(STUDIES))
def test_every_column_that_is_named_is_in_use(name: str) -> None:
    """A text of a study that is the name of a column, wherever it stands, is one in use."""
    study = STUDIES[name]
    parts = (study.cohort, study.end_point, study.end_points, study.subgroups)
    shown = (study.tables, study.figures, study.texts)
    said = {text for text in texts_in((*parts, *shown)) if text in catalogue}
    assert said <= set(columns_used(study))


def texts_in(thing: object) -> set[str]:
    """Every text in the fields of a study, but labels, names and what asks for a population."""
    if isinstance(thing, str):
        return {thing}
    if hasattr(thing, "__dataclass_fields__"):
        told = {"name", "id", "key", "label", "title", "on"}
        return texts_in([getattr(thing, f) for f in thing.__dataclass_fields__ if f not in told])
    if hasattr(thing, "values"):
        return texts_in(tuple(thing.values()))
    if isinstance(thing, tuple | list):
        return {text for part in thing for text in texts_in(part)}
    return set()


def test_what_no_word_is_has_no_columns() -> None:
    with pytest.raises(TypeError, match="Period has no line"):
        columns_named((Is("sex", "F"), PERIOD))


def test_a_cutoff_takes_back_the_columns_that_are_told_so() -> None:
    some = Columns({name: CUT[name] for name in TAKEN_BACK})
    before = as_of(some, "2008-01-01")
    assert set(FOLLOWED_BY) < set(TAKEN_BACK) == set(before.names)
    changed = {name for name in some.names if before[name].tolist() != some[name].tolist()}
    assert changed == set(TAKEN_BACK)
    for name in TAKEN_BACK:
        with pytest.raises(Exception, match=f"no column '{name}'"):
            as_of(Columns({one: CUT[one] for one in TAKEN_BACK if one != name}), "2008-01-01")

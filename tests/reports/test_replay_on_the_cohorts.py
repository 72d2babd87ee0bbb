"""Do the scripts find every number of the report again, each study on its calibrated cohort?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reports.columns import Columns
from reports.criteria import FirstAllogeneicTransplant
from reports.results import Period
from reports.studies import STUDIES
from tests.reports.any_cohort import cohort_of
from tests.reports.computed import values_of
from tests.reports.replayed import (
    COHORTS,
    NO_R,
    ROUX,
    Said,
    Unzipped,
    computed,
    cut_of,
    r_is_here,
    unzipped,
)

with_r = pytest.mark.skipif(not r_is_here(), reason=NO_R)
CUTS: dict[str, Columns] = {}  # a cohort goes through the door once
# Drawn at random, which R cannot repeat: reports.replay.script.LEFT_OUT.
ONLY_IN_PYTHON = {ROUX: "s1."}


@pytest.fixture(scope="module", params=sorted(STUDIES))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def cut(name: str, django_db_setup: None, django_db_blocker: Any) -> Columns:
    CUTS.setdefault(name, cut_of(name, django_db_blocker))
    return CUTS[name]


@pytest.fixture(scope="module")
def folder(name: str, cut: Columns, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unzipped]:
    yield unzipped(STUDIES[name], cut, tmp_path_factory.mktemp(name))


def agrees(said: Said, numbers: int) -> None:
    assert said.verdict == f"{numbers} of {numbers} numbers agree at the printed digits."
    assert "rounding" not in said.printed  # not one on the edge between two texts
    assert said.status == 0


def test_every_study_has_its_cohort() -> None:
    assert {ROUX, *COHORTS} == set(STUDIES)


def test_every_number_with_a_key_is_expected(name: str, cut: Columns, folder: Unzipped) -> None:
    told = {line["key"]: line["text"] for line in folder.lines("expected.csv")}
    values = values_of(computed(STUDIES[name], cut))
    assert {key: told.get(key) for key in values} == {key: one.text for key, one in values.items()}
    assert len(told) == len(folder.lines("expected.csv"))


def test_the_python_script_finds_every_number(folder: Unzipped) -> None:
    said = folder.python()
    agrees(said, len(folder.lines("expected.csv")))
    assert len(folder.lines("result_py.csv")) == len(folder.lines("expected.csv"))


@with_r
def test_the_r_script_finds_every_number(name: str, folder: Unzipped) -> None:
    keys = [line["key"] for line in folder.lines("expected.csv")]
    repeated = [key for key in keys if not key.startswith(ONLY_IN_PYTHON.get(name, "-"))]
    said = folder.r()
    agrees(said, len(repeated))
    assert sorted(line["key"] for line in folder.lines("result_R.csv")) == sorted(repeated)
    assert said.complained == ""


@with_r
def test_the_values_of_r_agree_to_nine_digits(folder: Unzipped) -> None:
    expected = {line["key"]: line["value"] for line in folder.lines("expected.csv")}
    for line in folder.lines("result_R.csv"):
        if line["value"] and expected[line["key"]]:
            theirs = float(expected[line["key"]])
            assert float(line["value"]) == pytest.approx(theirs, rel=1e-6, abs=1e-9), line["key"]


def test_a_death_that_is_flipped_is_found(name: str, folder: Unzipped, tmp_path: Path) -> None:
    """Somebody of the analysed who died is said to live on."""
    criteria = [one for step in STUDIES[name].cohort for one in step.criteria]
    number = "1" if any(isinstance(one, FirstAllogeneicTransplant) for one in criteria) else "2"
    again = Unzipped(Path(shutil.copytree(folder.folder, tmp_path / "changed")))
    lines = again.lines("data.csv")
    found = next(
        line
        for line in lines
        if line["death"] == "yes"
        and line.get("treatment", "known")
        and line.get("failure_kind", "RELAPSE")
        and line["allo_number"] == number
    )
    found |= {"death": "no", "death_date": ""}
    again.change("data.csv", lines)
    for said in (again.python(), *([again.r()] if r_is_here() else [])):
        assert said.status == 1
        assert "  differs: " in said.printed
        agreeing, _, of = said.verdict.split()[:3]
        assert int(agreeing) < int(of)


def few(cut: Columns, n: int) -> Columns:
    """n rows, the same whatever pseudonyms the registry has drawn this time."""
    dated = np.lexsort([cut[name] for name in ("last_contact_date", "transplant_date")])
    chosen = np.random.default_rng(3).permutation(cut.n)[:n]
    return cut.where(np.isin(np.arange(cut.n), dated[chosen]))


@with_r
@pytest.mark.parametrize("n", [0, 5])
def test_few_patients_or_none(name: str, cut: Columns, n: int, tmp_path: Path) -> None:
    """What cannot be given is a dash in the scripts as in the report."""
    found = unzipped(STUDIES[name], few(cut, n), tmp_path)
    assert (found.python().status, found.r().status) == (0, 0)


@with_r
def test_patients_drawn_at_random_a_period_and_the_conventions_of_r(
    name: str, tmp_path: Path
) -> None:
    study = replace(STUDIES[name], convention="R")
    period = Period("2004-03-01", "2012-01-01")
    found = unzipped(study, cohort_of(study), tmp_path, period)
    assert (found.python().status, found.r().status) == (0, 0)

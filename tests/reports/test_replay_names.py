"""Do names of a study that are words of R, of Python or of each other stay apart in a script?"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from reports.replay.dialects import PYTHON, R
from reports.replay.scene import Scene
from reports.studies.roux_2017_sfgmtc import STUDY as ROUX
from reports.study import (
    Category,
    Characteristics,
    EndPoint,
    Is,
    KaplanMeierFigure,
    Step,
    Study,
    SurvivalAtHorizons,
    UnivariateCox,
    yes_no,
)
from tests.reports.replayed import NO_R, Unzipped, r_is_here, unzipped
from tests.reports.roux_columns import roux_columns

# Reserved by a language, names of tools, alike but for a sign, or like a name made unique.
NAMES = (
    *("na", "NA", "if", "TRUE", "true", "None", "none", "c", "T", "data", "rows", "follow"),
    *("sex", "Sex", "SEX", "s-e-x", "sex_2", "main", "E_MAIN", "rfs", "answers", "2nd", "é", "…"),
)
RELAPSE_FREE = EndPoint("Relapse-free survival", "transplant_date", "failure or death")
POINTS = {
    "main": RELAPSE_FREE,
    "rfs": EndPoint("Survival after transplant", "transplant_date"),
    "RFS": RELAPSE_FREE,
    "MAIN_2": EndPoint("Survival after failure", "failure_date"),
    "na": EndPoint("Survival after failure", "failure_date"),
}


def grouping(at: int, name: str) -> Category:
    """Groupings that differ, so that one in the place of another is found."""
    column = ("tbi", "myeloablative", "chronic_gvhd")[at % 3]
    if at % 2:
        return yes_no(name, f"Grouping {at}", column)
    return Category(name, f"Grouping {at}", column, {"yes": "Yes", "no": "No"})


STUDY = Study(
    id="names",
    version="1",
    title="Names",
    citation="",
    doi="",
    cohort=(
        Step("populations", "All", (Is("failure", "yes"),)),
        Step("NA", "Some", (Is("sex", "F", "M"),)),
    ),
    end_point=EndPoint("Survival after failure", "failure_date"),
    end_points=POINTS,
    convention="SPSS",
    tables=(
        *(
            Characteristics(f"a{at}", "", "", (grouping(at, name),), on="populations")
            for at, name in enumerate(NAMES)
        ),
        *(
            UnivariateCox(f"b{at}", "", "", (grouping(at, name),), on="NA", end_point=point)
            for at, name in enumerate(NAMES)
            for point in [("", *POINTS)[at % 6]]
        ),
        SurvivalAtHorizons("models", "", "", (1, 2), ("", *POINTS)),
    ),
    figures=tuple(
        KaplanMeierFigure(f"f{at}", "", "", end_point=name) for at, name in enumerate(("", *POINTS))
    ),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Unzipped:
    return unzipped(STUDY, roux_columns(), tmp_path_factory.mktemp("names"))


@pytest.mark.parametrize("dialect", [R, PYTHON], ids=["R", "Python"])
def test_every_name_is_one_of_its_own(dialect: object) -> None:
    scene = Scene.of(STUDY, dialect)  # type: ignore[arg-type]
    made = [*scene.covariates.values(), *scene.end_points.values()]
    assert len(made) == len(set(made)) == 2 * len(NAMES) + 1 + len(POINTS)
    assert all(re.fullmatch(r"[GE](_[A-Z0-9]+)*", name) for name in made)
    assert list(scene.end_points) == ["", *POINTS]


def test_the_names_are_those_of_the_study_as_far_as_they_can() -> None:
    scene = Scene.of(ROUX, R)
    assert scene.end_points[""] == "E_MAIN" and "G_TREATMENT" in scene.covariates.values()
    points = {"rfs": replace(RELAPSE_FREE, cutoff=ROUX.end_point.cutoff)}
    assert Scene.of(replace(ROUX, end_points=points), R).end_points["rfs"] == "E_RFS"


def test_python_keeps_them_apart(folder: Unzipped) -> None:
    said = folder.python()
    assert said.status == 0, said


@pytest.mark.skipif(not r_is_here(), reason=NO_R)
def test_r_keeps_them_apart(folder: Unzipped) -> None:
    said = folder.r()
    assert said.status == 0, said
    assert said.complained == ""

"""Do organ stages give the grades that the criteria print?"""

from collections.abc import Callable
from datetime import date
from itertools import product

import pytest

from registry.dictionary import derived
from registry.dictionary.case import Case, Node
from registry.dictionary.grading import GRADES, keystone, magic
from registry.dictionary.reading import read_case
from registry.models import DICTIONARY
from tests.spec.tables import patient

#        skin, liver, upper gut, lower gut, MAGIC, Keystone
BORDERS = [
    (0, 0, 0, 0, "0", "0"),
    (1, 0, 0, 0, "I", "I"),
    (2, 0, 0, 0, "I", "I"),
    (3, 0, 0, 0, "II", "II"),
    (0, 1, 0, 0, "II", "II"),
    (0, 0, 1, 0, "II", "II"),
    (2, 0, 0, 1, "II", "II"),
    (3, 1, 1, 1, "II", "II"),
    (0, 2, 0, 0, "III", "III"),
    (0, 3, 0, 0, "III", "III"),
    (0, 0, 0, 2, "III", "III"),
    (3, 3, 1, 3, "III", "III"),
    (4, 0, 0, 0, "IV", "IV"),
    (0, 4, 0, 0, "IV", "IV"),
    (0, 0, 0, 4, "IV", "III"),
]


@pytest.mark.parametrize(("skin", "liver", "upper", "lower", "by_magic", "by_keystone"), BORDERS)
def test_borders(
    skin: int, liver: int, upper: int, lower: int, by_magic: str, by_keystone: str
) -> None:
    assert magic(skin, liver, upper, lower) == by_magic
    assert keystone(skin, liver, upper, lower) == by_keystone


@pytest.mark.parametrize("grade", [magic, keystone])
def test_no_grade_falls_when_a_stage_rises(grade: Callable[..., str]) -> None:
    """What `computed_acute_grade` relies on where a stage is not known."""
    for stages in product(range(5), range(5), range(2), range(5)):
        for organ, highest in enumerate((4, 4, 1, 4)):
            if stages[organ] < highest:
                higher = [stage + (n == organ) for n, stage in enumerate(stages)]
                assert GRADES.index(grade(*higher)) >= GRADES.index(grade(*stages))


def transplant_with(**gvhd: object) -> Node:
    reading = read_case(DICTIONARY, patient(transplants=[{"number": 1, **gvhd}]))
    assert not reading.problems, reading.problems
    return Case(reading.record, DICTIONARY, date(2020, 1, 1)).of("transplant")[0]


@pytest.mark.parametrize(
    ("stages", "grade"),
    [
        ({"skin": 2, "liver": 0, "upper_gi": 0, "lower_gi": 0}, "I"),
        ({"skin": 2, "liver": 0, "lower_gi": 0}, None),
        ({"skin": 3, "liver": 0, "lower_gi": 1}, "II"),
        ({"skin": 4}, "IV"),
        ({"skin": {"missing": "UNK"}}, None),
    ],
)
def test_unknown_stages_leave_only_the_grade_that_is_certain(
    stages: dict[str, object], grade: str | None
) -> None:
    transplant = transplant_with(acute_gvhds=[{"occurred": "YES", "system": "MAGIC", **stages}])
    assert derived.computed_acute_grade(next(transplant.children("acute_gvhd"))) == grade
    assert derived.acute_gvhd_grade(transplant) == grade


def test_glucksberg_and_ibmtr_are_not_computed() -> None:
    for system in ("GLUCKSBERG", "IBMTR"):
        transplant = transplant_with(acute_gvhds=[{"system": system, "skin": 4}])
        assert derived.acute_gvhd_grade(transplant) is None


def test_the_reported_grade_goes_first_and_the_highest_episode_counts() -> None:
    episodes = [
        {"occurred": "YES", "grade_reported": "I", "system": "MAGIC", "skin": 4},
        {"occurred": "YES", "grade_reported": "III"},
        {"occurred": "NO", "as_of": "2009-01-01"},
    ]
    assert derived.acute_gvhd_grade(transplant_with(acute_gvhds=episodes)) == "III"
    assert derived.acute_gvhd_grade(transplant_with(acute_gvhds=episodes[2:])) == "0"
    assert derived.acute_gvhd_grade(transplant_with()) is None


ALL_ZERO = dict.fromkeys(("skin", "mouth", "eyes", "gut", "liver", "lung", "joints", "genital"), 0)


@pytest.mark.parametrize(
    ("records", "answer"),
    [
        ([{"grade_reported": "I"}], "yes"),
        ([{"occurred": "NO"}, {"grade_reported": "II-IV"}], "yes"),
        ([{"occurred": "YES"}], "yes"),
        ([{"occurred": "NO", "as_of": "2010-01-01"}], "no"),
        ([{"grade_reported": {"missing": "UNK"}}], None),
        ([{}], None),
        ([], None),
    ],
)
def test_acute_gvhd_follows_from_its_grade_too(
    records: list[dict[str, object]], answer: str | None
) -> None:
    assert derived.acute_gvhd(transplant_with(acute_gvhds=records)) == answer


@pytest.mark.parametrize(
    ("scores", "severity"),
    [
        ({}, None),
        ({"skin": 1}, "MILD"),
        ({"skin": 1, "mouth": 1}, "MILD"),
        ({"skin": 1, "mouth": 1, "eyes": 1}, "MODERATE"),
        ({"liver": 2}, "MODERATE"),
        ({"lung": 1}, "MODERATE"),
        ({"lung": 2}, "SEVERE"),
        ({"eyes": 3}, "SEVERE"),
    ],
)
def test_nih_severity(scores: dict[str, int], severity: str | None) -> None:
    transplant = transplant_with(chronic_gvhds=[{"occurred": "YES", **ALL_ZERO, **scores}])
    assert derived.nih_severity(next(transplant.children("chronic_gvhd"))) == severity


@pytest.mark.parametrize(
    ("records", "answer"),
    [
        ([], None),
        ([{"occurred": {"missing": "UNK"}}], None),
        ([{"occurred": "NO", "as_of": "2009-01-01"}], "no"),
        ([{"occurred": "NO", "as_of": "2009-01-01"}, {"occurred": "YES"}], "yes"),
    ],
)
def test_chronic_gvhd(records: list[dict[str, object]], answer: str | None) -> None:
    assert derived.chronic_gvhd(transplant_with(chronic_gvhds=records)) == answer

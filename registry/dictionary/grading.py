"""Which grade of GvHD do the organ stages give?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from registry.dictionary.case import Node

GRADES = ("0", "I", "II", "II-IV", "III", "IV")
"""Of acute GvHD, mildest first; "II-IV" is one of these three, not stated which."""

ORGANS = ("skin", "mouth", "eyes", "gut", "liver", "lung", "joints", "genital")
"""Of the NIH score of chronic GvHD."""

_HIGHEST = {"skin": 4, "liver": 4, "upper_gi": 1, "lower_gi": 4}


def magic(skin: int, liver: int, upper_gi: int, lower_gi: int) -> str:
    """The overall grade of acute GvHD by the MAGIC criteria, from the four organ stages.

    Source: Harris, Biol Blood Marrow Transplant 2016;22:4-10, table 1.
    Checked: by hand, every border, in tests/registry/test_grading.py.
    """
    if 4 in (skin, liver, lower_gi):
        return "IV"
    if max(liver, lower_gi) >= 2:
        return "III"
    if skin == 3 or 1 in (liver, upper_gi, lower_gi):
        return "II"
    return "I" if skin else "0"


def keystone(skin: int, liver: int, upper_gi: int, lower_gi: int) -> str:
    """The overall grade of acute GvHD by the Keystone (modified Glucksberg) criteria.

    Unlike MAGIC, a gut of stage 4 gives grade III.
    Source: Przepiorka, Bone Marrow Transplant 1995;15:825-828, table 3.
    Checked: by hand, every border, in tests/registry/test_grading.py.
    """
    if 4 in (skin, liver):
        return "IV"
    if liver >= 2 or lower_gi >= 2:
        return "III"
    if skin == 3 or 1 in (liver, upper_gi, lower_gi):
        return "II"
    return "I" if skin else "0"


_SYSTEMS: dict[str, Callable[[int, int, int, int], str]] = {"MAGIC": magic, "KEYSTONE": keystone}


def computed_acute_grade(episode: Node) -> str | None:
    """The grade that the stages of an `acute_gvhd` record give in its declared system.

    A stage that is not known is tried as 0 and as the highest: the grade never falls when a
    stage rises, so two equal answers are the answer. None when they differ, when every stage is
    unknown, and for Glucksberg (needs the performance status) and the IBMTR index (A to D).
    """
    grade = _SYSTEMS.get(str(episode.value("system")))
    if grade is None:
        return None
    known = {organ: episode.value(organ) for organ in _HIGHEST}
    if all(stage is None for stage in known.values()):
        return None
    lowest = [stage if isinstance(stage, int) else 0 for stage in known.values()]
    highest = [
        stage if isinstance(stage, int) else _HIGHEST[organ] for organ, stage in known.items()
    ]
    answers = {grade(*lowest), grade(*highest)}
    return answers.pop() if len(answers) == 1 else None


def grade_by_stages(episode: Node) -> str | None:
    """The computed grade in the words of the reported one: "II-IV" where both agree on that."""
    grade = computed_acute_grade(episode)
    agreed = episode.value("grade_reported") == "II-IV" and grade in ("II", "III", "IV")
    return "II-IV" if agreed else grade


def acute_gvhd_grade(transplant: Node) -> str | None:
    """The highest grade of acute GvHD after a transplant: "0", "I", "II", "II-IV", "III" or "IV".

    Of each `acute_gvhd` record the grade reported, else the one computed from its stages; "0"
    when it did not occur. None when no record gives a grade.
    """
    grades = [_grade_of(one) for one in transplant.children("acute_gvhd")]
    return max((one for one in grades if one is not None), key=GRADES.index, default=None)


def acute_gvhd(transplant: Node) -> str | None:
    """Did acute GvHD follow this transplant? "yes", "no", or None when nobody said.

    A grade says so too, where the question itself is not answered: tables have grades alone.
    """
    graded = acute_gvhd_grade(transplant) not in (None, "0")
    return "yes" if graded else _happened(transplant, "acute_gvhd")


def _grade_of(episode: Node) -> str | None:
    if episode.value("occurred") == "NO":
        return "0"
    reported = episode.value("grade_reported")
    return reported if isinstance(reported, str) else computed_acute_grade(episode)


def nih_severity(episode: Node) -> str | None:
    """The global severity of a `chronic_gvhd` record: MILD, MODERATE or SEVERE.

    Severe: any organ 3, or lung 2. Moderate: any organ 2, lung 1, or three organs with 1.
    Mild: one or two organs with 1. None when an organ that could raise the answer has no score,
    or when every score is 0.
    Source: Jagasia, Biol Blood Marrow Transplant 2015;21:389-401. Checked: by hand.
    """
    scores = {organ: episode.value(organ) for organ in ORGANS}
    if all(score is None for score in scores.values()):
        return None
    answers = {_nih(_filled(scores, unknown=0)), _nih(_filled(scores, unknown=3))}
    return answers.pop() if len(answers) == 1 else None


def _filled(scores: Mapping[str, object], unknown: int) -> dict[str, int]:
    return {organ: score if isinstance(score, int) else unknown for organ, score in scores.items()}


def _nih(scores: dict[str, int]) -> str | None:
    lung, worst = scores["lung"], max(scores.values())
    if worst == 3 or lung == 2:
        return "SEVERE"
    if worst == 2 or lung == 1 or list(scores.values()).count(1) >= 3:
        return "MODERATE"
    return "MILD" if worst == 1 else None


def chronic_gvhd(transplant: Node) -> str | None:
    """Did chronic GvHD follow this transplant? "yes", "no", or None when nobody said."""
    return _happened(transplant, "chronic_gvhd")


def _happened(transplant: Node, type_name: str) -> str | None:
    answers = {one.value("occurred") for one in transplant.children(type_name)}
    return "yes" if "YES" in answers else "no" if "NO" in answers else None

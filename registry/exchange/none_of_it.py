"""What does a grade of 0, or "n/a", say? No record of a GvHD is made of it, which would need its date.

A grade of 0 says that there was no acute GvHD. The form stores a "no" with the day until which it was
still so. A table that tells this day is read so; of one that does not, nothing is added, and its lines
say so. A reason why there is no grade tells of no GvHD at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from registry.dictionary.case import Record
from registry.dictionary.values import Answer, Answers, Missing, PartialDate

TYPE, GRADE, OCCURRED, AS_OF = "acute_gvhd", "grade_reported", "occurred", "as_of"
_OF_THESE = (TYPE, "chronic_gvhd")
_BESIDE = ("system",)
"""What may stand beside a grade of 0 without telling of a GvHD."""


def says_none(type_name: str, answers: Answers) -> bool:
    """Do these answers say nothing but that there was none, without the word that says so?"""
    rest = (answer for name, answer in answers.items() if name not in (GRADE, AS_OF, *_BESIDE))
    return (
        type_name == TYPE
        and answers.get(GRADE) == "0"
        and OCCURRED not in answers
        and all(isinstance(one, Missing) or one == 0 for one in rest)
    )


def read_as_no(answers: Mapping[str, Mapping[str, Answer]]) -> dict[str, Mapping[str, Answer]]:
    """The answers of a line, by record type: a grade of 0 with the day until which there was none as
    the form stores it."""
    own = answers.get(TYPE, {})
    if not says_none(TYPE, own) or not isinstance(own.get(AS_OF), PartialDate):
        return dict(answers)
    return {**answers, TYPE: {OCCURRED: "NO", AS_OF: own[AS_OF]}}


def gives_reasons_only(type_name: str, answers: Answers) -> bool:
    """Do these answers say nothing but why nothing is told of a GvHD, not applicable or unknown?"""
    told = [answer for name, answer in answers.items() if name not in _BESIDE]
    return type_name in _OF_THESE and bool(told) and all(isinstance(one, Missing) for one in told)


def adds_nothing(type_name: str, answers: Answers, known: Sequence[Record]) -> bool:
    """Is nothing to be added beside these records? Where one tells of a GvHD, a grade of 0 changes it,
    and so does a reason why there is none."""
    nothing = says_none(type_name, answers) or gives_reasons_only(type_name, answers)
    return nothing and all(one.answers.get(OCCURRED) == "NO" for one in known)


def told_already(root: Record) -> bool:
    """Does a record of the patient say that there was none?"""
    return any(one.answers.get(OCCURRED) == "NO" for one in records_in(root))


def records_in(root: Record) -> list[Record]:
    """The patient's records of acute GvHD."""
    return [one for transplant in root.of("transplant") for one in transplant.of(TYPE)]

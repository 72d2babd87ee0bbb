"""Why has a coefficient no number, and what can be done about it?"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Reason"]


class Reason(StrEnum):
    """Why a coefficient or a test has no number. It is its own text; remedy says what helps.

    >>> print(Reason.NO_EVENT)
    not estimable: no events
    >>> Reason.NO_REFERENCE.remedy
    'choose a reference level that has patients'
    """

    NO_EVENT = "not estimable: no events"
    NO_PATIENT = "not estimable: no patient with this level"
    NO_REFERENCE = "not estimable: no patient with the reference level"
    ONE_LEVEL = "not estimable: one level only"
    ALIASED = "not estimable: collinear with the columns before it"
    NO_CONTRAST = "not estimable: no event tells its values apart"
    MONOTONE = "not estimable: monotone likelihood"
    NOT_FOLLOWED = "not estimable: monotone likelihood in another column, too steep to follow"
    NOT_FOUND = "not estimable: the penalised likelihood has no maximum that could be computed"
    TOO_FEW = "not estimable: too few rows or clusters for a robust variance"
    NO_TREND = "not testable: the events do not show a change over time"

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return _REMEDIES[self]


_REMEDIES = {
    Reason.NO_EVENT: "follow longer, or describe the patients only",
    Reason.NO_PATIENT: "leave the level out",
    Reason.NO_REFERENCE: "choose a reference level that has patients",
    Reason.ONE_LEVEL: "leave the term out",
    Reason.ALIASED: "leave the term out, or one of those it is made of",
    Reason.NO_CONTRAST: "leave the term out",
    Reason.MONOTONE: "leave the term out, join its levels, or (Cox) use outcomes.firth",
    Reason.NOT_FOLLOWED: "leave the other column out, or (Cox) use outcomes.firth",
    Reason.NOT_FOUND: "leave terms out or join levels",
    Reason.TOO_FEW: "leave terms out, or use the model-based variance",
    Reason.NO_TREND: "leave the term out of the test",
}

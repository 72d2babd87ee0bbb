"""Which relapses were failures of a transplant, which was the first, and when is that not known?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from registry.dictionary.case import Node
from registry.dictionary.events import transplants

FAILURES = ("RELAPSE", "PROGRESSION")
"""The kinds of relapse that are haematological.

Molecular relapses and relapses of minimal residual disease are no failures (Roux).
"""


def by_its_date(relapse: Node) -> Node | None:
    """The transplant that a relapse followed which names none: the patient's only one, else the last
    before it, boosts left out.

    None when the dates do not decide that: one is of the same day, or not known, or the first is
    kept by another centre.
    """
    every, when = transplants(relapse.case), relapse.date("date")
    if len(every) == 1 and every[0].value("previous_elsewhere") != "YES":
        return every[0]
    found = None
    for one in every:
        day = one.date("date")
        if day is None or when is None:
            return None
        if day.first > when.last:
            break
        if day.last >= when.first:
            return None
        found = one
    return found


def failures(transplant: Node) -> list[Node]:
    """The haematological relapses and progressions after a transplant, first one first."""
    found = (one for one in _relapses_after(transplant) if one.value("kind") in FAILURES)
    return sorted(found, key=_place)


def first_failure(transplant: Node) -> Node | None:
    """The first haematological relapse or progression after this transplant.

    None when there was none, and when that is not known (`doubtful_failure`).
    """
    known = next(iter(failures(transplant)), None)
    return known if _in_doubt(transplant, known) is None else None


def doubtful_failure(transplant: Node) -> Node | None:
    """A relapse that leaves open which was the first failure after this transplant, or if any was.

    Its kind is not known, or after which transplant it came, or its place among them; and nothing
    shows that a known failure came before it. None when all of that is known.
    """
    return _in_doubt(transplant, next(iter(failures(transplant)), None))


def _relapses_after(transplant: Node) -> Iterator[Node]:
    for one in transplant.case.of("relapse"):
        followed = one.related("transplant")
        if followed is not None and followed.record is transplant.record:
            yield one


def _place(relapse: Node) -> tuple[int, date]:
    """Numbers follow the dates (rule 52), and are known where a date is not."""
    when, number = relapse.date("date"), relapse.value("number")
    return (number if isinstance(number, int) else 99, when.first if when else date.max)


def _in_doubt(transplant: Node, known: Node | None) -> Node | None:
    return next((one for one in _may_be_first(transplant, known) if not _after(one, known)), None)


def _may_be_first(transplant: Node, known: Node | None) -> Iterator[Node]:
    """The others that are, or may be, failures after this transplant."""
    for one in _relapses_after(transplant):
        if one.value("kind") in (None, *FAILURES) and one is not known:
            yield one
    for one in transplant.case.of("relapse"):
        unplaced = one.related("transplant") is None and one.value("kind") in (None, *FAILURES)
        if unplaced and _may_follow(one, transplant):
            yield one


def _may_follow(relapse: Node, transplant: Node) -> bool:
    """Can this be the transplant of a relapse of which that is not known?"""
    if relapse.value("after_transplant") is not None and transplant.value("number") is not None:
        return False  # it names another one, that is not recorded here
    when, done = relapse.date("date"), transplant.date("date")
    if when is None or done is None:
        return True
    if when.last < done.first:
        return False
    days = (one.date("date") for one in transplants(transplant.case))
    return not any(one and done.last < one.first and one.last < when.first for one in days)


def _after(relapse: Node, known: Node | None) -> bool:
    """Did it surely come after the failure that is known? By their numbers, else by their dates."""
    if known is None:
        return False
    its, first = relapse.value("number"), known.value("number")
    if isinstance(its, int) and isinstance(first, int):
        return its > first
    when, since = relapse.date("date"), known.date("date")
    return when is not None and since is not None and when.first >= since.last


def post_transplant_cr(transplant: Node) -> str | None:
    """Was the patient in complete remission after this transplant? "yes", "no" or None.

    Taken from the transplant record; where it does not say, from the first failure: a relapse
    follows a remission, a progression does not. None when not evaluable (Roux, Table 4).
    """
    reported = transplant.value("post_hsct_cr")
    if isinstance(reported, str):
        return {"YES": "yes", "IN_CR": "yes", "NEVER": "no"}.get(reported)
    failure = first_failure(transplant)
    kind = failure.value("kind") if failure else None
    return {"RELAPSE": "yes", "PROGRESSION": "no"}.get(str(kind))

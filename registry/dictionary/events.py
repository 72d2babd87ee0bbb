"""Which transplants did a patient have, and what became of each?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from registry.dictionary.case import Case, Node
from registry.dictionary.values import PartialDate

FAILURES = ("RELAPSE", "PROGRESSION")
"""The kinds of relapse that are haematological."""
BOOSTS = ("CD34_BOOST", "AUTO_RESCUE")
LYMPHOCYTES = ("DLI", "DLI_GCSF", "CD45RA_DEPLETED")
"""The cell products that are donor lymphocyte infusions."""


def transplant_day(transplant: Node) -> date:
    """Day 0; the end of time when it is not known, so that such a transplant sorts last."""
    when = transplant.date("date")
    return when.first if when else date.max


def transplants(case: Case) -> list[Node]:
    """The patient's transplants by date, boosts and rescues left out."""
    return case.once(_transplants)


def _transplants(case: Case) -> list[Node]:
    real = (one for one in case.of("transplant") if one.value("boost_or_rescue") not in BOOSTS)
    return sorted(real, key=transplant_day)


def allogeneic(case: Case) -> list[Node]:
    """The patient's allogeneic transplants by date, boosts left out."""
    return case.once(_allogeneic)


def _allogeneic(case: Case) -> list[Node]:
    return [one for one in transplants(case) if one.value("type") == "ALLO"]


def number_of_its_type(transplant: Node) -> int | None:
    """Which of the patient's allogeneic or autologous transplants it is: 1 = first.

    By the recorded numbers, which count both. None when an earlier one may have been of this type:
    one of the types is not known, or it is not recorded here, as a number is skipped or the centre
    says so.
    """
    number = transplant.value("number")
    if not isinstance(number, int):
        return None
    earlier = [one for one in transplants(transplant.case) if _before(one, number)]
    elsewhere = any(one.value("previous_elsewhere") == "YES" for one in (*earlier, transplant))
    if elsewhere or len(earlier) != number - 1:
        return None
    own, types = transplant.value("type"), [one.value("type") for one in earlier]
    if earlier and not {own, *types} <= {"ALLO", "AUTO"}:
        return None
    return 1 + types.count(own)


def _before(transplant: Node, number: int) -> bool:
    its = transplant.value("number")
    return isinstance(its, int) and its < number


def failures(transplant: Node) -> list[Node]:
    """The haematological relapses and progressions after a transplant, first one first.

    Molecular relapses and relapses of minimal residual disease are no failures (Roux).
    """
    found = (
        one
        for one in transplant.case.of("relapse")
        if one.value("kind") in FAILURES and _follows(one, transplant)
    )
    return sorted(found, key=_place)


def _follows(relapse: Node, transplant: Node) -> bool:
    followed = transplant_of(relapse)
    return followed is not None and followed.record is transplant.record


def transplant_of(relapse: Node) -> Node | None:
    """The transplant that a relapse followed: the one it names, or the patient's only one.

    Where there are several and it names none, the last one before it, boosts left out. None when
    the dates do not decide that (one is of the same day), and when the one it names is not recorded
    here.
    """
    when, named = relapse.date("date"), relapse.related("transplant")
    if named is not None or relapse.value("after_transplant") is not None or when is None:
        return named
    for one in transplants(relapse.case):
        day = one.date("date")
        if day is None:
            return None
        if day.first > when.last:
            break
        if day.last >= when.first:
            return None
        named = one
    return named


def _place(relapse: Node) -> tuple[date, int]:
    when, number = relapse.date("date"), relapse.value("number")
    return (when.first if when else date.max, number if isinstance(number, int) else 99)


def first_failure(transplant: Node) -> Node | None:
    """The first haematological relapse or progression after this transplant.

    None when there was none, and when that is not known (`doubtful_failure`).
    """
    known = next(iter(failures(transplant)), None)
    return known if _in_doubt(transplant, known) is None else None


def doubtful_failure(transplant: Node) -> Node | None:
    """A relapse that leaves open which was the first failure after this transplant, or if any was.

    Its kind is not known, or after which transplant it came, and nothing shows that a known
    failure came before it. None when all of that is known.
    """
    return _in_doubt(transplant, next(iter(failures(transplant)), None))


def _in_doubt(transplant: Node, known: Node | None) -> Node | None:
    return next((one for one in _may_be_failures(transplant) if not _after(one, known)), None)


def _may_be_failures(transplant: Node) -> Iterator[Node]:
    """Those of which it is not known whether they are failures after this transplant."""
    for one in transplant.case.of("relapse"):
        kind, followed = one.value("kind"), transplant_of(one)
        if followed is None:
            if kind in (None, *FAILURES) and _may_follow(one, transplant):
                yield one
        elif kind is None and followed.record is transplant.record:
            yield one


def _may_follow(relapse: Node, transplant: Node) -> bool:
    """Can this be the transplant that it followed, which `transplant_of` does not find?"""
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


def next_transplant_day(relapse: Node) -> PartialDate | None:
    """The date of the first transplant after this relapse."""
    since = relapse.date("date")
    later = (
        when
        for one in transplants(relapse.case)
        if since and (when := one.date("date")) and when.first > since.first
    )
    return next(later, None)


def first_dli_day(relapse: Node) -> PartialDate | None:
    """The date of the first donor lymphocyte infusion in the treatment lines of this relapse."""
    dates = (
        when
        for line in relapse.children("treatment_line")
        for one in line.children("infusion")
        if one.value("product") in LYMPHOCYTES and (when := one.date("date"))
    )
    return min(dates, key=lambda one: one.first, default=None)


def site_group(relapse: Node) -> str | None:
    """ISOLATED_BM (marrow, blood or both), ISOLATED_EM (neither) or COMBINED.

    From the sites; where they are not known, as reported; else None.
    Source: Hazar 2021; Kaya 2025, Table 1.
    """
    sites = relapse.value("sites")
    if not isinstance(sites, frozenset) or not sites:
        reported = relapse.value("site_group_reported")
        return reported if isinstance(reported, str) else None
    if not sites & {"BM", "PB"}:
        return "ISOLATED_EM"
    return "ISOLATED_BM" if sites <= {"BM", "PB"} else "COMBINED"

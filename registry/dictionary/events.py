"""Which transplants did a patient have, and what became of each?"""

from __future__ import annotations

from datetime import date

from registry.dictionary.case import Case, Node
from registry.dictionary.values import PartialDate

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


def failures(transplant: Node) -> list[Node]:
    """The haematological relapses and progressions after a transplant, first one first.

    Molecular relapses and relapses of minimal residual disease are no failures (Roux).
    """
    found = (
        one
        for one in transplant.case.of("relapse")
        if one.value("kind") in ("RELAPSE", "PROGRESSION") and _follows(one, transplant)
    )
    return sorted(found, key=_place)


def _follows(relapse: Node, transplant: Node) -> bool:
    followed = relapse.related("transplant")
    return followed is not None and followed.record is transplant.record


def _place(relapse: Node) -> tuple[date, int]:
    when, number = relapse.date("date"), relapse.value("number")
    return (when.first if when else date.max, number if isinstance(number, int) else 99)


def first_failure(transplant: Node) -> Node | None:
    """The first haematological relapse or progression after this transplant."""
    return next(iter(failures(transplant)), None)


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

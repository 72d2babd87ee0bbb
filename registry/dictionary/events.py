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

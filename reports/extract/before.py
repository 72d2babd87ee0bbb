"""In which condition did the patient come to this transplant, and what became of the failure?"""

from __future__ import annotations

from decimal import Decimal

from registry.dictionary import derived
from registry.dictionary.case import Case, Node

Values = dict[str, object]

MEASURED = ("ecog", "haemoglobin", "lymphocytes", "ldh", "ferritin")
"""Items of the status before transplant that are columns of the same name."""


def status_before(transplant: Node) -> Values:
    """Condition, laboratory, chimerism, conditioning, cells and cyclophosphamide."""
    status = next(transplant.children("status_before"), None)
    conditioning = next(transplant.children("conditioning"), None)
    measured = {name: status.value(name) for name in MEASURED} if status else {}
    return {
        **{name: _number(value) for name, value in measured.items()},
        "bmi": _number(derived.bmi(status)) if status else None,
        "chimerism_before": derived.chimerism_before(transplant),
        "intensity": conditioning.value("intensity") if conditioning else None,
        "cd34_dose": cd34_dose(transplant),
        "ptcy": derived.ptcy(transplant),
    }


def cd34_dose(transplant: Node) -> float | None:
    """CD34+ cells of all products together, in 10^6/kg; None unless each has its dose."""
    doses = [one.value("cd34_dose") for one in transplant.children("graft")]
    known = [one for one in doses if isinstance(one, Decimal)]
    return float(sum(known)) if known and len(known) == len(doses) else None


def first_failure(failure: Node | None) -> Values:
    """Where the first failure was, how it was treated, and whether chemotherapy worked."""
    if failure is None:
        return {}
    site = derived.site_group(failure)
    return {
        "relapse_site": site.lower() if site else None,
        "salvage": derived.strategy_hazar(failure),
        "chemosensitive": derived.chemosensitive(failure),
    }


def cause_of_death(case: Case) -> Values:
    """Did the patient die of the disease?"""
    group = derived.death_group(case)
    return {"death_cause": group.replace("-", "_") if group else None}


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, Decimal)) else None

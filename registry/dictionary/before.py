"""In which condition did the patient come to a transplant, and what was planned after it?"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from registry.dictionary.case import Node
from registry.dictionary.events import transplant_day, transplants
from registry.dictionary.failures import failures


def chimerism_group(percent_donor: Decimal) -> str:
    """full (95 % or more), mixed (5 % or more) or recipient (dictionary 2.2)."""
    return "full" if percent_donor >= 95 else "mixed" if percent_donor >= 5 else "recipient"


def chimerism_of(sample: Node) -> str | None:
    """full, mixed or recipient for one `chimerism` record: from the percentage, else as reported."""
    percent, reported = sample.value("percent_donor"), sample.value("group_reported")
    if isinstance(percent, Decimal):
        return chimerism_group(percent)
    return reported.lower() if isinstance(reported, str) else None


def chimerism_before(transplant: Node) -> str | None:
    """The donor cells of the transplant before, as last seen before this one: `chimerism_group`.

    Measured at the last relapse since the transplant before; else the latest sample since then
    (one without a date stands for an earlier one; of one day, the whole sample goes first).
    None for a first transplant, and where nothing was measured. Source: HSCT2 2025.
    """
    day = transplant_day(transplant)
    before = [one for one in transplants(transplant.case) if transplant_day(one) < day]
    if not before:
        return None
    at_relapse = [one.value("chimerism") for one in failures(before[-1]) if _by(one, day)]
    if at_relapse and isinstance(at_relapse[-1], Decimal):
        return chimerism_group(at_relapse[-1])
    samples = [
        one
        for one in before[-1].children("chimerism")
        if _by(one, day) and chimerism_of(one) is not None
    ]
    return chimerism_of(max(samples, key=_sampled)) if samples else None


def _by(node: Node, day: date) -> bool:
    when = node.date("date")
    return when is None or when.first < day


def _sampled(sample: Node) -> tuple[date, bool]:
    when = sample.date("date")
    return (when.last if when else date.min, sample.value("cell_fraction") == "WHOLE")


def bmi(status_before: Node) -> Decimal | None:
    """Body mass index in kg/m2, one place: from weight and height, else as reported."""
    weight, height = status_before.value("weight_kg"), status_before.value("height_cm")
    if isinstance(weight, Decimal) and isinstance(height, Decimal):
        index = weight / (height / 100) ** 2
        return index.quantize(Decimal("0.1"), ROUND_HALF_UP)
    reported = status_before.value("bmi_reported")
    return reported if isinstance(reported, Decimal) else None


def ptcy(transplant: Node) -> str | None:
    """Was cyclophosphamide planned after this transplant? "yes", "no", or None when nobody said.

    From the drugs of the prophylaxis; where they are not known, as reported.
    """
    prophylaxis = next(transplant.children("prophylaxis"), None)
    drugs = prophylaxis.value("drugs") if prophylaxis else None
    if isinstance(drugs, frozenset):
        return "yes" if "PTCY" in drugs else "no"
    reported = prophylaxis.value("ptcy_reported") if prophylaxis else None
    return {"YES": "yes", "NO": "no"}.get(str(reported))

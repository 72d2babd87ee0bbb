"""When was the transplant, do donor and patient differ in sex, was GvHD prevented? More columns."""

from __future__ import annotations

from registry.dictionary.case import Node
from registry.dictionary.intervals import middle
from reports.extract.before import Values

SEXES = frozenset({"M", "F"})


def year_match_and_prophylaxis(transplant: Node) -> Values:
    """The columns of this file."""
    when = transplant.date("date")
    return {
        "transplant_year": None if when is None else middle(when).year,
        "sex_mismatch": sex_mismatch(transplant),
        "gvhd_prophylaxis": gvhd_prophylaxis(transplant),
    }


def sex_mismatch(transplant: Node) -> str | None:
    """Has any donor the other sex than the patient? None unless every sex that decides it is known."""
    patient = transplant.case.root.answers.get("sex")
    donors = {one.value("donor_sex") for one in transplant.children("graft")}
    if patient not in SEXES or not donors:
        return None
    if donors - {patient, None}:
        return "yes"
    return None if None in donors else "no"


def gvhd_prophylaxis(transplant: Node) -> str | None:
    """Was any prophylaxis planned? "no" when the records say that there was none."""
    prophylaxis = next(transplant.children("prophylaxis"), None)
    drugs = prophylaxis.value("drugs") if prophylaxis else None
    if not isinstance(drugs, frozenset) or not drugs:
        return None
    return "no" if drugs == {"NONE"} else "yes"

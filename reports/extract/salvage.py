"""What came before a transplant, and how was its failure treated? Columns of Kaya and Momm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from registry.dictionary import derived
from registry.dictionary.case import Node
from reports.extract.before import Values

RISK = {"SR": "standard", "MR": "medium", "HR": "high"}
YES_NO = {True: "yes", False: "no"}
REMISSION = frozenset({"CR", "CRI", "CR_MRDNEG"})
RELATED = frozenset(
    {
        *("SIB_MATCHED", "SYNGENEIC", "REL_MATCHED_OTHER", "REL_MISMATCH_1"),
        *("HAPLO", "REL_NOS", "CORD_REL"),
    }
)
UNRELATED = frozenset({"URD_MATCHED", "URD_MISMATCHED", "URD_NOS", "CORD_UNREL"})


def before_and_after(transplant: Node, failure: Node | None, age: float | None) -> Values:
    """The columns of this file.

    failure : the first one after the transplant. age : the patient's at it, in years.
    """
    return {
        **_history(transplant, age),
        **_this_one(transplant),
        **({} if failure is None else {**_sites(failure), **_salvage(failure)}),
    }


def _history(transplant: Node, age: float | None) -> Values:
    disease = transplant.related("disease")
    if disease is None:
        return {}
    last = max(disease.children("pretransplant_relapse"), key=_number, default=None)
    courses = disease.children("course")
    successful = (one for one in courses if one.value("response") in REMISSION)
    course = max(successful, key=_number, default=None)
    interval = derived.days_between(disease.date("date_diagnosis"), transplant.date("date"))
    born_to_diagnosis = None if age is None or interval is None else age - interval / 365.25
    return {
        "age_at_diagnosis": None if born_to_diagnosis is None else round(born_to_diagnosis, 3),
        "bfm_risk_group": RISK.get(str(disease.value("risk_group_frontline"))),
        "relapse_before": _lower(derived.relapse_timing(last)) if last else None,
        "remission_protocol": course.value("protocol") if course else None,
    }


def _number(one: Node) -> int:
    number = one.value("number")
    return number if isinstance(number, int) else 0


def _this_one(transplant: Node) -> Values:
    conditioning = next(transplant.children("conditioning"), None)
    serotherapy = conditioning.value("serotherapy") if conditioning else None
    onsets = (one.date("date_onset") for one in transplant.children("chronic_gvhd"))
    return {
        "indication": _lower(transplant.value("indication")),
        "days_in_remission_before": _days_in_remission_before(transplant),
        "related_donor": _related_donor(transplant),
        "atg": None if serotherapy is None else YES_NO[str(serotherapy).startswith("ATG")],
        "acute_gvhd": derived.acute_gvhd(transplant),
        "chronic_gvhd_date": _first_day(onsets),
    }


def _days_in_remission_before(transplant: Node) -> int | None:
    """From the transplant before this one to the first relapse between the two."""
    day = derived.transplant_day(transplant)
    earlier = [one for one in derived.transplants(transplant.case) if _is_before(one, day)]
    if not earlier:
        return None
    failure = derived.first_failure(earlier[-1])
    when = failure.date("date") if failure and failure.value("kind") == "RELAPSE" else None
    if when is None or derived.middle(when) > day:
        return None
    return derived.days_between(earlier[-1].date("date"), when)


def _is_before(transplant: Node, day: date) -> bool:
    return derived.transplant_day(transplant) < day


def _related_donor(transplant: Node) -> str | None:
    donors = {graft.value("donor_type") for graft in transplant.children("graft")}
    if not donors:
        return None
    return "yes" if donors <= RELATED else "no" if donors <= UNRELATED else None


def _sites(failure: Node) -> Values:
    sites = failure.value("sites")
    if not isinstance(sites, frozenset) or not sites:
        return {}
    return {"relapse_cns": YES_NO["CNS" in sites], "relapse_testis": YES_NO["TESTIS" in sites]}


def _salvage(failure: Node) -> Values:
    lines = list(failure.children("treatment_line"))
    refusals = {line.value("refused") for line in lines}
    remissions = [line for line in lines if line.value("response") in REMISSION]
    return {
        "salvage_agent": derived.strategy_kaya(failure),
        "salvage_drug": derived.salvage_drug(failure),
        "remission_after_salvage": _remission(lines),
        "salvage_remission_date": _first_day(line.date("date_response") for line in remissions),
        "treatment_refused": "yes" if "YES" in refusals else "no" if "NO" in refusals else None,
        "car_t_date": _first_day(_car_t_dates(lines)),
        "worst_toxicity": derived.worst_toxicity(lines),
        "cytokine_release": _cytokine_release(lines),
    }


def _remission(lines: list[Node]) -> str | None:
    """Yes when any line led to remission, no when one is known to have failed and none did."""
    responses = {line.value("response") for line in lines} - {None, "NE"}
    return YES_NO[bool(responses & REMISSION)] if responses else None


def _car_t_dates(lines: list[Node]) -> Iterator[derived.PartialDate | None]:
    for line in lines:
        for cells in line.children("infusion"):
            if cells.value("product") == "CAR_T":
                yield cells.date("date")


def _cytokine_release(lines: list[Node]) -> str | None:
    """By the toxicities of the lines, and by the grade told of an infusion of cells."""
    terms = {one.value("term") for line in lines for one in line.children("toxicity")}
    grades = [one.value("crs_grade") for line in lines for one in line.children("infusion")]
    known = [grade for grade in grades if isinstance(grade, int)]
    if "CRS" in terms or any(known):
        return "yes"
    return "no" if terms or known else None


def _first_day(dates: Iterable[derived.PartialDate | None]) -> date | None:
    return min((derived.middle(when) for when in dates if when is not None), default=None)


def _lower(value: object) -> str | None:
    return None if value is None else str(value).lower()

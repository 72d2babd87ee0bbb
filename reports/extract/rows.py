"""What does one transplant give? The row of analysis columns of each allogeneic transplant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from registry.dictionary import derived
from registry.dictionary.case import Case, Node
from registry.dictionary.values import Missing
from registry.models import Transplant
from registry.records import StoredCase
from reports.extract.before import cause_of_death, first_failure, status_before
from reports.extract.match import year_match_and_prophylaxis
from reports.extract.salvage import before_and_after

STATUS = {"CR1": "CR1", "CR2": "CR2", "CR3": "CR3", "CR4": "CR4+", "CR_NOS": "CR"}
YES_NO = {"YES": "yes", "NO": "no"}
MYELOABLATIVE = {"MAC": "yes", "RIC": "no", "NMA": "no"}

Row = dict[str, object]

WHY_OPEN = "failure_missing"
"""Beside the columns of studies: the reason why it is not known whether there was a failure."""


def rows_of(stored: StoredCase, case: Case, centre_codes: dict[int, str]) -> Iterator[Row]:
    """One row for each allogeneic transplant of a patient; `case` is the same patient's record."""
    patient = stored.patient
    if patient is None:
        return
    for transplant in derived.allogeneic(case):
        row = stored.rows[(("transplant", transplant.record.key),)]
        age = row.age_at_transplant if isinstance(row, Transplant) else None
        centre = centre_codes[patient.centre_id]
        partial = isinstance(row, Transplant) and row.age_from_partial_date
        told = {"patient": patient.pseudonym, "centre": centre}
        yield row_of(transplant, **told, age=age, partial=partial)


def row_of(
    transplant: Node, *, patient: str, centre: str, age: Decimal | None, partial: bool
) -> Row:
    """The row of one allogeneic transplant.

    patient : the pseudonym. age : at it, in years. partial : whether it was computed from a birth
    date that is not known to the day.
    """
    case, failure = transplant.case, derived.first_failure(transplant)
    years = None if age is None else float(age)
    return {
        "patient": patient,
        "centre": centre,
        "sex": _code(case, "sex", {"M": "M", "F": "F"}),
        "allo_number": derived.number_of_its_type(transplant),
        "age_at_transplant": years,
        "age_from_partial_date": None if age is None else "yes" if partial else "no",
        **_transplant(transplant),
        **_disease(transplant),
        **_failure(transplant, failure),
        **_end(case),
        **status_before(transplant),
        **first_failure(failure),
        **cause_of_death(case),
        **before_and_after(transplant, failure, years),
        **year_match_and_prophylaxis(transplant),
    }


def _transplant(transplant: Node) -> Row:
    status = transplant.value("disease_status")
    # Its own: `transplant.value("conditioning.tbi")` may find the one of another transplant.
    conditioning = next(transplant.children("conditioning"), None)
    intensity, tbi = (
        conditioning.value(item) if conditioning else None for item in ("intensity", "tbi")
    )
    return {
        "transplant_type": "allo",
        "transplant_date": _day(transplant.date("date")),
        "disease_status": None if status is None else STATUS.get(str(status), "advanced"),
        "donor_group": derived.donor_group(transplant),
        "stem_cell_source": derived.stem_cell_source(transplant),
        "myeloablative": MYELOABLATIVE.get(str(intensity)),
        "tbi": YES_NO.get(str(tbi)),
        "acute_gvhd_grade": derived.acute_gvhd_grade(transplant),
        "chronic_gvhd": derived.chronic_gvhd(transplant),
    }


def _disease(transplant: Node) -> Row:
    disease = transplant.related("disease")
    if disease is None:
        return {}
    return {
        "diagnosis": disease.value("diagnosis"),
        "all_phenotype": disease.value("all_phenotype"),
        "leukaemia_type": derived.leukaemia_type(disease),
        "days_diagnosis_to_transplant": derived.days_between(
            disease.date("date_diagnosis"), transplant.date("date")
        ),
    }


def _failure(transplant: Node, failure: Node | None) -> Row:
    if failure is None:
        doubtful = derived.doubtful_failure(transplant)
        return {"failure": "no"} if doubtful is None else {WHY_OPEN: _why_open(doubtful)}
    return {
        "failure": "yes",
        "failure_kind": failure.value("kind"),
        "failure_date": _day(failure.date("date")),
        "days_to_failure": derived.days_between(transplant.date("date"), failure.date("date")),
        "post_transplant_cr": derived.post_transplant_cr(transplant),
        "treatment": derived.strategy_roux(failure),
        "second_transplant_date": _day(derived.next_transplant_day(failure)),
        "first_dli_date": _day(derived.first_dli_day(failure)),
    }


def _why_open(relapse: Node) -> Missing | None:
    """The reason given for what is not known of this relapse: its kind, or its transplant."""
    answers = (relapse.record.answers.get(item) for item in ("kind", "after_transplant"))
    return next((one for one in answers if isinstance(one, Missing)), None)


def _end(case: Case) -> Row:
    died = next((one.date("date") for one in case.of("death")), None)
    # A follow-up may tell of a death before its record comes: a death without a date, not a life.
    dead = case.of("death") or case.derived("status") == "DEAD"
    return {
        "death": "yes" if dead else "no",
        "death_date": _day(died),
        "last_contact_date": _day(case.last_contact),
    }


def _code(case: Case, item: str, codes: dict[str, str]) -> str | None:
    return codes.get(str(case.root.answers.get(item)))


def _day(when: derived.PartialDate | None) -> date | None:
    """The day that stands for a partial date: its middle."""
    return None if when is None else derived.middle(when)

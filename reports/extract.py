"""Which columns do the registry's tables give? The only door from the records to the studies.

Reads what the present scope shows; one row per allogeneic transplant. Patients whose records have
errors still to be corrected, and those without consent to this use, are left out and counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from registry.dictionary import derived
from registry.dictionary.case import Case, Node
from registry.dictionary.language import DICTIONARY_VERSION
from registry.models import DICTIONARY, Centre, Patient, Transplant
from registry.records import IDENTITY, StoredCase, load_cases
from reports.columns import Columns, catalogue

CHUNK = 500

STATUS = {"CR1": "CR1", "CR2": "CR2", "CR3": "CR3", "CR4": "CR4+"}
YES_NO = {"YES": "yes", "NO": "no"}
MYELOABLATIVE = {"MAC": "yes", "RIC": "no", "NMA": "no"}

Row = dict[str, object]


@dataclass(frozen=True)
class Taken:
    """The columns, who is not in them, and whether any patient is invented.

    left_out : patients with errors. withheld : sound ones without consent to the use.
    """

    columns: Columns
    left_out: int
    withheld: int
    synthetic: bool
    dictionary_version: str = DICTIONARY_VERSION


def take_columns() -> Taken:
    """Every allogeneic transplant in the present scope as analysis columns."""
    rows: list[Row] = []
    withheld = 0
    sound = Patient.objects.filter(error_count=0).order_by("pk")
    keys = list(sound.values_list("pk", flat=True))
    codes = dict(Centre.objects.values_list("pk", "code"))
    for start in range(0, len(keys), CHUNK):
        patients = Patient.objects.filter(pk__in=keys[start : start + CHUNK])
        for stored in load_cases(patients, without=IDENTITY).values():
            case = Case(stored.root, DICTIONARY, timezone.localdate())
            if may_be_used(case):
                rows.extend(rows_of(stored, case, codes))
            else:
                withheld += 1
    shown = Patient.objects.values_list("centre_id", flat=True).distinct()
    return Taken(
        Columns({name: [row.get(name) for row in rows] for name in catalogue}),
        left_out=Patient.objects.exclude(error_count=0).count(),
        withheld=withheld,
        synthetic=Centre.objects.filter(pk__in=shown, synthetic=True).exists(),
    )


def may_be_used(case: Case) -> bool:
    """False when the latest word on the registry or on research is a no.

    A withdrawal that only stops new data leaves what is there for use. Where nothing is recorded
    the centre answers for the consent.
    """
    return not any(_says_no(_latest(case, kind)) for kind in ("CORE", "RESEARCH"))


def _latest(case: Case, kind: str) -> Node | None:
    events = (one for one in case.of("consent") if one.value("type") == kind)
    # Of two on one day the stricter one counts.
    return max(events, key=lambda one: (_word_day(one), _says_no(one)), default=None)


def _word_day(consent: Node) -> date:
    when = consent.date("withdrawal_date") or consent.date("date_signed")
    return when.last if when else date.min


def _says_no(consent: Node | None) -> bool:
    if consent is None:
        return False
    status, reach = consent.value("status"), consent.value("withdrawal_scope")
    return status == "REFUSED" or (status == "WITHDRAWN" and reach != "NO_NEW_DATA")


def rows_of(stored: StoredCase, case: Case, centre_codes: dict[int, str]) -> Iterator[Row]:
    """One row for each allogeneic transplant of a patient; `case` is the same patient's record."""
    patient = stored.patient
    if patient is None:
        return
    allo = sorted(derived.allogeneic(case), key=derived.transplant_day)
    for transplant in allo:
        row = stored.rows[(("transplant", transplant.record.key),)]
        age = row.age_at_transplant if isinstance(row, Transplant) else None
        yield {
            "patient": patient.pseudonym,
            "centre": centre_codes[patient.centre_id],
            "sex": _code(case, "sex", {"M": "M", "F": "F"}),
            "allo_number": allo_number(transplant),
            "age_at_transplant": None if age is None else float(age),
            **_transplant(transplant),
            **_failure(transplant),
            **_end(case),
        }


def allo_number(transplant: Node) -> int | None:
    """Which of the patient's allogeneic transplants it is: 1 = first.

    By the recorded numbers, which count autologous ones too. None when an earlier transplant is
    not recorded here, for it may have been allogeneic: a number is skipped, or the centre says so.
    """
    number = transplant.value("number")
    if not isinstance(number, int):
        return None
    earlier = [one for one in derived.transplants(transplant.case) if _before(one, number)]
    elsewhere = any(one.value("previous_elsewhere") == "YES" for one in (*earlier, transplant))
    types = [one.value("type") for one in earlier]
    if elsewhere or len(earlier) != number - 1 or not set(types) <= {"ALLO", "AUTO"}:
        return None
    return 1 + types.count("ALLO")


def _before(transplant: Node, number: int) -> bool:
    its = transplant.value("number")
    return isinstance(its, int) and its < number


def _transplant(transplant: Node) -> Row:
    status = transplant.value("disease_status")
    return {
        "transplant_type": "allo",
        "transplant_date": _day(transplant.date("date")),
        "diagnosis": transplant.value("disease.diagnosis"),
        "all_phenotype": transplant.value("disease.all_phenotype"),
        "leukaemia_type": derived.leukaemia_type(transplant),
        "days_diagnosis_to_transplant": derived.days_between(
            transplant.date("disease.date_diagnosis"), transplant.date("date")
        ),
        "disease_status": None if status is None else STATUS.get(str(status), "advanced"),
        "donor_group": derived.donor_group(transplant),
        "stem_cell_source": derived.stem_cell_source(transplant),
        "myeloablative": MYELOABLATIVE.get(str(transplant.value("conditioning.intensity"))),
        "tbi": YES_NO.get(str(transplant.value("conditioning.tbi"))),
        "acute_gvhd_grade": derived.acute_gvhd_grade(transplant),
        "chronic_gvhd": derived.chronic_gvhd(transplant),
    }


def _failure(transplant: Node) -> Row:
    failure = derived.first_failure(transplant)
    if failure is None:
        return {"failure": "no"}
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

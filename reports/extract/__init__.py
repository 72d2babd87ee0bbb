"""Which columns do the registry's tables give? The only door from the records to the studies.

Reads what the present scope shows; one row per allogeneic transplant. Patients whose records have
errors still to be corrected, and those without consent to this use, are left out and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from registry.dictionary.case import Case, Node
from registry.dictionary.language import DICTIONARY_VERSION
from registry.models import DICTIONARY, Centre, Patient
from registry.records import IDENTITY, load_cases
from reports.catalogue import catalogue
from reports.columns import Columns
from reports.extract.rows import Row, rows_of

CHUNK = 500


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

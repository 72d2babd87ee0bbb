"""Which columns do the registry's tables give? The only door from the records to the studies.

Reads what the present scope shows; one row per allogeneic transplant. Patients whose records have
errors still to be corrected, and those without consent to this use, are left out and counted.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from registry.dictionary.case import Case
from registry.dictionary.language import DICTIONARY_VERSION
from registry.models import DICTIONARY, Centre, Patient
from registry.records import IDENTITY, load_cases
from reports.catalogue import catalogue
from reports.columns import Columns
from reports.extract.cases import Held, held
from reports.extract.consent import may_be_used, withheld_persons
from reports.extract.linked import Groups, linked_among
from reports.extract.records import Records, Table, read_records
from reports.extract.rows import WHY_OPEN, Row, row_of, rows_of

__all__ = [
    "WHY_OPEN",
    "Held",
    "Records",
    "Row",
    "Table",
    "Taken",
    "held",
    "may_be_used",
    "read_records",
    "row_of",
    "rows_of",
    "take_columns",
    "withheld_persons",
]

CHUNK = 500


@dataclass(frozen=True)
class Taken:
    """The columns, who is not in them, and whether any patient is invented.

    left_out : patients with errors. withheld : sound ones without consent to the use. linked : the
    patients in the columns who are one person in several centres.
    """

    columns: Columns
    left_out: int
    withheld: int
    synthetic: bool
    linked: Groups = ()
    dictionary_version: str = DICTIONARY_VERSION


def take_columns() -> Taken:
    """Every allogeneic transplant in the present scope as analysis columns."""
    rows: list[Row] = []
    withheld = 0
    sound = Patient.objects.filter(error_count=0, merged_into=None).order_by("pk")
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
        left_out=Patient.objects.filter(merged_into=None).exclude(error_count=0).count(),
        withheld=withheld,
        synthetic=Centre.objects.filter(pk__in=shown, synthetic=True).exists(),
        linked=linked_among({str(row["patient"]) for row in rows}),
    )

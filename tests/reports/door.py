"""What do the columns of a cohort say once its cases went through the registry's door?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demo.cohorts.reading import Case
from registry.models import CaseReceipt, Centre, Patient, Role, User
from registry.scope import every_centre
from reports.columns import Columns
from reports.extract import Taken, take_columns
from tests.reports.network import submit


@dataclass(frozen=True)
class Passed:
    """A cohort after the door: the cut, each patient's pseudonym by key, receipts counted."""

    taken: Taken
    pseudonyms: dict[str, str]
    outcomes: Counter[str]
    errors: int

    def rows(self, allo_number: int) -> Columns:
        """The rows of the transplants of this number."""
        columns = self.taken.columns
        return columns.where(columns["allo_number"] == allo_number)

    def of(self, columns: Columns, keys: list[str]) -> Columns:
        """Rows in the order of these patients' keys, each of which has one row."""
        place = {one: n for n, one in enumerate(columns["patient"].tolist())}
        order = [place[self.pseudonyms[key]] for key in keys]
        return Columns({name: columns[name][order] for name in columns.names})


def pass_through(cohort: Mapping[str, list[Case]]) -> Passed:
    """Each centre sends its cases, a worker judges and stores them, the extraction reads all."""
    outcomes: Counter[str] = Counter()
    for code, cases in cohort.items():
        centre = Centre.objects.create(code=code, name=code, synthetic=True)
        User.objects.create_user(
            f"system-{code}",
            email=f"system-{code}@engraft.example",
            role=Role.SERVICE,
            centre=centre,
        )
        outcomes.update(submit(code, cases))
    with every_centre():
        findings: list[Any] = list(CaseReceipt.objects.values_list("findings", flat=True))
        keys = dict(Patient.objects.values_list("key", "pseudonym"))
        taken = take_columns()
    errors = sum(one["severity"] == "error" for found in findings for one in found)
    return Passed(taken, keys, outcomes, errors)


def texts(columns: Columns, name: str) -> list[str]:
    """A column as a file would write it: "" where it is missing, numbers without decimals."""
    known = columns.known(name)
    values = [f"{one:.0f}" if isinstance(one, float) else str(one) for one in columns[name]]
    return [value if told else "" for value, told in zip(values, known, strict=True)]

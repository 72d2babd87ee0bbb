"""How does a patient who owes a visit stand in a list? One line, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from registry.dictionary.case import contact_order
from registry.dictionary.values import Missing, PartialDate
from registry.dictionary.visits import GRACE
from registry.forms.dates import in_words, typed_form
from registry.forms.visit_answer import VisitAnswer
from registry.models import DICTIONARY, FollowUp, Patient, User
from registry.permissions import may_edit
from registry.records import answer_of
from registry.validation import Finding
from registry.views.words import visit_words

TOLD_OF_A_CONTACT = (
    "status",
    "status_missing",
    "date_of_contact",
    "date_of_contact_missing",
    "date_of_contact_precision",
    "disease_status",
    "disease_status_missing",
)
"""The columns of a follow-up that a line of a list shows."""


@dataclass(frozen=True)
class DueRow:
    """One line. `late` : days since the visit was due, below 0 while it is not due yet."""

    patient: Patient
    visit: str
    late: int
    known: str
    known_date: str
    editable: bool
    answer: VisitAnswer | None = None
    problems: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def state(self) -> str:
        """Beyond the days of grace the rules ask a question about it."""
        if self.late > GRACE:
            return "error"
        return "warning" if self.late > 0 else "none"

    @property
    def early(self) -> int:
        """Days until the visit is due."""
        return -self.late

    @property
    def typed(self) -> dict[str, str]:
        """What stands in the controls of the line."""
        return dict(self.answer.typed) if self.answer else {}

    @property
    def warnings(self) -> list[int]:
        """The rules that a person may override, when nothing graver stands against the answer."""
        if self.problems or any(one.blocks for one in self.findings):
            return []
        return sorted({one.rule for one in self.findings})


def due_rows(patients: Iterable[Patient], user: User, today: date) -> list[DueRow]:
    """The lines of these patients, in their order; two questions to the database."""
    patients = list(patients)
    seen = last_seen(patients)
    return [due_row(one, seen.get(one.pk), user, today) for one in patients]


def last_seen(patients: list[Patient]) -> dict[int, FollowUp]:
    """The last dated follow-up of each of these patients, by the patient's primary key."""
    rows = FollowUp.objects.filter(patient__in=patients, date_of_contact__isnull=False)
    last: dict[int, FollowUp] = {}
    for row in rows.only("patient", *TOLD_OF_A_CONTACT).order_by("pk"):
        other = last.get(row.patient_id)
        # As Case.latest_follow_up chooses: of two that are alike the first.
        if other is None or _contact(row) > _contact(other):
            last[row.patient_id] = row
    return last


def _contact(row: FollowUp) -> tuple[date, int]:
    when = PartialDate(row.date_of_contact, row.date_of_contact_precision)
    return contact_order(when.last, str(row.status))


def due_row(patient: Patient, last: FollowUp | None, user: User, today: date) -> DueRow:
    """The line of one patient, whose last follow-up is given."""
    day = answer_of(last, DICTIONARY["follow_up"].by_name["date_of_contact"]) if last else None
    known = day if isinstance(day, PartialDate) else None
    return DueRow(
        patient=patient,
        visit=visit_words(patient.due_visit),
        late=(today - patient.due_on).days if patient.due_on else 0,
        known=_known(last, known),
        known_date=typed_form(known) if known else "",
        editable=may_edit(user, patient.centre_id),
    )


def _known(last: FollowUp | None, when: PartialDate | None) -> str:
    """The state at the last contact: CR, 11 Jul 2008."""
    if last is None or when is None:
        return _("No contact since SCT")
    disease = answer_of(last, DICTIONARY["follow_up"].by_name["disease_status"])
    words = {
        "CR": _("CR"),
        "MRD": _("MRD"),
        "RELAPSE": _("In relapse"),
        "PERSISTENT": _("Never in CR"),
    }
    status = {"LOST": _("Lost"), "DEAD": _("Died")}.get(str(last.status), _("Alive"))
    state = status if isinstance(disease, Missing) else words.get(str(disease), status)
    return f"{state}, {in_words(when)}"


def causes() -> list[tuple[str, str]]:
    """The causes of death that can be chosen: code and words."""
    return list(DICTIONARY["death"].by_name["primary_cause"].labels.items())

"""Which patient and which record does an address name? Foreign and missing ones look the same: 404."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from registry.dictionary.case import Case, Node, Record
from registry.forms.places import case_of, node_at, path_of, path_of_row
from registry.forms.sheet import findings_by_pointer
from registry.models import DICTIONARY, Patient
from registry.permissions import may_edit, may_see_identity
from registry.queries import asked_by_people, patients_named
from registry.records import IDENTITY, Path, StoredCase, load_case
from registry.validation import Finding


@dataclass(frozen=True)
class Open:
    """A patient whose record is open on the page."""

    patient: Patient
    stored: StoredCase
    editable: bool
    knows_who: bool

    @cached_property
    def case(self) -> Case:
        return case_of(self.stored.root)

    @cached_property
    def findings(self) -> dict[str, list[Finding]]:
        """What the judge says, by pointer: asked once, however many parts of the page tell it."""
        return findings_by_pointer(self.case)

    @cached_property
    def asked(self) -> dict[tuple[str, int], list[str]]:
        """The items about which a person's question is open, by type and row of the record."""
        found: dict[tuple[str, int], list[str]] = {}
        for type_name, pk, item in asked_by_people(self.patient):
            # What was asked about a patient who was merged into this one is about this one.
            at = self.patient.pk if type_name == "patient" else pk
            found.setdefault((type_name, at), []).append(item)
        return found

    def asked_about(self, node: Node) -> int:
        """How many questions of people are open about a record."""
        row = self.stored.rows.get(path_of(node))
        return len(self.asked.get((node.type.name, row.pk), ())) if row else 0

    def path(self, type_name: str, pk: int) -> Path:
        """The way to a stored record. Raises Http404 when the patient has no such record."""
        path = path_of_row(self.stored, type_name, pk)
        if path is None:
            raise Http404
        return path

    def address(self, path: Path) -> str:
        """The form of a stored record."""
        row = self.stored.rows[path]
        return reverse("record", args=[self.patient.pseudonym, row.record_type.name, row.pk])

    def address_of(self, node: Node) -> str:
        return self.address(path_of(node))

    def node(self, path: Path) -> Node:
        found = node_at(self.case, path)
        if found is None:
            raise Http404
        return found

    def adding(self, parent: Node, type_name: str) -> str:
        """The form of a new record inside `parent`."""
        row = self.stored.rows[path_of(parent)]
        names = [self.patient.pseudonym, row.record_type.name, row.pk, type_name]
        return reverse("new_record", args=names)

    def can_add(self, parent: Node, type_name: str) -> bool:
        """Single records are added once."""
        return not (DICTIONARY[type_name].single and parent.record.of(type_name))

    def record(self, path: Path) -> Record:
        return self.node(path).record


def open_patient(request: HttpRequest, pseudonym: str) -> Open:
    """The patient with this pseudonym, of the reader's centres. Raises Http404."""
    patient = get_object_or_404(patients_named(request.user, pseudonym))
    editable = may_edit(request.user, patient.centre_id)
    knows_who = may_see_identity(request.user, patient.centre_id)
    stored = load_case(patient, without=() if knows_who else IDENTITY)
    return Open(patient, stored, editable, knows_who)

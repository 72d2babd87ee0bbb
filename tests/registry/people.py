"""Two centres, their people, and what these do in a test."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from registry.actions.judge_batch import Batch
from registry.actions.plan import plan_case
from registry.actions.receive_submission import accept_submission, process_submission
from registry.actions.register_patient import register_patient
from registry.actions.save_record import Saved, save_record
from registry.actions.store import write_plans
from registry.audit import writing
from registry.dictionary.case import Record
from registry.dictionary.reading import read_case
from registry.models import (
    DICTIONARY,
    CaseReceipt,
    Centre,
    Patient,
    Question,
    Role,
    Submission,
    User,
)
from registry.records import Path, StoredCase, load_case
from registry.scope import every_centre
from tests.registry.made_up import TODAY

READ_AGAIN = "read again in the file"


@dataclass(frozen=True)
class People:
    """The own data manager, a colleague who only reads, and another hospital's data manager."""

    own_centre: User
    colleague_read_only: User
    other_centre: User

    @property
    def centre(self) -> Centre:
        found = self.own_centre.centre
        assert found is not None
        return found

    def person(self, name: str) -> User:
        """One of the three by name."""
        found: User = getattr(self, name)
        return found

    def register(self, case: dict[str, Any]) -> Saved:
        """The own data manager registers a patient by the form."""
        return register_patient(by=self.own_centre, case=read(case))

    def store(self, case: dict[str, Any]) -> Patient:
        """Into the tables, whatever the rules say, as long as the tables can hold it."""
        plan = plan_case(StoredCase(Record("patient")), read(case), TODAY)
        with writing(by=self.own_centre, centres=[self.centre.pk], channel="form"):
            (patient,) = write_plans([plan], centre=self.centre)
        return patient

    def save(self, patient: Patient, path: Path, version: int | None, **answers: Any) -> Saved:
        """The own data manager saves one record; what was stored changes for a reason."""
        return save_record(
            by=self.own_centre,
            patient=patient,
            path=path,
            record=part(path, answers),
            version=version,
            reason=READ_AGAIN if version else "",
        )

    def accept(self, *cases: Any, by: User | None = None, **envelope: Any) -> Submission:
        """A batch is kept."""
        body = {"source_system": "HIS", "cases": list(cases), **envelope}
        submission, _ = accept_submission(
            by=by or self.own_centre,
            body=json.dumps(body).encode(),
            batch=Batch("HIS", list(cases), bool(envelope.get("atomic"))),
            channel="api",
            idempotency_key=None,
        )
        return submission

    def send(self, *cases: Any, by: User | None = None, **envelope: Any) -> list[CaseReceipt]:
        """A batch is kept and processed; the receipts."""
        submission = self.accept(*cases, by=by, **envelope)
        process(submission)
        return receipts(submission)


def new_people() -> People:
    """Two centres with their people."""
    own = Centre.objects.create(code="C01", name="Testville")
    other = Centre.objects.create(code="C02", name="Elsewhere")

    def person(name: str, role: Role, centre: Centre) -> User:
        return User.objects.create(username=name, role=role, centre=centre)

    return People(
        person("manager", Role.DATA_MANAGER, own),
        person("reader", Role.READER, own),
        person("stranger", Role.DATA_MANAGER, other),
    )


def read(case: dict[str, Any]) -> Record:
    """A case that can be read."""
    reading = read_case(DICTIONARY, case)
    assert not reading.problems, reading.problems
    return reading.record


def part(path: Path, answers: dict[str, Any]) -> Record:
    """One record from JSON answers; None clears."""
    type_ = DICTIONARY[path[-1][0] if path else "patient"]
    values = {name: type_.by_name[name].read(raw) for name, raw in answers.items()}
    return Record(type_.name, path[-1][1] if path else "", values)


def process(submission: Submission) -> None:
    """What a worker does with it."""
    process_submission(submission_id=submission.pk, centre_id=submission.centre_id)


def receipts(submission: Submission) -> list[CaseReceipt]:
    """In the order of the batch."""
    with every_centre():
        found = CaseReceipt.objects.filter(submission=submission).select_related("patient")
        return list(found.order_by("index"))


def state_of(submission: Submission) -> Submission:
    """The row as it is now."""
    with every_centre():
        return Submission.objects.get(pk=submission.pk)


def stored(key: str) -> StoredCase:
    """The whole record of the patient with this number."""
    with every_centre():
        return load_case(Patient.objects.get(key=key))


def number_of_patients() -> int:
    with every_centre():
        return Patient.objects.count()


def questions(key: str, *, closed: bool = False) -> list[tuple[int, str]]:
    """Rule and record of a patient's questions."""
    with every_centre():
        found = Question.objects.filter(patient__key=key, closed_at__isnull=not closed)
        return [(one.rule, one.record_key) for one in found]

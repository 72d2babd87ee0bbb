"""A data manager says that a record is finished: from then on nobody changes it by mistake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils import timezone

from registry.actions.lock import SomebodyElseSaved, lock_patient
from registry.audit import writing
from registry.dictionary.case import Case, Node
from registry.models import DICTIONARY, ClinicalRecord, Patient, SignOff, User
from registry.permissions import may_sign, require
from registry.records import Path, StoredCase, load_case
from registry.validation import Finding, completeness, judge


class NotFinished(Exception):
    """The record has errors and cannot be signed; `findings` are they."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(one.says for one in findings))
        self.findings = findings


def sign_record(*, by: User, patient: Patient, path: Path, version: int) -> SignOff:
    """Sign the record at `path` in the version that the signer saw. Records inside it stay open.

    Signing twice changes nothing. Raises SomebodyElseSaved when the version is no longer current,
    NotFinished for a record with errors, PermissionDenied for those who may not sign.
    """
    require(may_sign(by, patient.centre_id), "sign this patient's records")
    with writing(by=by, centres=[patient.centre_id], channel="form"):
        stored = _locked(patient)
        row = stored.rows.get(path)
        if row is None or row.version != version:
            raise SomebodyElseSaved
        if path in stored.signed:
            return stored.signed[path]
        if errors := tuple(one for one in _findings(stored).get(path, ()) if one.blocks):
            raise NotFinished(errors)
        return _sign(by, patient, [row])[0]


def sign_complete(*, by: User, patient: Patient, versions: Mapping[Path, int]) -> list[SignOff]:
    """Sign those of the records that are complete, each in the version that the signer saw.

    A record that changed since, or is no longer complete, is left out. Raises PermissionDenied.
    """
    require(may_sign(by, patient.centre_id), "sign this patient's records")
    with writing(by=by, centres=[patient.centre_id], channel="form"):
        stored = _locked(patient)
        rows = [
            stored.rows[path]
            for path in complete(stored)
            if versions.get(path) == stored.rows[path].version
        ]
        return _sign(by, patient, rows)


def complete(stored: StoredCase) -> list[Path]:
    """The records that wait for a signature alone.

    Every core question has an answer or the reason why it has none, and the judge says nothing that
    is still open.
    """
    findings = _findings(stored)
    return [
        path
        for path, node in _nodes(stored).items()
        if path not in stored.signed
        and node.record.answers
        and len(set(completeness(node))) == 1
        and not any(one.open for one in findings.get(path, ()))
    ]


def _locked(patient: Patient) -> StoredCase:
    """The record as it is now, against other writers: each of them takes this lock first."""
    return load_case(lock_patient(patient))


def _sign(by: User, patient: Patient, rows: Iterable[ClinicalRecord]) -> list[SignOff]:
    now = timezone.now()
    return SignOff.objects.bulk_create(
        SignOff(
            centre_id=patient.centre_id,
            patient=patient,
            record_type=row.record_type.name,
            record_pk=row.pk,
            version=row.version,
            signed_at=now,
            signed_by=by,
        )
        for row in rows
    )


def _nodes(stored: StoredCase) -> dict[Path, Node]:
    case = Case(stored.root, DICTIONARY, timezone.localdate())
    return {_path(node): node for node in case.nodes}


def _path(node: Node) -> Path:
    if node.parent is None:
        return ()
    return (*_path(node.parent), (node.type.name, node.record.key))


def _findings(stored: StoredCase) -> dict[Path, list[Finding]]:
    """What the judge says, by the record it is said about."""
    at = {node.pointer: path for path, node in _nodes(stored).items()}
    found: dict[Path, list[Finding]] = {}
    for one in judge(stored.root, DICTIONARY, timezone.localdate()):
        pointer = one.pointer.removesuffix(f"/{one.items[0]}") if one.items else one.pointer
        found.setdefault(at[pointer], []).append(one)
    return found

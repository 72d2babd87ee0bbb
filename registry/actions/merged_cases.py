"""A centre's system still names a patient by the number that was merged away: what is meant?"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import replace

from django.db.models import Q

from registry.dictionary.case import Record
from registry.dictionary.values import KEY_LENGTH
from registry.models import DICTIONARY, Patient, PatientMerge
from registry.records import StoredCase, load_cases


def stored_by_key(centre_id: int, keys: Collection[str]) -> dict[str, StoredCase]:
    """What a centre has under these numbers, locked against other writers until the transaction ends.

    A number that was merged away leads to the patient who was kept.
    """
    named = Q(centre_id=centre_id, key__in=keys)
    away = Patient.objects.filter(named, merged_into__isnull=False)
    patients = {
        one.pk: one
        for one in Patient.objects.select_for_update(of=("self",))
        .filter(named | Q(pk__in=away.values("merged_into")))
        .order_by("pk")
    }
    wanted = {one.key: one.merged_into_id or one.pk for one in patients.values() if one.key in keys}
    cases = load_cases([patients[pk] for pk in set(wanted.values())])
    return {key: cases[pk] for key, pk in wanted.items()}


def as_kept(incoming: Record, stored: StoredCase) -> Record:
    """A case as the stored patient is to read it: unchanged, unless it names a merged patient.

    Records that came over with the merge are found again under the names they have now. Others get
    names of their own, so that none can fall upon a record of the patient who was kept.
    """
    kept = stored.patient
    if kept is None or incoming.key == kept.key:
        return incoming
    merge = PatientMerge.objects.get(
        merged__centre_id=kept.centre_id, merged__key=incoming.key, undone_at=None
    )
    now = {(row.record_type.name, row.pk): path[-1][1] for path, row in stored.rows.items() if path}
    names = {
        (type_name, before): now[type_name, pk]
        for type_name, pk, before in merge.moved
        if (type_name, pk) in now
    }
    children = {
        type_name: records
        if DICTIONARY[type_name].single
        else tuple(
            replace(one, key=names.get((type_name, one.key)) or renamed(one.key, incoming.key))
            for one in records
        )
        for type_name, records in incoming.children.items()
    }
    return replace(incoming, key=kept.key, children=children)


def renamed(key: str, owner: str) -> str:
    """A record's name beside records of another patient: always the same for the same record."""
    name = f"{key}~{owner}"
    if len(name) <= KEY_LENGTH:
        return name
    return f"{key[:40]}~{hashlib.sha256(name.encode()).hexdigest()[:20]}"

"""A centre's system still names a patient by the number that was merged away: what is meant?

What a patient has many of comes in beside the kept patient's, and is marked as the merged one's, so
that undoing the merge finds it. What a patient has once must say what is known, or is refused: two
systems would otherwise overwrite each other every night.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.db.models import Q

from registry.actions.plan import Plan
from registry.dictionary.case import Record
from registry.dictionary.reading import Unreadable
from registry.dictionary.values import KEY_LENGTH
from registry.models import DICTIONARY, Patient, PatientMerge
from registry.records import StoredCase, load_cases

Step = tuple[str, str]


@dataclass(frozen=True)
class Named:
    """What a centre has under a number; of one that was merged away also what it left behind."""

    stored: StoredCase
    behind: StoredCase | None = None


@dataclass(frozen=True)
class AsKept:
    """A case as the stored patient is to read it, and what stands against reading it so.

    merges : those between the number that was sent and the patient who was kept, in their order.
    sent : under which key each record of the first level was sent, by its type and name now.
    """

    record: Record
    problems: tuple[Unreadable, ...] = ()
    merges: tuple[PatientMerge, ...] = ()
    sent: Mapping[Step, str] = field(default_factory=dict)


def stored_by_key(centre_id: int, keys: Collection[str]) -> dict[str, Named]:
    """What a centre has under these numbers, locked against other writers until the transaction ends.

    A number that was merged away leads to the patient who was kept.
    """
    named = Q(centre_id=centre_id, key__in=keys)
    away = Patient.objects.filter(named, merged_into__isnull=False)
    patients = {
        one.pk: one
        for one in Patient.objects.select_for_update(of=("self",), no_key=True)
        .filter(named | Q(pk__in=away.values("merged_into")))
        .order_by("pk")
    }
    cases = load_cases(patients.values())
    return {
        one.key: Named(cases[one.merged_into_id], cases[one.pk])
        if one.merged_into_id
        else Named(cases[one.pk])
        for one in patients.values()
        if one.key in keys
    }


def as_kept(incoming: Record, named: Named) -> AsKept:
    """A case as the stored patient is to read it: unchanged, unless it names a merged patient.

    Records that came over with the merge are found again under the names they have now. Others get
    names of their own, so that none can fall upon a record of the patient who was kept.
    """
    kept, behind = named.stored, named.behind
    if behind is None or behind.patient is None or kept.patient is None:
        return AsKept(incoming)
    merges = tuple(_merges(behind.patient, kept.patient))
    now = {(row.record_type.name, row.pk): path[-1][1] for path, row in kept.rows.items() if path}
    names = {
        (type_name, before): now[type_name, pk]
        for type_name, pk, before in merges[0].moved
        if (type_name, pk) in now
    }
    children: dict[str, tuple[Record, ...]] = {}
    sent: dict[Step, str] = {}
    for type_name, records in incoming.children.items():
        if DICTIONARY[type_name].single:
            if any(_known(named, type_name)):
                continue
            children[type_name] = records
        else:
            children[type_name] = tuple(
                replace(one, key=names.get((type_name, one.key)) or renamed(one.key, incoming.key))
                for one in records
            )
        for one, was in zip(children[type_name], records, strict=True):
            sent[type_name, one.key] = was.key
    record = replace(incoming, key=kept.patient.key, answers={}, kept={}, children=children)
    return AsKept(record, tuple(_against(incoming, named)), merges, sent)


def _merges(merged: Patient, kept: Patient) -> Iterator[PatientMerge]:
    pk = merged.pk
    while pk != kept.pk:
        merge = PatientMerge.objects.get(merged=pk, undone_at=None)
        yield merge
        pk = merge.kept_id


def _known(named: Named, type_name: str) -> list[Record]:
    """What is known of a thing that a patient has once: by the kept record, by the one left behind."""
    roots = [one.root for one in (named.stored, named.behind) if one]
    if type_name == "patient":
        return roots
    return [record for root in roots for record in root.of(type_name)]


def _against(incoming: Record, named: Named) -> Iterator[Unreadable]:
    """Answers to what a patient has once that neither the kept record has nor the one left behind."""
    once = [("", incoming)]
    for type_name, records in incoming.children.items():
        if DICTIONARY[type_name].single:
            once += [(f"/{DICTIONARY[type_name].json_key}", one) for one in records]
    for pointer, record in once:
        known = _known(named, record.type)
        for item, answer in record.answers.items():
            if known and all(one.answers.get(item) != answer for one in known):
                why = f"By now the same patient as {named.stored.root.key!r}, where the answer is another"
                yield Unreadable(f"{pointer}/{item}", f"{why}: send it under that number")


def mark_as_theirs(plan: Plan, read: AsKept) -> None:
    """Note the new records of a written plan with the merges, so that undoing those takes them along.

    Runs inside `audit.writing`, with the centre locked.
    """
    steps = [path[0] for path in plan.fresh if len(path) == 1 and path[0] in read.sent]
    if not steps:
        return
    for place, merge in enumerate(read.merges):
        # The first merge brought them from the patient who was named, later ones from one in between.
        new = [
            [step[0], plan.stored.rows[(step,)].pk, step[1] if place else read.sent[step]]
            for step in sorted(steps)
        ]
        merge.moved = [*merge.moved, *new]
        merge.save(update_fields=["moved"])


def renamed(key: str, owner: str) -> str:
    """A record's name beside records of another patient: always the same for the same record."""
    name = f"{key}~{owner}"
    if len(name) <= KEY_LENGTH:
        return name
    return f"{key[:40]}~{hashlib.sha256(name.encode()).hexdigest()[:20]}"

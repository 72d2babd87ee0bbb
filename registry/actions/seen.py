"""Is a patient still as it was when the lines of a table were judged? A mark of its records says so."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from django.db.models import F, Value
from django.utils.translation import gettext as _

from registry.actions.judge_batch import Verdict
from registry.actions.plan import Outcome
from registry.models import RECORD_MODELS, ImportRow, Patient, Submission

Part = tuple[str, int, int]
"""Type, primary key and version of one record."""

NOBODY = ""
"""The mark of a patient whom the registry does not know."""
SIGNS = 24
BLOCK = 1000


def marks_of(patients: Collection[int]) -> dict[int, str]:
    """The mark of each of these patients, by primary key: one query. Inside the centre's scope.

    It is another one after any record of the patient was changed, added, deleted or moved. To be
    asked before the records are read that are judged: what changes between the two is then taken
    for a change since, never overlooked.
    """
    if not patients:
        return {}
    parts: dict[int, list[Part]] = defaultdict(list)
    one, *others = (
        model._default_manager.filter(**{f"{of}__in": list(patients)})
        .annotate(mark_whose=F(of), mark_type=Value(model.record_type.name))
        .order_by()
        .values_list("mark_whose", "mark_type", "pk", "version")
        for model in RECORD_MODELS
        for of in ["pk" if model is Patient else "patient_id"]
    )
    for whose, type_name, pk, version in one.union(*others, all=True):
        parts[whose].append((type_name, pk, version))
    return {
        whose: hashlib.sha256(repr(sorted(told)).encode()).hexdigest()[:SIGNS]
        for whose, told in parts.items()
    }


def moved_meanwhile(submission: Submission) -> frozenset[str]:
    """The numbers of those patients who are not as they were when their lines were judged.

    Empty for a batch that is no table. Asked when the patients of the batch are locked.
    """
    seen: dict[str, set[str | None]] = defaultdict(set)
    rows = ImportRow.objects.filter(submission=submission).only("key", "cells")
    for row in rows.iterator():
        seen[row.key].add(row.seen)
    now = dict(_marks_by_key(submission.centre_id, list(seen)))
    return frozenset(key for key, marks in seen.items() if marks != {now.get(key, NOBODY)})


def _marks_by_key(centre_id: int, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    for start in range(0, len(keys), BLOCK):
        found = Patient.objects.filter(centre=centre_id, key__in=keys[start : start + BLOCK])
        known = list(found.values_list("key", "pk"))
        marks = marks_of([pk for _key, pk in known])
        yield from ((key, marks[pk]) for key, pk in known)


def put_off(verdicts: Sequence[Verdict], moved: Collection[str]) -> list[Verdict]:
    """The verdicts, with nothing to be written for those patients who moved."""
    says = _("Not stored: the patient was changed since the lines were judged")
    return [one if one.key not in moved else _put_off(one, says) for one in verdicts]


def _put_off(verdict: Verdict, says: str) -> Verdict:
    pointer = f"/cases/{verdict.index}"
    told = {"rule": None, "severity": "error", "detail": says, "pointer": pointer}
    return replace(verdict, outcome=Outcome.REJECTED, plan=None, findings=[told])

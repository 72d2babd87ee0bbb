"""A new day: what do the rules that look at today say now? Judged without anybody saving.

The row of ClockRound is the job. A chunk is one transaction that holds it, so of two workers one
goes on and the other walks away, and a killed one leaves whole chunks.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from registry.actions.plan import plan_case
from registry.actions.store import write_plans
from registry.audit import writing
from registry.dictionary.case import Record
from registry.models import Centre, ClockRound, Patient
from registry.records import load_cases
from registry.scope import scope

log = logging.getLogger(__name__)

CHUNK = 100
SILENT = timedelta(minutes=2)
"""A round that made no step for so long is rung for again."""


def judge_centre(centre_id: int) -> int:
    """Judge the centre's patients once today; answer how many this call judged.

    Questions open and close, counts change, and the trail tells of the channel "clock". Nothing
    is written where nothing changes. Safe to call twice, and after a crash.
    """
    judged = 0
    while (chunk := _next_chunk(centre_id, timezone.localdate())) is not None:
        judged += chunk
    return judged


def centres_to_judge() -> list[int]:
    """Centres whose round of today is still to be made, or whose worker fell silent."""
    done_or_at_it = Q(finished=True) | Q(at__gt=timezone.now() - SILENT)
    todo = []
    for centre_id in Centre.objects.values_list("pk", flat=True):
        with scope([centre_id]):
            today = ClockRound.objects.filter(done_or_at_it, day=timezone.localdate())
            if not today.exists():
                todo.append(centre_id)
    return todo


def start_anew(centre_id: int) -> None:
    """Forget the round of today, so that every patient is judged again."""
    with scope([centre_id]):
        ClockRound.objects.filter(centre=centre_id).delete()


def _next_chunk(centre_id: int, today: date) -> int | None:
    """Judge the next patients; None when none are left or another worker is at it."""
    with writing(by=None, centres=[centre_id], channel="clock"):
        mine = _round_of(centre_id, today)
        if mine is None:
            return None
        centre = Centre.objects.get(pk=centre_id)
        patients = list(
            Patient.objects.select_for_update(of=("self",), no_key=True)
            .filter(centre=centre, pk__gt=mine.done_to, merged_into=None)
            .order_by("pk")[:CHUNK]
        )
        _judge(patients, centre, today)
        mine.done_to = patients[-1].pk if patients else mine.done_to
        mine.finished = len(patients) < CHUNK
        mine.at = timezone.now()
        mine.save()
        return len(patients)


def _judge(patients: Sequence[Patient], centre: Centre, today: date) -> None:
    """Judge these patients; where one of them cannot be, the others are, and the log tells of it.

    The round goes on: one patient does not keep a whole centre's questions from opening.
    """
    try:
        with transaction.atomic():
            cases = load_cases(patients)
            write_plans(
                [plan_case(cases[one.pk], Record("patient", one.key), today) for one in patients],
                centre=centre,
            )
    except Exception as failure:  # noqa: BLE001 - whatever it was, the others are judged
        if len(patients) == 1:
            _tell(patients[0], failure)
            return
        # As they are in the tables: what failed may have changed the rows at hand.
        for one in Patient.objects.filter(pk__in=[one.pk for one in patients]).order_by("pk"):
            _judge([one], centre, today)


def _tell(patient: Patient, failure: Exception) -> None:
    # The message of an exception may quote a patient's values; the lines it went through do not.
    where = "".join(traceback.format_tb(failure.__traceback__))
    kind = type(failure).__name__
    log.critical("The clock cannot judge patient %s: %s\n%s", patient.pk, kind, where)


def _round_of(centre_id: int, today: date) -> ClockRound | None:
    """Today's round, locked; None when it is finished or held by another worker."""
    ClockRound.objects.bulk_create(
        [ClockRound(centre_id=centre_id, day=today, at=timezone.now())], ignore_conflicts=True
    )
    mine = ClockRound.objects.select_for_update(skip_locked=True).filter(centre=centre_id).first()
    if mine is None or (mine.day == today and mine.finished):
        return None
    if mine.day != today:
        mine.day, mine.done_to, mine.finished = today, 0, False
    return mine

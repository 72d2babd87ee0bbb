"""Two doors at once may bring the same new person: who waits for whom, and who looks for the other?

Whoever adds patients of a centre holds the centre's lock of newcomers until the transaction ends, so
that the second one sees the first. A table that is stored whole takes minutes: it takes the lock at its end
only, and then looks among those who were registered meanwhile (docs/adr/0010). Taken after the centre's
row, where both are, and before any patient's.
"""

from __future__ import annotations

import time
from collections.abc import Collection

from django.db import connection

from registry.actions.judge_again import judge_again
from registry.actions.lock import lock_patient
from registry.actions.same_person import IN_THIS_CENTRE, undecided
from registry.models import Patient, Question, Submission
from registry.scope import Busy

NAME = "newcomers"
PATIENCE = 60.0
"""So many seconds a table waits for registrations, of which each takes some tenths of one."""
PAUSE = 0.05


def one_at_a_time(centre_id: int) -> None:
    """Wait until nobody else is about to add a patient of the centre; then others wait for this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [centre_id, NAME])


def known_patients(centre_id: int) -> frozenset[int]:
    """Who is there before a table is stored, for `ask_about_newcomers`."""
    return frozenset(Patient.objects.filter(centre=centre_id).values_list("pk", flat=True))


def ask_about_newcomers(stored: Submission, known: Collection[int]) -> None:
    """Ask whether anybody who was registered while this was stored is one of the persons in it.

    known : who was there before. Runs inside `audit.writing` when all is written; from then on new
    patients of the centre wait for its end. Raises Busy.
    """
    _politely(stored.centre_id)
    own = set(stored.receipts.values_list("patient", flat=True))
    now = Patient.objects.filter(centre=stored.centre_id, merged_into=None)
    for pk in sorted(set(now.values_list("pk", flat=True)) - own - set(known)):
        newcomer = lock_patient(Patient.objects.get(pk=pk))
        here = [one.patient_id for one in undecided(newcomer) if one.patient_id in own]
        # Who came before the table's chunk was looked through is asked about there already.
        told = Question.objects.filter(patient__in=here, rule=IN_THIS_CENTRE, closed_at=None)
        asked = told.filter(text__contains=newcomer.pseudonym).values_list("patient", flat=True)
        if set(here) - set(asked):
            judge_again(newcomer)


def _politely(centre_id: int) -> None:
    """The lock, without standing in line for it: who holds it may itself wait for a patient of ours."""
    until = time.monotonic() + PATIENCE
    while not _free(centre_id):
        if time.monotonic() > until:
            raise Busy
        time.sleep(PAUSE)


def _free(centre_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))", [centre_id, NAME])
        return bool(cursor.fetchone()[0])

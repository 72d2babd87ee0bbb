"""Two doors at once may bring the same person: who waits for whom, and who looks for the other?

Whoever adds patients of a centre, or says by a form who one of them is, holds the centre's lock of
newcomers until the transaction ends, so that the second one sees the first. A table that is stored whole
takes minutes: it takes the lock at its end only, and then looks among all, of any centre, whose identity was
written meanwhile (docs/adr/0010). Elsewhere it is taken after the centre's row, where both are, and before any
patient's; only the table holds patients already, and so it tries for it.

Two centres have two locks: of two transactions that end within the same moment neither sees the other.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db import connection

from registry.actions.judge_again import judge_again
from registry.actions.lock import lock_patient
from registry.actions.same_person import IN_ANOTHER_CENTRE, IN_THIS_CENTRE
from registry.actions.suspects import AT_ONCE, suspects_of
from registry.models import MatchToken, Patient, Question, Submission
from registry.scope import Busy

NAME = "newcomers"
PATIENCE = 60.0
"""So many seconds a table waits for registrations, of which each takes some tenths of one."""
PAUSE = 0.05


def one_at_a_time(centre_id: int) -> None:
    """Wait until nobody else is about to add a patient of the centre; then others wait for this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [centre_id, NAME])


def written_tokens() -> dict[int, str]:
    """Whose identity is known, in every centre, and which transaction wrote it, for `ask_about_newcomers`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT patient_id, xmin::text FROM registry_matchtoken")
        return dict(cursor.fetchall())


def ask_about_newcomers(stored: Submission, before: Mapping[int, str]) -> None:
    """Ask about whoever got an identity while this was stored, and may be one of the persons in it.

    before : `written_tokens` when it began. Runs inside `audit.writing` when all is written; from
    then on nobody's identity in the centre changes before its end. Raises Busy.
    """
    _politely(stored.centre_id)
    own = set(stored.receipts.values_list("patient", flat=True))
    now = written_tokens()
    written = {pk for pk, by in now.items() if by != before.get(pk)}
    others = sorted(written - own)
    for start in range(0, len(others), AT_ONCE):
        of_centre: dict[int, dict[int, frozenset[str]]] = defaultdict(dict)
        for row in MatchToken.objects.filter(patient__in=others[start : start + AT_ONCE]):
            of_centre[row.centre_id][row.patient_id] = frozenset(row.tokens)
        for centre_id, persons in of_centre.items():
            for pk, found in suspects_of(persons, centre_id).items():
                alike = own.intersection(one.patient_id for one in found)
                if alike and centre_id == stored.centre_id:
                    _ask_here(pk, alike)
                elif alike := alike & written:  # the others were there for the other door to see
                    _ask_elsewhere(alike)


def _ask_here(pk: int, alike: Collection[int]) -> None:
    """Ask the centre about its patient who is like these, unless that is asked of each of them."""
    newcomer = lock_patient(Patient.objects.get(pk=pk))
    told = Question.objects.filter(patient__in=alike, rule=IN_THIS_CENTRE, closed_at=None)
    # Who came before the table's chunk was looked through is asked about there already.
    asked = told.filter(text__contains=newcomer.pseudonym).values_list("patient", flat=True)
    if set(alike) - set(asked):
        judge_again(newcomer)


def _ask_elsewhere(alike: Collection[int]) -> None:
    """Ask the office about these, who are like another centre's patient; once, as everywhere."""
    told = Question.objects.filter(patient__in=alike, rule=IN_ANOTHER_CENTRE, closed_at=None)
    for pk in sorted(set(alike) - set(told.values_list("patient", flat=True))):
        judge_again(lock_patient(Patient.objects.get(pk=pk)))


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

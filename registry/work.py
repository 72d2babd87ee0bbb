"""What waits for this reader? One truth for the tiles, the lists and the mail.

Every function starts from the reader and counts no patient that was merged into another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Case, Count, F, Q, QuerySet, Sum, When
from django.db.models.lookups import IsNull
from django.utils import timezone

from registry.completeness import Completeness, Followed, completeness
from registry.models import (
    ImportFile,
    ImportRow,
    NetworkFigure,
    Patient,
    Question,
    User,
)
from registry.permissions import side_of
from registry.queries import centres_for, questions_for

NOT_MERGED = Q(merged_into=None)
SOON = timedelta(days=30)
FEWEST_CENTRES = 5
"""A number of all centres together is shown from so many on: from fewer, one could be told apart."""

NETWORK, NETWORK_INVENTED = "completeness", "completeness of invented"


class Show(StrEnum):
    """Which of the visits that are owed a list shows."""

    OVERDUE = "overdue"
    SOON = "soon"
    ALL = "all"


@dataclass(frozen=True)
class Waiting:
    """How much waits for a reader."""

    overdue: int
    questions: int
    rows: int

    @property
    def anything(self) -> bool:
        """True when there is something to do."""
        return bool(self.overdue or self.questions or self.rows)


def zone_of(user: User) -> str:
    """The time zone of the reader's centre, or the server's for the registry's staff."""
    return user.centre.time_zone if user.centre else settings.TIME_ZONE


def today_of(user: User) -> date:
    """The day it is at the reader's centre: of the tiles and of the mail alike."""
    return timezone.localdate(timezone=ZoneInfo(zone_of(user)))


def waiting_for(user: User, today: date) -> Waiting:
    """The counts of the tiles and of the mail."""
    return Waiting(
        overdue=owed_by(user, Show.OVERDUE, today).count(),
        questions=questions_to_answer(user).count(),
        rows=rows_to_correct(user).count(),
    )


def owed_by(user: User, show: Show, today: date) -> QuerySet[Patient]:
    """The reader's patients who owe a visit, most days late first."""
    found = Patient.objects.filter(_centre_of(user), NOT_MERGED, due_on__isnull=False)
    if show is Show.OVERDUE:
        found = found.filter(due_on__lt=today)
    elif show is Show.SOON:
        found = found.filter(due_on__range=(today, today + SOON))
    found = found.only("pseudonym", "centre", "last_transplant_on", "due_on", "due_visit", "key")
    return found.select_related("centre").order_by("due_on", "pk")


def _centre_of(user: User) -> Q:
    """Whose patients the reader sees. One centre by its key, so that the index is in due order."""
    return Q(centre=user.centre_id) if user.centre_id else Q(centre__in=centres_for(user))


def questions_to_answer(user: User) -> QuerySet[Question]:
    """Open questions that the reader's side was asked, as `in_turn` has them."""
    mine = questions_for(user).filter(asked_of=side_of(user), answered_at=None, closed_at=None)
    return in_turn(mine, user)


def in_turn(questions: QuerySet[Question], user: User) -> QuerySet[Question]:
    """Those asked of the reader's side first; those of people, who wait, before those of rules.

    Each of these oldest first.
    """
    of_us = Case(When(asked_of=side_of(user), then=0), default=1)
    return questions.order_by(of_us, IsNull(F("rule"), False), "opened_at", "pk")


def rows_to_correct(user: User) -> QuerySet[ImportRow]:
    """Lines of uploaded files that cannot be imported as they are."""
    return ImportRow.objects.filter(
        centre__in=centres_for(user),
        outcome=ImportRow.Outcome.REJECTED,
        file__state=ImportFile.State.READY,
    )


def files_to_correct(user: User) -> QuerySet[ImportFile]:
    """The files in which `rows_to_correct` stand, the newest first, each with `count_rejected`."""
    rejected = Q(lines__outcome=ImportRow.Outcome.REJECTED)
    return (
        ImportFile.objects.filter(centre__in=centres_for(user), state=ImportFile.State.READY)
        .defer("body")
        .annotate(count_rejected=Count("lines", filter=rejected))
        .filter(count_rejected__gt=0)
        .order_by("-uploaded_at")
    )


def last_import(user: User) -> ImportFile | None:
    """The file uploaded last that was neither given up nor emptied unfinished, with `count_*` of its lines by outcome."""
    counts = {
        f"count_{one}": Count("lines", filter=Q(lines__outcome=one))
        for one in ImportRow.Outcome.values
    }
    return (
        ImportFile.objects.filter(centre__in=centres_for(user))
        .exclude(state__in=(ImportFile.State.DROPPED, ImportFile.State.EMPTIED))
        .defer("body")
        .annotate(**counts)
        .order_by("-uploaded_at")
        .first()
    )


def findings_of(user: User) -> dict[str, int]:
    """Errors and warnings that are open, and in how many patients."""
    return Patient.objects.filter(NOT_MERGED, centre__in=centres_for(user)).aggregate(
        errors=Sum("error_count", default=0),
        warnings=Sum("warning_count", default=0),
        concerned=Count("pk", filter=Q(error_count__gt=0) | Q(warning_count__gt=0)),
    )


def followed(patients: QuerySet[Patient], today: date) -> Completeness:
    """How complete the follow-up of these patients is, from their summary columns."""
    rows = patients.filter(NOT_MERGED, first_transplant_on__lte=today).values_list(
        "first_transplant_on", "last_contact_on", "vital"
    )
    return completeness(
        (Followed(start, last, vital == "DEAD") for start, last, vital in rows), today
    )


def own_completeness(user: User, today: date) -> float | None:
    """Clark's C of the reader's own centre; None for the registry's staff, who have none."""
    if not user.centre_id:
        return None
    return followed(Patient.objects.filter(centre=user.centre_id), today).c


def network_completeness(user: User) -> float | None:
    """Clark's C of all centres together, as a worker computed it last (`network_figure`)."""
    figure = network_figure(user)
    return figure.value if figure else None


def network_figure(user: User) -> NetworkFigure | None:
    """What a worker computed last of all centres together, and when.

    None while too few centres have a part in it. Centres of invented patients have a network of
    their own.
    """
    invented = bool(user.centre and user.centre.synthetic)
    name = NETWORK_INVENTED if invented else NETWORK
    return NetworkFigure.objects.filter(name=name, centre_count__gte=FEWEST_CENTRES).first()

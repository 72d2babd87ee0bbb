"""What may this reader see? Every shared read starts here."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from registry.dictionary.answers import without_controls
from registry.dictionary.values import KEY_LENGTH
from registry.models import CaseReceipt, Centre, Patient, Question, Submission, User


def centres_for(user: User) -> QuerySet[Centre]:
    """The centres whose records the user may see: the own one, or all for the registry's staff."""
    if user.centre_id:
        return Centre.objects.filter(pk=user.centre_id)
    return Centre.objects.all()


def centre_ids_for(user: User) -> list[int]:
    """Their primary keys, for `scope`."""
    return list(centres_for(user).values_list("pk", flat=True))


def search_words(typed: str) -> str:
    """What is searched for: without signs that nobody sees (the database holds no NUL)."""
    return without_controls(typed).strip()[:KEY_LENGTH]


def patients_for(user: User, search: str = "") -> QuerySet[Patient]:
    """The user's patients, found by pseudonym or by the centre's own number."""
    patients = Patient.objects.filter(centre__in=centres_for(user)).select_related("centre")
    if words := search_words(search):
        patients = patients.filter(Q(pseudonym__istartswith=words) | Q(key__icontains=words))
    return patients.order_by("key", "pk")


def patients_named(user: User, pseudonym: str) -> QuerySet[Patient]:
    """The user's patient of this pseudonym, which may be typed in small letters; or nobody."""
    return patients_for(user).filter(pseudonym=pseudonym.upper())


def submissions_for(user: User) -> QuerySet[Submission]:
    """What the user's centres have sent, newest first; without the bodies.

    Each has `count_new`, `count_changed`, `count_same` and `count_rejected`, of its receipts.
    """
    counts = {
        f"count_{one}": Count("receipts", filter=Q(receipts__outcome=one))
        for one in CaseReceipt.Outcome.values
    }
    return (
        Submission.objects.filter(centre__in=centres_for(user))
        .select_related("centre", "by")
        .defer("body")
        .annotate(**counts)
        .order_by("-received_at", "pk")
    )


def open_questions_for(user: User) -> QuerySet[Question]:
    """Questions still to be answered by the user's centres, oldest first."""
    return Question.objects.filter(centre__in=centres_for(user), closed_at=None).select_related(
        "patient"
    )


def sees_invented(user: User) -> bool:
    """Whether patients of a demo or training centre are among those the user sees."""
    return centres_for(user).filter(synthetic=True).exists()


def with_something_open(patients: QuerySet[Patient]) -> QuerySet[Patient]:
    """Those with an error, a warning or a question that somebody has to look at."""
    return patients.filter(Q(error_count__gt=0) | Q(warning_count__gt=0) | Q(query_count__gt=0))

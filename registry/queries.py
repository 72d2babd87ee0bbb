"""What may this reader see? Every shared read starts here."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from registry.models import Centre, Patient, Question, Submission, User


def centres_for(user: User) -> QuerySet[Centre]:
    """The centres whose records the user may see: the own one, or all for the registry's staff."""
    if user.centre_id:
        return Centre.objects.filter(pk=user.centre_id)
    return Centre.objects.all()


def centre_ids_for(user: User) -> list[int]:
    """Their primary keys, for `scope`."""
    return list(centres_for(user).values_list("pk", flat=True))


def patients_for(user: User, search: str = "") -> QuerySet[Patient]:
    """The user's patients, found by pseudonym or by the centre's own number."""
    patients = Patient.objects.filter(centre__in=centres_for(user)).select_related("centre")
    if search:
        patients = patients.filter(Q(pseudonym__istartswith=search) | Q(key__icontains=search))
    return patients.order_by("key")


def submissions_for(user: User) -> QuerySet[Submission]:
    """What the user's centres have sent, newest first; without the bodies."""
    return (
        Submission.objects.filter(centre__in=centres_for(user))
        .select_related("centre", "by")
        .defer("body")
    )


def open_questions_for(user: User) -> QuerySet[Question]:
    """Questions still to be answered by the user's centres, oldest first."""
    return Question.objects.filter(centre__in=centres_for(user), closed_at=None).select_related(
        "patient"
    )


def sees_invented(user: User) -> bool:
    """Whether patients of a demo or training centre are among those the user sees."""
    return centres_for(user).filter(synthetic=True).exists()

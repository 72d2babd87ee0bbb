"""What may this reader see? Every shared read starts here."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from registry.dictionary.answers import without_controls
from registry.dictionary.values import KEY_LENGTH
from registry.models import (
    CaseReceipt,
    Centre,
    Draft,
    ImportFile,
    LinkRequest,
    Patient,
    PatientMerge,
    Question,
    Submission,
    User,
)
from registry.permissions import side_of


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
    """The user's patients, found by pseudonym or by the centre's own number.

    Those that were merged into another patient are on no list.
    """
    patients = _own_patients(user).filter(merged_into=None)
    if words := search_words(search):
        named = Q(pseudonym__istartswith=words) | Q(key__icontains=words)
        patients = patients.filter(named | _merged_from(user, named))
    return patients.order_by("key", "pk")


def patients_named(user: User, pseudonym: str) -> QuerySet[Patient]:
    """The user's patient of this pseudonym, which may be typed in small letters; or nobody.

    The pseudonym of a patient who was merged leads to the one who was kept.
    """
    named = Q(pseudonym=pseudonym.upper())
    return _own_patients(user).filter(merged_into=None).filter(named | _merged_from(user, named))


def _merged_from(user: User, named: Q) -> Q:
    """Those into whom a patient was merged to whom `named` applies."""
    merged = Patient.objects.filter(named, centre__in=centres_for(user), merged_into__isnull=False)
    return Q(pk__in=merged.values("merged_into"))


def _own_patients(user: User) -> QuerySet[Patient]:
    """With `asked_count`, of the questions of people that wait for an answer."""
    asked = Question.objects.filter(unanswered_of_people(), patient=OuterRef("pk")).order_by()
    counted = asked.values("patient").annotate(n=Count("pk")).values("n")
    return (
        Patient.objects.filter(centre__in=centres_for(user))
        .select_related("centre")
        .annotate(asked_count=Coalesce(Subquery(counted), 0))
    )


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


def files_for(user: User) -> QuerySet[ImportFile]:
    """Tables that the user's centres have uploaded; without the bodies."""
    return (
        ImportFile.objects.filter(centre__in=centres_for(user))
        .select_related("centre", "by")
        .defer("body")
    )


def questions_for(user: User) -> QuerySet[Question]:
    """Every question about patients of the user's centres, oldest first, whatever became of it.

    Patients who were merged have none: theirs went along.
    """
    return (
        Question.objects.filter(centre__in=centres_for(user), patient__merged_into=None)
        .select_related("patient", "centre", "opened_by")
        .order_by("opened_at", "pk")
    )


def open_questions_for(user: User, asked_of: str | None = None) -> QuerySet[Question]:
    """Those that are not closed, oldest first; of all, or those that one side was asked."""
    found = questions_for(user).filter(closed_at=None)
    return found.filter(asked_of=asked_of) if asked_of else found


def asked_by_people(patient: Patient) -> list[tuple[str, int, str]]:
    """Record type, row and item of each question of a person that nobody has answered yet."""
    found = Question.objects.filter(unanswered_of_people(), patient=patient)
    return list(found.values_list("record_type", "record_pk", "item"))


def answered_for(user: User) -> QuerySet[Question]:
    """Questions that the user's side asked and the other one answered: to be closed, or asked again."""
    other = Question.Side.OFFICE if side_of(user) == Question.Side.CENTRE else Question.Side.CENTRE
    return open_questions_for(user, other).filter(rule=None, answered_at__isnull=False)


def unanswered_of_people() -> Q:
    """Questions that a person asked and that still wait for the first answer, or for the next."""
    return Q(rule=None, closed_at=None, answered_at=None)


def draft_of(user: User, places: Collection[str]) -> Draft | None:
    """What this person, and nobody else, typed last into the form at these places and has not saved."""
    found = Draft.objects.filter(by=user, place__in=places, centre__in=centres_for(user))
    return found.order_by("-saved_at").first()


def drafts_of(user: User) -> QuerySet[Draft]:
    """What this person, and nobody else, typed into forms and has not saved, the latest first."""
    found = Draft.objects.filter(by=user, centre__in=centres_for(user)).defer("body")
    return found.select_related("patient__merged_into").order_by("-saved_at", "pk")


def sees_invented(user: User) -> bool:
    """Whether patients of a demo or training centre are among those the user sees."""
    return centres_for(user).filter(synthetic=True).exists()


def with_something_open(patients: QuerySet[Patient]) -> QuerySet[Patient]:
    """Those with an error, a warning or a question that somebody has to look at."""
    return patients.filter(
        Q(error_count__gt=0) | Q(warning_count__gt=0) | Q(query_count__gt=0) | Q(asked_count__gt=0)
    )


def merges_for(user: User, patient: Patient) -> QuerySet[PatientMerge]:
    """What was merged into this patient or away from it, newest first; also what was undone."""
    return (
        PatientMerge.objects.filter(Q(kept=patient) | Q(merged=patient))
        .filter(centre__in=centres_for(user))
        .select_related("kept", "merged", "by", "undone_by")
        .order_by("-at")
    )


def requests_for(user: User, patient: Patient) -> QuerySet[LinkRequest]:
    """What the patient's centre asked of the registry office about it, and what the office decided.

    A refusal that somebody else asked for is nobody's business here, and `other` is the office's.
    """
    told = Q(state=LinkRequest.State.LINKED) | Q(asked_by__centre=patient.centre_id)
    apart = Q(decided_by__centre=patient.centre_id)
    return (
        LinkRequest.objects.filter(told, patient=patient, centre__in=centres_for(user))
        .exclude(apart)
        .select_related("asked_by")
        .order_by("-asked_at")
    )


def open_requests_for(user: User) -> QuerySet[LinkRequest]:
    """Links that centres wait for, oldest first; not of patients who were merged into another."""
    return LinkRequest.objects.filter(
        state=LinkRequest.State.OPEN, centre__in=centres_for(user), patient__merged_into=None
    ).order_by("asked_at")

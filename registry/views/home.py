"""What is to be done today? Counts of the reader's patients, questions and findings."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.queries import open_questions_for, patients_for, submissions_for

LONGEST_LIST = 12


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """My work."""
    counts = patients_for(request.user).aggregate(
        patients=Count("pk"),
        errors=Sum("error_count", default=0),
        warnings=Sum("warning_count", default=0),
        blocked=Count("pk", filter=Q(error_count__gt=0)),
    )
    questions = open_questions_for(request.user)
    to_correct = patients_for(request.user).filter(Q(error_count__gt=0) | Q(warning_count__gt=0))
    page = {
        "counts": counts,
        "question_count": questions.count(),
        "questions": questions[:LONGEST_LIST],
        "to_correct": to_correct.order_by("-error_count", "-warning_count", "key")[:LONGEST_LIST],
        "submissions": submissions_for(request.user)[:5],
        "today": timezone.localdate(),
    }
    return render(request, "registry/home.html", page)

"""What did the centre send, and what became of each case?"""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from registry.models import CaseReceipt
from registry.queries import submissions_for

ON_A_PAGE = 50


@require_safe
@login_required
def submission(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One submission: a receipt per case, with the findings and where they point."""
    sent = get_object_or_404(submissions_for(request.user), pk=pk)
    receipts = sent.receipts.select_related("patient")
    counts = {value: getattr(sent, f"count_{value}") for value in CaseReceipt.Outcome.values}
    tabs = [(value, label, counts[value]) for value, label in CaseReceipt.Outcome.choices]
    wanted = request.GET.get("outcome", "")
    if counts.get(wanted):
        receipts = receipts.filter(outcome=wanted)
    page = Paginator(receipts, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "sent": sent,
        "page": page,
        "tabs": tabs,
        "wanted": wanted,
        "all": sum(counts.values()),
    }
    return render(request, "registry/submission.html", context)

"""The report pages: which studies there are, what was run, a report, its files, monthly orders."""

from __future__ import annotations

import logging
import uuid
from datetime import UTC, datetime

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from kombu.exceptions import OperationalError

from registry.permissions import may_run_studies
from reports import actions, tasks
from reports.models import Run, Subscription
from reports.schedule import Monthly, next_slot
from reports.studies import STUDIES

log = logging.getLogger(__name__)

FILES = {
    "pdf": ("pdf", "application/pdf", "pdf"),
    "html": ("page", "text/html; charset=utf-8", "html"),
    "json": ("results", "application/json", "json"),
}


class OrderForm(forms.Form):
    """Day and hour of a monthly report."""

    day = forms.IntegerField(min_value=1, max_value=28, initial=1, label=_("Day of the month"))
    hour = forms.IntegerField(min_value=0, max_value=23, initial=6, label=_("Hour"))


@login_required
@require_GET
def studies(request: HttpRequest) -> HttpResponse:
    """Every published study that can be run here."""
    return render(request, "reports/studies.html", {"studies": STUDIES.values()})


@login_required
@require_http_methods(["GET", "POST"])
def study(request: HttpRequest, name: str) -> HttpResponse:
    """One study: what it asks, run it, order it monthly."""
    if name not in STUDIES:
        raise Http404
    if request.method == "POST":
        asked = actions.request_run(by=request.user, study=name)
        _ring(asked)
        return redirect("run", asked.pk)
    runs = Run.objects.filter(study=name)[:10]
    order = Subscription.objects.filter(user=request.user, study=name, active=True).first()
    content = {
        "study": STUDIES[name],
        "runs": runs,
        "order": order,
        "form": OrderForm(),
        "may_run": may_run_studies(request.user),
    }
    return render(request, "reports/study.html", content)


@login_required
@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """What was run on the records this reader may see, newest first."""
    found = Run.objects.select_related("by", "cut").defer("results", "body", "page", "pdf")[:100]
    listed = [
        (STUDIES[name], [one for one in found if one.study == name])
        for name in dict.fromkeys(one.study for one in found)
        if name in STUDIES
    ]
    return render(request, "reports/runs.html", {"runs": listed})


@login_required
@require_GET
def run(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One report, or how far it is."""
    found = get_object_or_404(Run.objects.select_related("cut", "by"), pk=pk)
    content = {"run": found, "study": STUDIES.get(found.study), "files": FILES}
    return render(request, "reports/run.html", content)


@login_required
@require_GET
def download(request: HttpRequest, pk: uuid.UUID, what: str) -> HttpResponse:
    """One file of a finished report."""
    if what not in FILES:
        raise Http404
    found = get_object_or_404(Run, pk=pk, state=Run.State.DONE)
    column, content_type, ending = FILES[what]
    content = getattr(found, column)
    answer = HttpResponse(bytes(content) if what == "pdf" else content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{found.study}.{ending}"'
    return answer


@login_required
@require_http_methods(["GET", "POST"])
def subscriptions(request: HttpRequest) -> HttpResponse:
    """The reader's monthly reports: order, end, or have one sent now."""
    if request.method == "POST":
        _change_order(request)
        return redirect("subscriptions")
    orders = Subscription.objects.filter(user=request.user, active=True)
    now = datetime.now(UTC)
    listed = [
        (one, STUDIES[one.study], next_slot(Monthly(one.day, one.hour, one.time_zone), now))
        for one in orders
        if one.study in STUDIES
    ]
    content = {"orders": listed, "studies": STUDIES.values(), "form": OrderForm()}
    return render(request, "reports/subscriptions.html", content)


def _change_order(request: HttpRequest) -> None:
    name = request.POST.get("study", "")
    if name not in STUDIES:
        raise Http404
    deed = request.POST.get("deed")
    form = OrderForm(request.POST)
    if deed == "end":
        actions.unsubscribe(by=request.user, study=name)
        messages.success(request, _("The monthly report has been ended."))
    elif deed == "now":
        _ring(actions.send_now(by=request.user, study=name))
        messages.success(request, _("The report is being made and will be sent by e-mail."))
    elif form.is_valid():
        centre = request.user.centre
        actions.subscribe(
            by=request.user,
            study=name,
            time_zone=centre.time_zone if centre else settings.TIME_ZONE,
            **form.cleaned_data,
        )
        messages.success(request, _("The report will come monthly."))
    else:
        messages.error(request, _("Choose a day from 1 to 28 and an hour from 0 to 23."))


def _ring(asked: Run) -> None:
    """Wake a worker once the row is committed; without Redis the sweeper does it later."""

    def ring() -> None:
        try:
            tasks.execute_run.delay(str(asked.pk))
        except OperationalError:
            log.warning("run %s waits for the sweeper: Redis does not answer", asked.pk)

    transaction.on_commit(ring)

"""The monthly reports of a reader: which are ordered, and how is one ordered, changed and ended?"""

from __future__ import annotations

from datetime import UTC, datetime

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from registry.doorbell import ring_for
from registry.models.user import User
from reports import actions, tasks
from reports.models import Subscription
from reports.schedule import DAYS, HOURS, USUAL_DAY, USUAL_HOUR, Monthly, next_slot
from reports.studies import STUDIES

NOT_ORDERED = gettext_lazy("This report is not ordered.")


class OrderForm(forms.Form):
    """Day and hour of a monthly report."""

    day = forms.IntegerField(
        min_value=DAYS[0],
        max_value=DAYS[1],
        initial=USUAL_DAY,
        label=gettext_lazy("Day of the month"),
    )
    hour = forms.IntegerField(
        min_value=HOURS[0], max_value=HOURS[1], initial=USUAL_HOUR, label=gettext_lazy("Hour")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def subscriptions(request: HttpRequest) -> HttpResponse:
    """The reader's monthly reports: order, change, end, or have one sent now."""
    if request.method == "POST":
        _change_order(request)
        return redirect("subscriptions")
    orders = Subscription.objects.filter(user=request.user, active=True).order_by("study")
    now = datetime.now(UTC)
    listed = [
        (one, STUDIES[one.study], next_slot(Monthly(one.day, one.hour, one.time_zone), now))
        for one in orders
        if one.study in STUDIES
    ]
    ordered = {one.study: {"day": one.day, "hour": one.hour} for one in orders}
    content = {
        "orders": listed,
        "forms": [
            (study, order_form(study.id, ordered.get(study.id)), study.id in ordered)
            for study in STUDIES.values()
        ],
        "time_zone": time_zone_of(request.user),
    }
    return render(request, "reports/subscriptions.html", content)


def order_form(study: str, ordered: dict[str, int] | None = None) -> OrderForm:
    """Several of them stand on one page, so the study is part of their ids."""
    return OrderForm(initial=ordered, auto_id=f"{study}_%s")


def _change_order(request: HttpRequest) -> None:
    name = request.POST.get("study", "")
    if name not in STUDIES:
        raise Http404
    match request.POST.get("deed"):
        case "end":
            _end(request, name)
        case "now":
            _send_now(request, name)
        case "order":
            _order(request, name)
        case _:
            raise Http404


def _end(request: HttpRequest, name: str) -> None:
    if actions.unsubscribe(by=request.user, study=name):
        messages.success(request, _("The monthly report has been ended."))
    else:
        messages.error(request, NOT_ORDERED)


def _send_now(request: HttpRequest, name: str) -> None:
    try:
        asked = actions.send_now(by=request.user, study=name)
    except Subscription.DoesNotExist:
        messages.error(request, NOT_ORDERED)
        return
    ring_for(tasks.execute_run, str(asked.pk))
    messages.success(request, _("The report is being made and will be sent by e-mail."))


def _order(request: HttpRequest, name: str) -> None:
    form = OrderForm(request.POST)
    if not form.is_valid():
        words = _("Choose a day from %d to %d and an hour from %d to %d.")
        messages.error(request, words % (*DAYS, *HOURS))
        return
    zone = time_zone_of(request.user)
    actions.subscribe(by=request.user, study=name, time_zone=zone, **form.cleaned_data)
    messages.success(request, _("The report will come monthly."))


def time_zone_of(reader: User) -> str:
    """The zone in which the reader's clock is read."""
    return reader.centre.time_zone if reader.centre else settings.TIME_ZONE

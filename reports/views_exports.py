"""The export page: which programs, how far an export is, its files, and who has fetched them."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from registry.doorbell import ring_for
from registry.models.centre import Centre
from registry.permissions import may_export, require
from registry.queries import centres_for
from reports import tasks
from reports.actions import NoLongerKept, exports
from reports.exports.programs import PROGRAMS
from reports.models import Export
from reports.queries import exports_for, fetched_for

SHOWN = 50
STOP_ASKING = 286
"""With this status htmx puts the answer in its place and asks no more."""

GONE = gettext_lazy("These files are no longer kept. Make them again.")
WORDS = {
    "spss": gettext_lazy("labels, user-missing values"),
    "stata": gettext_lazy("labels, missing values .a to .f"),
    "sas": gettext_lazy("transport files, formats"),
    "csv": gettext_lazy("UTF-8, with a script that reads it into R"),
}
CHOICES = [(one.kind, one.name, WORDS[one.kind]) for one in PROGRAMS.values()]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Ask for an export; those made before, and each time that files were fetched."""
    require(may_export(request.user), exports.WHAT)
    if request.method == "POST":
        return _ask(request)
    content = {
        **_listed(request),
        "choices": CHOICES,
        "centres": None if request.user.centre else centres_for(request.user),
        "fetched": fetched_for(request.user)[:SHOWN],
        "days": exports.KEPT.days,
    }
    return render(request, "reports/exports.html", content)


@require_safe
@login_required
def rows(request: HttpRequest) -> HttpResponse:
    """The list alone, for a page that looks again while something is being made."""
    require(may_export(request.user), exports.WHAT)
    content = {**_listed(request), "again": True}
    status = 200 if content["unfinished"] else STOP_ASKING
    return render(request, "reports/_exports.html", content, status=status)


@require_safe
@login_required
def download(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The ZIP of a finished export."""
    found = get_object_or_404(exports_for(request.user), pk=pk, state=Export.State.DONE)
    try:
        content = exports.fetch_export(by=request.user, export=found)
    except NoLongerKept:
        messages.error(request, GONE)
        return redirect("exports")
    day = timezone.localdate(found.finished_at).isoformat()
    name = f"engraft-{found.centre.code}-{day}-{found.kind}-{str(found.pk)[:8]}.zip"
    told = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/zip", headers=told)


def _ask(request: HttpRequest) -> HttpResponse:
    kind = request.POST.get("kind", "")
    if kind not in PROGRAMS:
        raise Http404
    asked = exports.request_export(by=request.user, centre=_centre(request), kind=kind)
    ring_for(tasks.make_export, str(asked.pk))
    return redirect("exports")


def _centre(request: HttpRequest) -> Centre:
    """The own centre, or the one that the registry's staff has chosen."""
    if request.user.centre:
        return request.user.centre
    return get_object_or_404(centres_for(request.user), code=request.POST.get("centre", ""))


def _listed(request: HttpRequest) -> dict[str, object]:
    listed = list(exports_for(request.user)[:SHOWN])
    unfinished = [one for one in listed if one.state in Export.UNFINISHED]
    latest = next((one for one in listed if one.by_id == request.user.pk), None)
    return {
        "exports": [(one, PROGRAMS[one.kind].name) for one in listed],
        "unfinished": bool(unfinished),
        "said": _said(latest),
    }


def _said(latest: Export | None) -> str:
    """What a screen reader hears of the latest export."""
    if latest is None:
        return ""
    told = {"program": PROGRAMS[latest.kind].name}
    if latest.state == Export.State.DONE:
        return _("The files for %(program)s are ready.") % told
    if latest.state == Export.State.DEAD:
        return _("The files for %(program)s could not be made.") % told
    return _("The files for %(program)s are being made.") % told

"""The report pages: which studies there are, what was run, a report and its files."""

from __future__ import annotations

import json
import logging
import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from registry.doorbell import ring_for
from registry.permissions import may_run_studies, may_see_taken_out, may_take_out_rows
from reports import actions, tasks
from reports.forms import RunForm
from reports.models import Run, Subscription
from reports.queries import runs_for
from reports.render.files import FILES, IMAGES, OutOfDate, figure_made, made
from reports.replay import NotRepeated
from reports.studies import STUDIES
from reports.views_orders import order_form, time_zone_of

log = logging.getLogger(__name__)

SHOWN = 100
OUT_OF_DATE = gettext_lazy(
    "These results were stored by an older version, which this file cannot be drawn from. "
    "Run the study again on the same cut."
)
CUT_DAMAGED = gettext_lazy(
    "The stored data cut is not as it was taken: its SHA-256 differs. Nothing was taken out."
)
NOT_REPEATED = gettext_lazy("This report does not leave with its data and code: %(why)s.")


@require_safe
@login_required
def studies(request: HttpRequest) -> HttpResponse:
    """Every published study that can be run here."""
    content = {"studies": STUDIES.values(), "may_oversee": may_see_taken_out(request.user)}
    return render(request, "reports/studies.html", content)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def study(request: HttpRequest, name: str) -> HttpResponse:
    """One study: what it asks, run it on a part of the data, order it monthly."""
    if name not in STUDIES:
        raise Http404
    wanted = RunForm(request.user, request.POST if request.method == "POST" else None)
    if wanted.is_valid():
        return _asked(actions.request_run(by=request.user, study=name, **wanted.part))
    order = Subscription.objects.filter(user=request.user, study=name, active=True).first()
    content = {
        "study": STUDIES[name],
        "runs": runs_for(request.user).filter(study=name)[:10],
        "order": order,
        "form": order_form(name),
        "wanted": wanted,
        "days": (wanted["first"], wanted["last"]),
        "time_zone": time_zone_of(request.user),
        "may_run": may_run_studies(request.user),
        "may_oversee": may_see_taken_out(request.user),
    }
    return render(request, "reports/study.html", content, status=422 if wanted.errors else 200)


@require_safe
@login_required
def runs(request: HttpRequest) -> HttpResponse:
    """What was run on the records this reader may see, newest first."""
    found = list(runs_for(request.user)[:SHOWN])
    listed = [
        (STUDIES[name], [one for one in found if one.study == name])
        for name in dict.fromkeys(one.study for one in found)
        if name in STUDIES
    ]
    return render(request, "reports/runs.html", {"runs": listed})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def run(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One report, or how far it is; posted to, it is made again on the same data cut."""
    found = get_object_or_404(runs_for(request.user), pk=pk)
    if request.method == "POST":
        if found.cut is None or found.study not in STUDIES:
            raise Http404
        again = {"cut": found.cut, "period": found.period, "judged": found.judged}
        return _asked(actions.request_run(by=request.user, study=found.study, **again))
    content = {
        "run": found,
        "study": STUDIES.get(found.study),
        "files": FILES,
        "may_run": may_run_studies(request.user) and found.study in STUDIES,
        "may_take_out": may_take_out_rows(request.user, found.centres) and found.study in STUDIES,
        "unfinished": found.state in Run.UNFINISHED,
        "analysed": _analysed(found),
    }
    return render(request, "reports/run.html", content)


def _analysed(found: Run) -> tuple[int, int] | None:
    """How many patients are analysed, of how many; None while there are no results."""
    flow = json.loads(found.results)["flow"] if found.results else ()
    return (flow[-1]["n"], flow[0]["n"]) if flow else None


@require_safe
@login_required
def download(request: HttpRequest, pk: uuid.UUID, what: str) -> HttpResponse:
    """One file of a finished report, named by study and data cut."""
    if what not in FILES:
        raise Http404
    found = get_object_or_404(runs_for(request.user), pk=pk, state=Run.State.DONE)
    file = FILES[what]
    try:
        content = getattr(found, file.kept) if file.kept else made(what, found.results)
    except OutOfDate:
        return _to_be_run_again(request, found)
    return _attached(found, content, file.content_type, file.ending)


@require_safe
@login_required
def download_figure(request: HttpRequest, pk: uuid.UUID, name: str, ending: str) -> HttpResponse:
    """One figure of a finished report, as SVG or PNG."""
    if ending not in IMAGES:
        raise Http404
    found = get_object_or_404(runs_for(request.user), pk=pk, state=Run.State.DONE)
    try:
        content = figure_made(name, ending, found.results)
    except OutOfDate:
        return _to_be_run_again(request, found)
    except KeyError:
        raise Http404 from None
    return _attached(found, content, IMAGES[ending], f"-{name}.{ending}")


@require_safe
@login_required
def download_code(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The data of a finished report and the scripts that compute it anew, for who may take them."""
    found = get_object_or_404(runs_for(request.user), pk=pk, state=Run.State.DONE)
    if found.study not in STUDIES:
        raise Http404
    try:
        content = actions.pack_run(by=request.user, run=found)
    except OutOfDate:
        return _to_be_run_again(request, found)
    except actions.CutDamaged:
        log.critical("run %s: its data cut is damaged", found.pk, exc_info=True)
        return _refused(request, found, CUT_DAMAGED)
    except NotRepeated as fault:
        return _refused(request, found, NOT_REPEATED % {"why": fault})
    return _attached(found, content, "application/zip", "-data-and-code.zip")


def _attached(found: Run, content: bytes | str, content_type: str, ending: str) -> HttpResponse:
    """A file to be kept, named by the study, the day of the data cut and the run."""
    held = content if isinstance(content, str) else bytes(content)
    day = timezone.localdate(found.cut.taken_at).isoformat()
    name = f"{found.study}-{day}-{str(found.pk)[:8]}{ending}"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(held, content_type=content_type, headers=disposition)


def _to_be_run_again(request: HttpRequest, found: Run) -> HttpResponse:
    """An old run keeps its PDF, its page and its results; what is drawn from them is refused."""
    return _refused(request, found, OUT_OF_DATE)


def _refused(request: HttpRequest, found: Run, why: str) -> HttpResponse:
    """Back to the report, with a sentence."""
    messages.error(request, why)
    return redirect("run", found.pk)


def _asked(asked: Run) -> HttpResponse:
    """Wake a worker once the run is committed, and show how far it is."""
    ring_for(tasks.execute_run, str(asked.pk))
    return redirect("run", asked.pk)

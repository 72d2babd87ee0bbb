"""What becomes of an uploaded table? Looked at, imported by a button, given up, or taken back with its errors."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from registry.actions.drop_file import drop_file
from registry.actions.forget_files import FORGOTTEN, emptied_soon
from registry.actions.import_state import NotNow, State
from registry.actions.name_columns import NAMED_IN
from registry.actions.send_file import send_file
from registry.doorbell import ring
from registry.exchange.columns import NOTES, fold
from registry.exchange.progress import progress_words
from registry.models import ImportFile, Submission
from registry.permissions import may_edit, may_see_identity, require
from registry.queries import files_for, submissions_for
from registry.views.import_earlier import earlier_of
from registry.views.import_lines import IMPORTED, Lines
from registry.views.import_words import words_of_table

ON_A_PAGE = 50
MOST_WHOLE = 2000
"""A longer table goes back with the lines that something is said about only: it is written while a person waits."""
UNDER_WAY = (State.QUEUED, State.CHECKING, State.SENT)
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@login_required
def import_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One table: its progress, or its lines by what would become of them."""
    file = get_object_or_404(files_for(request.user), pk=pk)
    if file.state == State.COLUMNS and may_edit(request.user, file.centre_id):
        return redirect("import_columns", file.pk)
    context = (
        progress_of(file) | {"file": file}
        if file.state in UNDER_WAY
        else page_of(request, file, request.GET.get("show", ""))
        | {"earlier": earlier_of(request.user, file)}
    )
    context["emptied_soon"] = emptied_soon(file, timezone.now())
    return render(request, "registry/import_file.html", context)


def page_of(request: HttpRequest, file: ImportFile, wanted: str) -> dict[str, object]:
    """What the page of a judged table shows."""
    lines = Lines(file, request.user)
    tab = lines.tab(wanted)
    asked = request.GET.get("page") or request.POST.get("page")
    page = Paginator(lines.of(tab), ON_A_PAGE).get_page(asked)
    sent = submissions_for(request.user).filter(pk__in=file.lines.values("submission"))
    heard = words_of_table(file)
    return {
        "file": file,
        "lines": lines,
        "tab": tab,
        "page": page,
        "rows": lines.shown(page.object_list, tab),
        "may_import": may_edit(request.user, file.centre_id),
        "wide": len(file.columns) + 1,
        "may_name": file.state in NAMED_IN
        and not lines.counts[IMPORTED]
        and may_edit(request.user, file.centre_id),
        "left_out": left_out(file, meant=False) if file.state != State.DONE else [],
        "left_out_meant": left_out(file, meant=True) if file.state != State.DONE else [],
        "sent": sent if lines.counts[IMPORTED] else (),
        "heard": heard,
        "heard_read": [one for one in heard if one.rows],
        "heard_here": [one for one in heard if not one.rows],
        "heard_open": "words" in request.GET,
    }


def left_out(file: ImportFile, *, meant: bool) -> list[str]:
    """The names of the columns that nothing is read from; our own notes are none of the table's.

    meant : those that somebody left out on purpose, or those of which nobody knows what they mean.
    """
    heads = [
        one["header"]
        for one in file.columns
        if not one["target"] and bool(one.get("meant")) is meant
    ]
    return [one for one in heads if one and fold(one) != fold(NOTES)]


def progress_of(file: ImportFile) -> dict[str, object]:
    """How far a table is, in words and of 100."""
    sent = Submission.objects.filter(pk__in=file.lines.values("submission")).defer("body")
    under_way = sent.order_by("-received_at").first() if file.state == State.SENT else None
    whole = 2 * under_way.cases if under_way else file.rows
    return {
        "progress_words": progress_words(file, under_way),
        "percent": min(100, 100 * file.progress // max(whole, 1)),
    }


@require_safe
@login_required
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far, as the page asks each second; when it is over the whole page is asked for again."""
    file = get_object_or_404(files_for(request.user), pk=pk)
    if file.state not in UNDER_WAY:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "registry/_import_progress.html", progress_of(file) | {"file": file})


@require_POST
@login_required
def send(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The button: import what is new and changed."""
    file = get_object_or_404(files_for(request.user), pk=pk)
    try:
        ring(send_file(by=request.user, file=file))
    except NotNow as refusal:
        messages.warning(request, str(refusal))
    return redirect("import_file", file.pk)


@require_POST
@login_required
def drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the table up; who does so at the page of a later one, named as `then`, stays there."""
    file = get_object_or_404(files_for(request.user), pk=pk)
    try:
        drop_file(by=request.user, file=file)
    except NotNow as refusal:
        messages.warning(request, str(refusal))
    else:
        if then := _then(request):
            said = _("%s is given up, but for what is stored of it.")
            messages.success(request, said % file.name)
            return redirect("import_file", then)
    return redirect("import_file", file.pk)


def _then(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("then", ""))
    except ValueError:
        return None


@require_safe
@login_required
def with_errors(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The table as its owner has it, with what is to be corrected in red; of a long one those lines only."""
    file = get_object_or_404(files_for(request.user), pk=pk)
    require(may_see_identity(request.user, file.centre_id), _("take out a table with identities"))
    if file.state not in (State.READY, State.DONE) or file.head_line == FORGOTTEN:
        raise Http404
    # The library that writes Excel is loaded by whoever writes one (ADR 0008).
    from registry.exchange.coloured import coloured  # noqa: PLC0415

    lines = file.lines.order_by("line")
    if file.rows > MOST_WHOLE:
        lines = lines.exclude(findings=[])
    body = coloured(file, lines.iterator())
    told = {
        "Content-Disposition": 'attachment; filename="to-correct.xlsx"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(body, content_type=EXCEL, headers=told)

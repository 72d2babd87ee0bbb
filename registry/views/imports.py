"""How does a table of the centre come in? Uploaded, looked at, corrected, and imported by a button."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registry.actions.check_file import check_file
from registry.actions.correct_cell import correct_cell
from registry.actions.drop_file import drop_file
from registry.actions.forget_files import FORGOTTEN
from registry.actions.import_state import NotNow, State
from registry.actions.name_columns import NAMED_IN
from registry.actions.send_file import send_file
from registry.actions.upload_file import upload_file
from registry.doorbell import ring, ring_file
from registry.exchange.columns import NOTES, fold
from registry.exchange.progress import progress_words
from registry.exchange.tables import MOST_BYTES, MOST_ROWS, BadTable
from registry.models import ImportFile, Submission
from registry.permissions import may_edit, may_see_identity, may_submit, require
from registry.queries import files_for, submissions_for
from registry.views.import_lines import IMPORTED, Lines
from registry.views.import_list import entries_for

ON_A_PAGE = 50
CHECKED_AT_ONCE = 1000
MOST_WHOLE = 2000
"""A longer table goes back with the lines that something is said about only: it is written while a person waits."""
"""Tables of so many lines at most are judged while the page is asked for."""
UNDER_WAY = (State.QUEUED, State.CHECKING, State.SENT)
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def imports(request: HttpRequest) -> HttpResponse:
    """Tables and batches together, newest first; a table is uploaded here too."""
    wrong = ""
    if request.method == "POST":
        require(may_submit(request.user), "import a table")
        try:
            return redirect("import_file", _take(request).pk)
        except BadTable as bad:
            wrong = str(bad)
    page = Paginator(entries_for(request.user), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "wrong": wrong,
        "may_upload": may_submit(request.user),
        "most_megabytes": MOST_BYTES // 2**20,
        "most_rows": MOST_ROWS,
    }
    return render(request, "registry/imports.html", context, status=422 if wrong else 200)


def _take(request: HttpRequest) -> ImportFile:
    """Keep the uploaded table, and have it judged: a small one at once."""
    sent = request.FILES.get("file")
    if sent is None:
        raise BadTable(_("No file came with it: choose one"))
    if (sent.size or 0) > MOST_BYTES:
        raise BadTable(_("The file is larger than %s MiB: divide it") % (MOST_BYTES // 2**20))
    file = upload_file(by=request.user, name=sent.name or "", body=sent.read())
    have_judged(file)
    return file


def have_judged(file: ImportFile) -> None:
    """Judge a small table now, and ring for a large one; neither, before its columns are named."""
    if file.state != State.QUEUED:
        return
    if file.rows <= CHECKED_AT_ONCE:
        check_file(file_id=file.pk, centre_id=file.centre_id)
    else:
        ring_file(file)


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
    )
    return render(request, "registry/import_file.html", context)


def page_of(request: HttpRequest, file: ImportFile, wanted: str) -> dict[str, object]:
    """What the page of a judged table shows."""
    lines = Lines(file, request.user)
    tab = lines.tab(wanted)
    asked = request.GET.get("page") or request.POST.get("page")
    page = Paginator(lines.of(tab), ON_A_PAGE).get_page(asked)
    sent = submissions_for(request.user).filter(pk__in=file.lines.values("submission"))
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
        "left_out": left_out(file) if file.state != State.DONE else [],
        "sent": sent if lines.counts[IMPORTED] else (),
    }


def left_out(file: ImportFile) -> list[str]:
    """The names of the columns that nothing is read from; our own notes are none of the table's."""
    heads = [one["header"] for one in file.columns if not one["target"]]
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
def cell(request: HttpRequest, pk: UUID, line: int, column: int) -> HttpResponse:
    """Correct one cell; the tab is drawn again, because other lines may change with it."""
    file = get_object_or_404(files_for(request.user), pk=pk)
    row = get_object_or_404(file.lines.all(), line=line)
    before = row.outcome
    said, gone = "", False
    try:
        row = correct_cell(
            by=request.user, row=row, column=column, text=request.POST.get("text", "")
        )
        gone = row.outcome != before
    except IndexError:
        raise Http404 from None
    except NotNow as refusal:
        said = str(refusal)
    file = get_object_or_404(files_for(request.user), pk=pk)
    if not request.htmx:
        return redirect("import_file", file.pk)
    if file.state not in (State.READY, State.DONE):
        return HttpResponse(headers={"HX-Refresh": "true"})
    if gone:
        told = {"line": row.line, "tab": Lines(file, request.user).words[row.outcome]}
        said = _("Line %(line)s is now under “%(tab)s”.") % told
    context = page_of(request, file, request.POST.get("show", "")) | {"said": said}
    return render(request, "registry/_import_lines.html", context)


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
    """Give the table up."""
    file = get_object_or_404(files_for(request.user), pk=pk)
    try:
        drop_file(by=request.user, file=file)
    except NotNow as refusal:
        messages.warning(request, str(refusal))
    return redirect("import_file", file.pk)


@require_safe
@login_required
def with_errors(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The table as its owner has it, with what is to be corrected in red; of a long one those lines only."""
    file = get_object_or_404(files_for(request.user), pk=pk)
    require(may_see_identity(request.user, file.centre_id), "take out a table with identities")
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

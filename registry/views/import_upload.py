"""What came in, and how does a table come in? The list of imports, and the upload above it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from registry.actions.check_file import check_file
from registry.actions.import_state import State
from registry.actions.upload_file import StillWaits, upload_file
from registry.doorbell import ring_file
from registry.exchange.tables import MOST_BYTES, MOST_ROWS, BadTable
from registry.models import ImportFile
from registry.permissions import may_submit, require
from registry.views.import_list import entries_for

ON_A_PAGE = 50
CHECKED_AT_ONCE = 1000
"""Tables of so many lines at most are judged while the page is asked for."""


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def imports(request: HttpRequest) -> HttpResponse:
    """Tables and batches together, newest first; a table is uploaded here too."""
    wrong = ""
    if request.method == "POST":
        require(may_submit(request.user), _("import a table"))
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
    """Keep the uploaded table, and have it judged: a small one at once.

    The very same file that still waits is opened instead, with what was corrected in it.
    """
    sent = request.FILES.get("file")
    if sent is None:
        raise BadTable(_("No file came with it: choose one"))
    if (sent.size or 0) > MOST_BYTES:
        raise BadTable(_("The file is larger than %s MiB: divide it") % (MOST_BYTES // 2**20))
    try:
        file = upload_file(by=request.user, name=sent.name or "", body=sent.read())
    except StillWaits as before:
        messages.warning(request, _uploaded_before(before.file))
        return before.file
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


def _uploaded_before(file: ImportFile) -> str:
    told = {
        "who": file.by.get_username(),
        "when": date_format(timezone.localtime(file.uploaded_at), "d/m/Y H:i T"),
        "name": file.name,
    }
    return (
        _(
            "This very file was uploaded on %(when)s by %(who)s as %(name)s, and still waits: here it "
            "is. To begin anew, give it up first."
        )
        % told
    )

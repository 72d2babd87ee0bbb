"""How is a line of an uploaded table mended on its page? A cell, all cells that say the same, or what is lacking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from registry.actions.answer_missing import NotAsked, answer_missing
from registry.actions.correct_cell import correct_alike, correct_cell, line_is_gone
from registry.actions.import_state import NotNow, State
from registry.models import ImportRow
from registry.queries import files_for
from registry.views.import_lines import Lines
from registry.views.import_upload import have_judged
from registry.views.imports import page_of

Mend = Callable[[ImportRow], Sequence[ImportRow]]


@require_POST
@login_required
def cell(request: HttpRequest, pk: UUID, line: int, column: int) -> HttpResponse:
    """Correct one cell, or every one with the same words, and draw the tab again."""
    text, seen = request.POST.get("text", ""), request.POST.get("columns", "")
    columns = int(seen) if seen.isdecimal() else None

    def mend(row: ImportRow) -> Sequence[ImportRow]:
        told = {"by": request.user, "row": row, "column": column, "text": text}
        if request.POST.get("alike"):
            return correct_alike(**told, columns=columns)
        return [correct_cell(**told, columns=columns)]

    return _mended(request, pk, line, mend)


@require_POST
@login_required
def missing(request: HttpRequest, pk: UUID, line: int, target: str) -> HttpResponse:
    """Answer what the table has no column for, in this line or in every one that lacks it."""
    text, alike = request.POST.get("text", ""), bool(request.POST.get("alike"))

    def mend(row: ImportRow) -> Sequence[ImportRow]:
        return answer_missing(by=request.user, row=row, target=target, text=text, alike=alike)

    return _mended(request, pk, line, mend)


def _mended(request: HttpRequest, pk: UUID, line: int, mend: Mend) -> HttpResponse:
    """The tab as it is afterwards: other lines may have changed with the mended ones."""
    file = get_object_or_404(files_for(request.user), pk=pk)
    row = file.lines.filter(line=line).first()
    rows: Sequence[ImportRow] = ()
    before, said = (row.outcome, "") if row else ("", line_is_gone())
    try:
        rows = mend(row) if row else ()
    except (IndexError, NotAsked):
        raise Http404 from None
    except NotNow as refusal:
        said = str(refusal)
    file = get_object_or_404(files_for(request.user), pk=pk)
    have_judged(file)
    if not request.htmx:
        return redirect("import_file", file.pk)
    if file.state not in (State.READY, State.DONE):
        return HttpResponse(headers={"HX-Refresh": "true"})
    said = said or _said(Lines(file, request.user), rows, before)
    context = page_of(request, file, request.POST.get("show", "")) | {"said": said}
    return render(request, "registry/_import_lines.html", context)


def _said(lines: Lines, rows: Sequence[ImportRow], before: str) -> str:
    """Where the mended lines are now."""
    gone = [one for one in rows if one.outcome != before]
    if len(rows) == 1 and gone:
        told = {"line": gone[0].line, "tab": lines.words[gone[0].outcome]}
        return _("Line %(line)s is now under “%(tab)s”.") % told
    left = sum(one.outcome == ImportRow.Outcome.REJECTED for one in rows)
    if not rows or (len(rows) == 1 and left):
        return ""
    says = ngettext("%(n)s line is corrected", "%(n)s lines are corrected", len(rows))
    says = says % {"n": len(rows)}
    if left:
        rest = ngettext("%(n)s has more to correct", "%(n)s have more to correct", left)
        return f"{says}; {rest % {'n': left}}."
    return f"{says}."

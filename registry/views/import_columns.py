"""What does each column of a table mean? Asked only where the words above it do not tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from registry.actions.import_state import NotNow
from registry.actions.name_columns import NAMED_IN, name_columns
from registry.exchange.columns import BadColumns, Target, fold, targets
from registry.exchange.tables import read_table
from registry.models import ImportFile
from registry.permissions import may_edit, require
from registry.queries import files_for
from registry.views.imports import have_judged

EXAMPLES = 3
LONGEST = 40


@dataclass(frozen=True)
class Column:
    """A column to be named: what stands in it, and the words chosen for it."""

    header: str
    examples: Sequence[str]
    chosen: str
    wrong: str


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Name the columns; what is left empty is left out."""
    file = get_object_or_404(files_for(request.user), pk=pk)
    require(may_edit(request.user, file.centre_id), "name the columns of this table")
    if file.state not in NAMED_IN:
        return redirect("import_file", file.pk)
    known = targets()
    words = {one.value: words_of(one) for one in known}
    typed = [words.get(one["target"], "") for one in file.columns]
    refused, unknown = "", set[int]()
    if request.method == "POST":
        typed = [request.POST.get(f"column-{place}", "").strip() for place in range(len(typed))]
        chosen = [target_of(one, known) for one in typed]
        unknown = {place for place, one in enumerate(chosen) if one is None}
        if not unknown:
            try:
                file = name_columns(
                    by=request.user, file=file, targets=[one or "" for one in chosen]
                )
            except BadColumns as bad:
                refused = str(bad)
            except NotNow as late:
                messages.warning(request, str(late))
                return redirect("import_file", file.pk)
            else:
                have_judged(file)
                return redirect("import_file", file.pk)
    context = {
        "file": file,
        "columns": _columns(file, typed, unknown),
        "targets": [words_of(one) for one in known],
        "refused": refused,
        "unknown": len(unknown),
        "open": sum(1 for one in typed if not one),
    }
    status = 422 if refused or unknown else 200
    return render(request, "registry/import_columns.html", context, status=status)


def words_of(target: Target) -> str:
    """A target as the list shows it."""
    return f"{target.group}: {target.label}"


def target_of(typed: str, known: Sequence[Target]) -> str | None:
    """The target that these words name; "" for none; None where they name nothing."""
    if not typed:
        return ""
    for words in (words_of, lambda one: one.value, lambda one: one.label):
        found = [one.value for one in known if fold(words(one)) == fold(typed)]
        if len(found) == 1:
            return found[0]
    return None


def _columns(file: ImportFile, typed: Sequence[str], unknown: set[int]) -> list[Column]:
    table = read_table(file.name, bytes(file.body))
    wrong = _("Choose from the list, or leave it empty")
    return [
        Column(
            header=one["header"],
            examples=_examples([texts[place] for _line, texts in table.rows]),
            chosen=typed[place],
            wrong=wrong if place in unknown else "",
        )
        for place, one in enumerate(file.columns)
    ]


def _examples(texts: Sequence[str]) -> list[str]:
    distinct = dict.fromkeys(one for one in texts if one)
    return [one if len(one) <= LONGEST else f"{one[:LONGEST]}…" for one in [*distinct][:EXAMPLES]]

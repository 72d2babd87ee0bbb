"""What does each column of a table mean? Asked only where the words above it do not tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from registry.actions.forget_files import emptied_soon
from registry.actions.import_state import NotNow, State
from registry.actions.name_columns import (
    NAMED_IN,
    Overtaken,
    Widened,
    name_columns,
    remembered_by,
)
from registry.actions.save_draft import drop_draft
from registry.exchange.columns import BadColumns, Target, bad_unit, fold, targets
from registry.exchange.guesses import How, Meaning, meanings
from registry.exchange.tables import read_table
from registry.models import ImportFile
from registry.permissions import may_edit, require
from registry.queries import files_for
from registry.views.columns_meanwhile import Merged, merged
from registry.views.drafts import Shown, discarded, draft_at, keep_typed, told_of_draft
from registry.views.import_upload import have_judged

EXAMPLES = 3
LONGEST = 40


@dataclass(frozen=True)
class Column:
    """A column to be named: what stands in it, the words chosen for it, and where they are from.

    said : what the page says by itself. how : of `How`, or "" where a person has chosen the words.
    typed : what the reader had typed, where others named the column otherwise meanwhile. fits :
    what else may be meant, as the list shows it. wrong : why it cannot stay so. but : why none of
    `fits` can be meant as the heading is now.
    """

    header: str
    examples: Sequence[str]
    chosen: str
    said: str
    typed: str
    how: str
    fits: Sequence[str]
    wrong: str
    but: str


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Name the columns; what is left empty is left out."""
    file = get_object_or_404(files_for(request.user), pk=pk)
    require(may_edit(request.user, file.centre_id), _("name the columns of this table"))
    if file.state not in NAMED_IN:
        return redirect("import_file", file.pk)
    if request.method == "POST":
        return _answered(request, file)
    place = _place(file)
    if draft := draft_at(request, (place,), place):
        return _page(request, file, _typed(draft.fields, file), sent=draft.fields, draft=draft)
    return _page(request, file, _as_named(file))


@require_POST
@login_required
def column_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep what is typed on the page that names the columns, or drop it with `discard`."""
    file = get_object_or_404(files_for(request.user), pk=pk)
    require(may_edit(request.user, file.centre_id), _("name the columns of this table"))
    if "discard" in request.POST:
        place = _place(file)
        return discarded(request, (place,), place)
    return told_of_draft(_kept(request, file))


def _kept(request: HttpRequest, file: ImportFile) -> datetime | None:
    """Keep the words that came as their writer's draft; None where the page says the same by itself."""
    typed, place, now = _typed(request.POST, file), _place(file), _as_named(file)
    both = _beside_newer(file, typed, now, request.POST)
    if file.state in NAMED_IN and (both.words != now[: len(typed)] or any(both.instead)):
        return keep_typed(request, None, place)
    drop_draft(by=request.user, places=(place,))
    return None


def _place(file: ImportFile) -> str:
    """Where the page is, and its draft."""
    return reverse("import_columns", args=[file.pk])


def _as_named(file: ImportFile) -> list[str]:
    """The words that the page fills in by itself."""
    # Of a table that waits for names, what the centre has said since it came counts too.
    told = [one["target"] for one in file.columns]
    if file.state == State.COLUMNS:
        told = [one.target for one in _meanings(file)]
    words = {one.value: words_of(one) for one in targets()}
    return [words.get(one, "") for one in told]


def _beside_newer(
    file: ImportFile, typed: Sequence[str], now: Sequence[str], sent: QueryDict
) -> Merged:
    return merged(typed, now, sent, named=file.state != State.COLUMNS)


def _typed(sent: QueryDict, file: ImportFile) -> list[str]:
    """What stands in the page's boxes.

    A column that was added since the page was shown was not asked, which is not left out.
    """
    places = range(min(_shown(sent), len(file.columns)))
    return [sent.get(f"column-{place}", "").strip() for place in places]


def _answered(request: HttpRequest, file: ImportFile) -> HttpResponse:
    """Name them as they are typed, or show the page again with what is wrong."""
    known, typed = targets(), _typed(request.POST, file)
    # If it is refused the page may be left all the same.
    _kept(request, file)
    if _beside_newer(file, typed, _as_named(file), request.POST).missed:
        return _overtaken(request, file, typed)
    chosen = [one for one in (target_of(words, known) for words in typed) if one is not None]
    if len(chosen) < len(typed):
        return _page(request, file, typed, status=422)
    try:
        file = name_columns(by=request.user, file=file, targets=chosen)
    except BadColumns as bad:
        return _page(request, file, typed, refused=str(bad), status=422)
    except Overtaken:
        file.refresh_from_db(fields=["columns", "state"])
        return _overtaken(request, file, typed)
    except Widened as wider:
        file.refresh_from_db(fields=["columns"])
        return _page(request, file, typed, refused=str(wider), status=409)
    except NotNow as late:
        messages.warning(request, str(late))
    else:
        have_judged(file)
    drop_draft(by=request.user, places=(_place(file),))
    return redirect("import_file", file.pk)


def _overtaken(request: HttpRequest, file: ImportFile, typed: Sequence[str]) -> HttpResponse:
    says = _(
        "Somebody else, or you in another window, named columns since this page was opened: "
        "that is shown now, and nothing of it is taken back. Look again"
    )
    return _page(request, file, typed, sent=request.POST, refused=says, status=409)


def _shown(sent: QueryDict) -> int:
    """How many columns the page had that is answered; 0 where it does not say so."""
    told = sent.get("columns", "")
    return int(told) if told.isdecimal() and len(told) < LONGEST else 0


def _page(
    request: HttpRequest,
    file: ImportFile,
    typed: Sequence[str],
    *,
    sent: QueryDict | None = None,
    refused: str = "",
    status: int = 200,
    draft: Shown | None = None,
) -> HttpResponse:
    """The page with these words; with `sent`, a page that knew what it said by itself, beside a
    newer naming."""
    known, now = targets(), _as_named(file)
    both = _beside_newer(file, typed, now, sent or QueryDict())
    words = {one.value: words_of(one) for one in known}
    added = [words.get(one["target"], "") for one in file.columns[len(typed) :]]
    shown = _columns(file, [*both.words, *added], now, both.instead, known)
    wrong = [one.wrong for one in shown if one.wrong]
    context = {
        "file": file,
        "draft": draft,
        "newer": both.missed,
        "named": file.state != State.COLUMNS,
        "emptied_soon": emptied_soon(file, timezone.now()),
        "columns": shown,
        "targets": [words_of(one) for one in known],
        # A sentence that stands at its column is not said twice.
        "refused": "" if refused in wrong else refused,
        "wrong": len(wrong),
        "open": sum(one.how == How.ASKED for one in shown),
        "guessed": sum(one.how == How.GUESSED for one in shown),
    }
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


def _meanings(file: ImportFile) -> list[Meaning]:
    headers = [one["header"] for one in file.columns]
    return meanings(headers, remembered_by(file.centre_id))


def _columns(
    file: ImportFile,
    typed: Sequence[str],
    now: Sequence[str],
    instead: Sequence[str],
    known: Sequence[Target],
) -> list[Column]:
    rows = read_table(file.name, bytes(file.body)).rows
    words = {one.value: words_of(one) for one in known}
    out = []
    for place, found in enumerate(_meanings(file)):
        header, chosen = file.columns[place]["header"], target_of(typed[place], known)
        hindered = [bad_unit(header, one) for one in found.fits]
        out.append(
            Column(
                header=header,
                examples=_examples(
                    [one for _line, texts in rows for one in texts[place : place + 1]]
                ),
                chosen=typed[place],
                said=now[place],
                typed=next(iter(instead[place : place + 1]), ""),
                how=found.how if chosen == found.target else "",
                fits=[words[one] for one in found.fits],
                wrong=_wrong(header, chosen),
                but=hindered[0] if not chosen and hindered and all(hindered) else "",
            )
        )
    return out


def _wrong(header: str, chosen: str | None) -> str:
    if chosen is None:
        return _("Choose from the list, or leave it empty")
    return bad_unit(header, chosen)


def _examples(texts: Sequence[str]) -> list[str]:
    distinct = dict.fromkeys(one for one in texts if one)
    return [one if len(one) <= LONGEST else f"{one[:LONGEST]}…" for one in [*distinct][:EXAMPLES]]

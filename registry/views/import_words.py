"""Which words of a table are read as the centre answered them before? Told on its page, changed and taken back there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from registry.actions.answer_word import NotTold, answer_word, forget_word, read_again, words_read
from registry.actions.correct_cell import CORRECTED_IN
from registry.actions.import_state import NotNow
from registry.exchange.choices import Choices, choices_of
from registry.exchange.columns import item_of
from registry.exchange.heard import Heard
from registry.models import ImportFile, ImportWord
from registry.queries import files_for
from registry.views.import_upload import have_judged


@dataclass(frozen=True)
class Word:
    """A word, and what it is read as.

    rows : of this table, those that were read so; none of a word that was answered in it for all rows,
    whose cells hold the answer. since : the centre says otherwise since these rows were read, "" for
    what it says still. by, at : who answered it last, and when; nothing where it is taken back.
    """

    target: str
    label: str
    word: str
    says: str
    rows: int
    since: str
    by: str
    at: datetime | None
    choices: Choices


def words_of_table(file: ImportFile) -> list[Word]:
    """The words by which its lines are read, and then those that were answered in it."""
    if file.state not in CORRECTED_IN:
        return []
    known = {
        (one.target, one.word): one
        for one in ImportWord.objects.filter(centre=file.centre_id).select_related("by")
    }
    read = [(Heard.of(text), rows) for text, rows in words_read(file).items()]
    out = [_word(one, rows, known.get((one.target, one.word))) for one, rows in read]
    shown = {(one.target, one.word) for one, _rows in read}
    here = (one for at, one in known.items() if at not in shown and one.file_id == file.pk)
    out += [_word(_heard(one), 0, one) for one in here]
    return sorted(out, key=lambda one: (not one.rows, one.label, one.word))


def _heard(one: ImportWord) -> Heard:
    return Heard(one.target, one.word, one.means)


def _word(told: Heard, rows: int, kept: ImportWord | None) -> Word:
    found = item_of(told.target)
    since = "" if kept and kept.means == told.means else _("it is taken back since")
    if kept and kept.means != told.means:
        since = _("since then it is answered otherwise: %s") % _heard(kept).says
    return Word(
        target=told.target,
        label=f"{found[0].label}: {found[1].label}" if found else told.target,
        word=told.word,
        says=told.says,
        rows=rows,
        since=since,
        by=kept.by.get_username() if kept else "",
        at=kept.at if kept else None,
        choices=choices_of(told.target),
    )


@require_POST
@login_required
def word(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer a word otherwise, take it back, or read its lines again."""
    file = get_object_or_404(files_for(request.user), pk=pk)
    about = {name: request.POST.get(name, "") for name in ("target", "word")}
    if any("\0" in one for one in about.values()):
        raise Http404  # the database can hold no such word
    try:
        if "forget" in request.POST:
            file = forget_word(by=request.user, file=file, **about)
            said = _("“%s” is asked again from now on")
        elif "again" in request.POST:
            file = read_again(by=request.user, file=file, **about)
            said = _("The rows with “%s” are read again")
        else:
            text = request.POST.get("text", "")
            file = answer_word(by=request.user, file=file, text=text, **about)
            said = _("“%s” is read so from now on")
    except NotTold:
        raise Http404 from None
    except NotNow as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, said % about["word"])
        have_judged(file)
    return redirect(f"{reverse('import_file', args=[file.pk])}?words=1")

"""A data manager says otherwise, or takes back, what a word of the centre's tables means."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import Count, F, Func, QuerySet
from django.utils.translation import gettext as _

from registry.actions.correct_cell import CORRECTED_IN, judge_rows, open_rows
from registry.actions.import_state import NotNow, changing
from registry.actions.patients_words import is_a_patients
from registry.actions.remembered_words import forget, remember
from registry.dictionary.values import BadValue
from registry.exchange.heard import Heard, may_be_remembered, told_of
from registry.models import ImportFile, ImportRow, ImportWord, User


class NotTold(LookupError):
    """Neither the centre nor a line of the table knows the word."""


def answer_word(*, by: User, file: ImportFile, target: str, word: str, text: str) -> ImportFile:
    """From now on the word means what `text` says, and the lines that were read by it are judged again.

    target : the item of its column. text : the answer, as a cell would say it. Where there are very many
    lines the file is QUEUED afterwards, and the caller rings. What is stored stays. Raises
    NotTold, NotNow, PermissionDenied.
    """
    with _deciding(by, file, target, word) as (now, rows):
        try:
            told = told_of(target, word, text)
        except BadValue as bad:
            raise NotNow(str(bad)) from None
        if not may_be_remembered(target, word) or is_a_patients(now, word):
            says = _("This may be a patient's own, and is not remembered: it can be taken back")
            raise NotNow(says)
        if told is None:
            raise NotNow(_("Nothing was chosen, and nothing is changed"))
        remember(by=by, file=now, told=told)
        _judge(now, rows)
    return now


def forget_word(*, by: User, file: ImportFile, target: str, word: str) -> ImportFile:
    """From now on the word is asked again; the lines that were read by it are judged without."""
    with _deciding(by, file, target, word) as (now, rows):
        forget(file=now, target=target, word=word)
        _judge(now, rows)
    return now


def read_again(*, by: User, file: ImportFile, target: str, word: str) -> ImportFile:
    """Judge the lines that were read by a word once more: it was answered otherwise in another table."""
    with _deciding(by, file, target, word) as (now, rows):
        _judge(now, rows)
    return now


def words_read(file: ImportFile) -> dict[str, int]:
    """The words by which open lines of the file were read, as `Heard.text`, each with so many lines."""
    each = open_rows(file).order_by().annotate(entry=Func(F("read_as"), function="unnest"))
    return dict(each.values("entry").annotate(times=Count("pk")).values_list("entry", "times"))


@contextmanager
def _deciding(
    by: User, file: ImportFile, target: str, word: str
) -> Iterator[tuple[ImportFile, QuerySet[ImportRow]]]:
    """One transaction with the file locked, and its lines that were read by this word."""
    pk: uuid.UUID = file.pk
    with changing(by=by, centre_id=file.centre_id, file_id=pk) as now:
        if now.state not in CORRECTED_IN:
            raise NotNow(_("The table is being judged or stored, or it is over"))
        rows = _read_by(now, target, word)
        told = ImportWord.objects.filter(centre=now.centre_id, target=target, word=word)
        if not rows.exists() and not told.exists():
            raise NotTold(target)
        yield now, rows


def _read_by(file: ImportFile, target: str, word: str) -> QuerySet[ImportRow]:
    each = {one: Heard.of(one) for one in words_read(file)}
    entries = [text for text, one in each.items() if (one.target, one.word) == (target, word)]
    rows = open_rows(file)
    return rows.filter(read_as__overlap=entries) if entries else rows.none()


def _judge(file: ImportFile, rows: QuerySet[ImportRow]) -> None:
    if told := list(rows):
        judge_rows(file, told)

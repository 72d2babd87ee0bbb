"""Which lines wait in two tables? Of a table that is uploaded once more, the later upload has them alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from registry.actions.forget_files import FORGOTTEN
from registry.actions.import_state import LONGEST, State
from registry.exchange.columns import NOTES, fold
from registry.models import ImportFile, ImportRow

JUDGED = (State.READY, State.SENT, State.DONE)
LONGEST_NAME = 80

Column = tuple[str, int]
"""A column by its folded words, and which one of those with these words it is."""
Cells = Mapping[Column, str]


def take_over(file: ImportFile) -> None:
    """Have each line of `file`, which was just judged, wait in one table only: the latest.

    A line of an earlier table is the same if the later one has all its columns, and a line of the
    same patient or at the same place with the same cells, but for those that were in error. What
    is stored is left alone. A table in which nothing waits any more is over. Runs inside
    `audit.writing`.
    """
    tables = ImportFile.objects.filter(centre=file.centre_id).defer("body")
    tables = tables.exclude(head_line=FORGOTTEN).order_by("-uploaded_at")
    for earlier in tables.filter(uploaded_at__lt=file.uploaded_at, state=State.READY):
        _hand_over(earlier, file)
    # A table that is judged anew has all its lines again.
    for later in tables.filter(uploaded_at__gt=file.uploaded_at, state__in=JUDGED):
        _hand_over(file, later)


def _hand_over(earlier: ImportFile, later: ImportFile) -> None:
    """Take from the earlier table what stands in the later one."""
    columns, there = _columns(earlier), _columns(later)
    if not columns.keys() <= there.keys():
        return
    locked = ImportFile.objects.select_for_update(of=("self",)).defer("body")
    now = locked.filter(pk=earlier.pk, state=State.READY).first()
    if now is None:
        return
    mine, its = _alike(_open(now), later.lines.all()), _alike(later.lines.all(), _open(now))
    by_key: dict[str, list[Cells]] = defaultdict(list)
    by_line: dict[int, list[Cells]] = defaultdict(list)
    for row in its:
        cells = _cells(row, there)
        by_line[row.line].append(cells)
        if row.key:
            by_key[row.key].append(cells)
    same = []
    for row in mine:
        told = _cells(row, columns)
        sure = {name: text for name, text in told.items() if columns[name] not in _wrong(row)}
        others = [*by_line[row.line], *by_key.get(row.key, ())]
        if sure and any(sure.items() <= one.items() for one in others):
            same.append(row.pk)
    if same:
        ImportRow.objects.filter(pk__in=same).delete()
        _settle(now, later, len(same))


def _settle(file: ImportFile, later: ImportFile, taken: int) -> None:
    """Say where the lines went; where nothing is left to do, the table is over."""
    words = {"n": taken, "name": later.name[-LONGEST_NAME:]}
    says = ngettext(
        "%(n)s line that waited here stands in %(name)s too, which was uploaded later: see there.",
        "%(n)s lines that waited here stand in %(name)s too, which was uploaded later: see there.",
        taken,
    )
    file.failure = (says % words)[:LONGEST]
    if not _open(file).exists():
        file.finished_at = timezone.now()
        file.state = State.DONE
        if not file.lines.exclude(submission=None).exists():
            file.lines.all().delete()
            file.state, file.body = State.DROPPED, b""
            file.save(update_fields=["body"])
    file.save(update_fields=["state", "failure", "finished_at"])


def _open(file: ImportFile) -> QuerySet[ImportRow]:
    """Lines in which something waits to be corrected or stored."""
    return file.lines.filter(submission=None).exclude(outcome=ImportRow.Outcome.SAME)


def _alike(rows: QuerySet[ImportRow], others: QuerySet[ImportRow]) -> QuerySet[ImportRow]:
    """Those that have the patient, or the place, of one of the others."""
    keys, lines = others.exclude(key="").values("key"), others.values("line")
    return rows.filter(Q(key__in=keys) | Q(line__in=lines))


def _columns(file: ImportFile) -> dict[Column, int]:
    """The places of the columns; without our own notes, and those without words."""
    out: dict[Column, int] = {}
    seen: Counter[str] = Counter()
    for place, one in enumerate(file.columns):
        words = fold(one["header"])
        if words and words != fold(NOTES):
            out[words, seen[words]] = place
            seen[words] += 1
    return out


def _cells(row: ImportRow, columns: Mapping[Column, int]) -> dict[Column, str]:
    """What stands in a line; of one that is older than a column, nothing."""
    texts = row.texts
    return {
        name: " ".join(texts[place].split()) if place < len(texts) else ""
        for name, place in columns.items()
    }


def _wrong(row: ImportRow) -> set[object]:
    """The places of the cells that are in error."""
    return {one["column"] for one in row.findings if one["severity"] == "error"}

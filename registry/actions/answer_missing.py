"""A data manager answers, in place, what an imported table has no column for: the column is added."""

from __future__ import annotations

from django.utils.translation import gettext as _

from registry.actions.check_file import write_rows
from registry.actions.correct_cell import correcting, keep_texts, open_rows, put
from registry.actions.import_state import NotNow, begin_again
from registry.exchange.columns import fold, item_of
from registry.models import ImportFile, ImportRow, User


class NotAsked(LookupError):
    """The line does not lack this answer."""


def answer_missing(
    *, by: User, row: ImportRow, target: str, text: str, alike: bool = False
) -> list[ImportRow]:
    """Add a column for the item to the table, write the answer into the line, and judge it.

    target : the item, as a finding of the line names it in `asks`. alike : answer it in every
    line that is told the same. Returns the answered lines, this one first. Where there are very
    many, or a column that was left out counts again, the file is QUEUED afterwards, and the caller
    rings. Raises NotAsked, NotNow.
    """
    with correcting(by=by, row=row) as (file, now):
        said = next((one["says"] for one in now.findings if one.get("asks") == target), None)
        if said is None or item_of(target) is None:
            raise NotAsked(target)
        if not text.strip():
            raise NotNow(_("Nothing was chosen, and nothing is changed"))
        column, again = _column_of(file, target)
        told = open_rows(file).filter(findings__contains=[{"asks": target, "says": said}])
        rows = list(told if alike else told.filter(pk=now.pk))
        rows.sort(key=lambda one: one.pk != now.pk)
        done = put(file, rows, column, text)
        if again:
            begin_again(file)
        return done


def _column_of(file: ImportFile, target: str) -> tuple[int, bool]:
    """The place of the item's column, which is added at the end where there is none.

    True with one that was added before and left out since: what stands in it counts again, also
    in other lines.
    """
    targets = [one["target"] for one in file.columns]
    if target in targets:
        return targets.index(target), False
    column = {"header": _header(target), "target": target, "added": True}
    out = (
        place
        for place, one in enumerate(file.columns)
        if one.get("added") and not one["target"] and one["header"] == column["header"]
    )
    place = next(out, -1)
    again = place >= 0
    if again:
        file.columns[place] = column
    else:
        _make_room(file)
        place = len(targets)
        file.columns = [*file.columns, column]
    file.save(update_fields=["columns"])
    return place, again


def _header(target: str) -> str:
    """Words above the new column that mean this item alone, when the table comes back."""
    found = item_of(target)
    assert found is not None, "asked of items only"
    type_, item = found
    alike = [one for one in type_.items if fold(one.label) == fold(item.label)]
    return f"{type_.label}: {item.label}" if len(alike) == 1 else target


def _make_room(file: ImportFile) -> None:
    """What stands beyond the last column of a line goes on standing there: it is no answer."""
    width = len(file.columns)
    # What is said of no cell and by no rule: among it, that there are too many cells.
    told = open_rows(file).filter(findings__contains=[{"column": None, "rule": None}])
    longer = [one for one in told if len(one.texts) > width]
    for row in longer:
        keep_texts(row, [*row.texts[:width], "", *row.texts[width:]])
    write_rows(longer)

"""A data manager says what the columns of a table are; the centre's next table is understood alone."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from registry.actions.import_state import NotNow, State, begin_again, changing
from registry.exchange.columns import check, fold, repeated
from registry.exchange.guesses import meanings
from registry.models import ImportFile, ImportMapping, User


class Widened(NotNow):
    """A column was added to the table since these were named."""


class Overtaken(NotNow):
    """Somebody else has named the columns since they were looked at."""


NAMED_IN = (State.COLUMNS, State.READY, State.QUEUED)


def name_columns(*, by: User, file: ImportFile, targets: Sequence[str]) -> ImportFile:
    """Settle the target of each column, "" for those left out, and have the lines judged.

    file : as it was looked at. Remembered for the centre by the words above each column. Raises
    BadColumns for targets that make no sense together, Widened for another number of columns than
    the table has, Overtaken where they have other names by now than in file, NotNow once something
    of it was sent, PermissionDenied.
    """
    with changing(by=by, centre_id=file.centre_id, file_id=file.pk) as now:
        if now.state not in NAMED_IN or now.lines.exclude(submission=None).exists():
            raise NotNow(_("The columns cannot be named any more: upload the file again"))
        if len(targets) != len(now.columns):
            raise Widened(_("The table was changed meanwhile: a column was added. Look again"))
        if _targets(now) != _targets(file):
            raise Overtaken
        headers = [one["header"] for one in now.columns]
        check(targets, headers)
        now.columns = _named(now, targets)
        now.save(update_fields=["columns"])
        begin_again(now)
        twice = repeated(headers)
        named = {fold(one): target for one, target in zip(headers, targets, strict=True)}
        _remember(now, {one: target for one, target in named.items() if one not in twice})
    return now


def _targets(file: ImportFile) -> list[str]:
    return [one["target"] for one in file.columns]


def _named(file: ImportFile, targets: Sequence[str]) -> list[dict[str, object]]:
    """The columns with these targets. Of one that is left out "meant" tells that somebody took a
    meaning away, or left it out before; of the others nobody knows what they mean."""
    headers = [one["header"] for one in file.columns]
    known = remembered_by(file.centre_id)
    found = meanings(headers, known)
    out = []
    for column, target, guess in zip(file.columns, targets, found, strict=True):
        named = {**column, "target": target}
        named.pop("meant", None)
        if not target and (column["target"] or guess.target or fold(column["header"]) in known):
            named["meant"] = True
        out.append(named)
    return out


def remembered_by(centre_id: int) -> dict[str, str]:
    """What the centre named its columns before: targets by folded header. Inside its scope."""
    mappings = ImportMapping.objects.filter(centre=centre_id)
    return dict(mappings.values_list("header", "target"))


def _remember(file: ImportFile, targets: dict[str, str]) -> None:
    ImportMapping.objects.bulk_create(
        [
            ImportMapping(centre_id=file.centre_id, header=header, target=target)
            for header, target in targets.items()
            if header
        ],
        update_conflicts=True,
        unique_fields=["centre", "header"],
        update_fields=["target"],
    )

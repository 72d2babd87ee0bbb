"""A data manager says what the columns of a table are; the centre's next table is understood alone."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from registry.actions.import_state import NotNow, State, begin_again, changing
from registry.exchange.columns import check, fold, repeated
from registry.models import ImportFile, ImportMapping, User


class Widened(NotNow):
    """A column was added to the table since these were named."""


NAMED_IN = (State.COLUMNS, State.READY, State.QUEUED)


def name_columns(*, by: User, file: ImportFile, targets: Sequence[str]) -> ImportFile:
    """Settle the target of each column, "" for those left out, and have the lines judged.

    Remembered for the centre by the words above each column. Raises BadColumns for targets that
    make no sense together, Widened for another number of columns than the table has, NotNow once
    something of the file was sent, PermissionDenied.
    """
    with changing(by=by, centre_id=file.centre_id, file_id=file.pk) as now:
        if now.state not in NAMED_IN or now.lines.exclude(submission=None).exists():
            raise NotNow(_("The columns cannot be named any more: upload the file again"))
        if len(targets) != len(now.columns):
            raise Widened(_("The table was changed meanwhile: a column was added. Look again"))
        headers = [one["header"] for one in now.columns]
        check(targets, headers)
        now.columns = [
            {**one, "target": target} for one, target in zip(now.columns, targets, strict=True)
        ]
        now.save(update_fields=["columns"])
        begin_again(now)
        twice = repeated(headers)
        named = {fold(one): target for one, target in zip(headers, targets, strict=True)}
        _remember(now, {one: target for one, target in named.items() if one not in twice})
    return now


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

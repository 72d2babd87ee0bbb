"""Which tables wait that a later one, with the same columns, may be meant to replace? Told, never acted upon."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import Upper

from registry.actions.import_state import State
from registry.exchange.columns import NOTES, fold
from registry.models import ImportFile, ImportRow, User
from registry.queries import files_for

JUDGED = (State.READY, State.DONE)


@dataclass(frozen=True)
class Earlier:
    """An earlier table, how many of its lines wait, and how many of them have a patient of the later one."""

    file: ImportFile
    lines: int
    shared: int


def earlier_of(user: User, later: ImportFile) -> list[Earlier]:
    """The earlier tables of the centre with the columns of this one, in which lines wait; newest first."""
    if later.state not in JUDGED:
        return []
    waiting = files_for(user).filter(
        centre=later.centre_id, state=State.READY, uploaded_at__lt=later.uploaded_at
    )
    alike = [one for one in waiting if same_columns(one.columns, later.columns)]
    if not alike:
        return []
    keys = later.lines.exclude(key="").order_by().values(folded=Upper("key"))
    counted = {
        file: (lines, shared)
        for file, lines, shared in ImportRow.objects.filter(file__in=alike, submission=None)
        .exclude(outcome=ImportRow.Outcome.SAME)
        .annotate(folded=Upper("key"))
        .order_by()
        .values("file")
        .annotate(lines=Count("pk"), shared=Count("pk", filter=Q(folded__in=keys)))
        .values_list("file", "lines", "shared")
    }
    return [Earlier(one, *counted[one.pk]) for one in alike if one.pk in counted]


def later_names(user: User, waiting: Collection[ImportFile]) -> Mapping[UUID, str]:
    """Of the tables that wait, the name of the latest one that came later with the same columns."""
    if not waiting:
        return {}
    later = files_for(user).filter(
        centre__in={one.centre_id for one in waiting},
        state__in=JUDGED,
        uploaded_at__gt=min(one.uploaded_at for one in waiting),
    )
    found = list(later.order_by("uploaded_at"))
    return {
        one.pk: other.name
        for one in waiting
        for other in found
        if other.centre_id == one.centre_id
        and other.uploaded_at > one.uploaded_at
        and same_columns(one.columns, other.columns)
    }


def with_later(user: User, waiting: Iterable[ImportFile]) -> list[ImportFile]:
    """These tables, each with `later`, the name of one that may be meant to replace it, or ""."""
    files = list(waiting)
    names = later_names(user, files)
    for one in files:
        one.later = names.get(one.pk, "")  # type: ignore[attr-defined]
    return files


def same_columns(one: Sequence[Mapping[str, Any]], other: Sequence[Mapping[str, Any]]) -> bool:
    """True when the columns of each table are among those of the other one, in any order.

    Those that were added here may be lacking: the owner's copy has them or not. Our own notes and
    columns without words do not count.
    """
    return _own(one) <= _all(other) and _own(other) <= _all(one)


def _own(columns: Iterable[Mapping[str, Any]]) -> Counter[str]:
    return _all([one for one in columns if not one.get("added")])


def _all(columns: Iterable[Mapping[str, Any]]) -> Counter[str]:
    words = Counter(fold(one["header"]) for one in columns)
    return Counter({one: n for one, n in words.items() if one and one != fold(NOTES)})

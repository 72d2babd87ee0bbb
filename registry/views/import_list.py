"""What has come in, as a table or through the API? One list of both, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, Value
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from registry.models import Centre, ImportFile, ImportRow, Submission, User
from registry.queries import files_for, submissions_for
from registry.views.import_earlier import later_names

FILE, BATCH = "file", "batch"
SIGNS = {"done": "✓", "dead": "✕", "dropped": "–", "emptied": "–", "ready": "▶", "columns": "?"}
WAITING = tuple(one for one in ImportRow.Outcome.values if one != ImportRow.Outcome.SAME)
"""What becomes of lines in which something waits to be corrected or stored."""
COLOURS = {"done": "ok", "dead": "error", "columns": "warning", "ready": "warning"}


@dataclass(frozen=True)
class Entry:
    """One line of the list."""

    at: datetime
    address: str
    centre: Centre
    source: str
    state: str
    sign: str
    colour: str
    cases: int
    new: int
    changed: int
    same: int
    wrong: int
    over: bool
    later: str = ""
    """The name of a table that came later with the same columns, while this one waits."""


class Entries(Sequence[Entry]):
    """The list, of which a paginator reads a page at a time."""

    def __init__(self, user: User) -> None:
        self._user = user
        files = files_for(user).order_by().values_list("pk", "uploaded_at", Value(FILE))
        # What a table became is told at the table.
        batches = submissions_for(user).exclude(channel="import").order_by()
        told = Submission.objects.filter(pk__in=batches.values("pk")).order_by()
        self._all = files.union(
            told.values_list("pk", "received_at", Value(BATCH)), all=True
        ).order_by("-uploaded_at")

    def __len__(self) -> int:
        return self._all.count()

    def __getitem__(self, place):  # type: ignore[no-untyped-def, override]
        wanted = list(self._all[place])
        found = _files(self._user, [pk for pk, _at, kind in wanted if kind == FILE])
        found |= _batches(self._user, [pk for pk, _at, kind in wanted if kind == BATCH])
        return [found[pk] for pk, _at, _kind in wanted]


def entries_for(user: User) -> Entries:
    """What the user's centres have sent."""
    return Entries(user)


def _files(user: User, pks: Sequence[UUID]) -> dict[UUID, Entry]:
    counts = {
        f"count_{one}": Count("lines", filter=Q(lines__outcome=one))
        for one in ImportRow.Outcome.values
    }
    counts["count_sent"] = Count("lines", filter=Q(lines__submission__isnull=False))
    counts["count_open"] = Count(
        "lines", filter=Q(lines__submission=None, lines__outcome__in=WAITING)
    )
    files = list(files_for(user).filter(pk__in=pks).annotate(**counts))
    waiting = [one for one in files if one.state == ImportFile.State.READY and one.count_open]
    later = later_names(user, waiting)
    return {
        one.pk: replace(
            _entry(one, one.uploaded_at, reverse("import_file", args=[one.pk]), one.name),
            later=later.get(one.pk, ""),
        )
        for one in files
    }


def _batches(user: User, pks: Sequence[UUID]) -> dict[UUID, Entry]:
    return {
        one.pk: _entry(
            one,
            one.received_at,
            reverse("submission", args=[one.pk]),
            f"{one.get_channel_display()} · {one.source_system}",
        )
        for one in submissions_for(user).filter(pk__in=pks)
    }


def _state(one: ImportFile | Submission) -> str:
    """In words; of a table that is partly stored, that the rest waits, or when it was forgotten."""
    if one.state == "ready" and getattr(one, "count_sent", 0):
        return _("Imported but for the rows to correct")
    if one.state == "emptied" and one.finished_at:
        return _("Not finished, emptied on %s") % f"{localtime(one.finished_at):%d/%m/%Y}"
    return str(one.get_state_display())


def _entry(one: ImportFile | Submission, at: datetime, address: str, source: str) -> Entry:
    return Entry(
        at=at,
        address=address,
        centre=one.centre,
        source=source,
        state=_state(one),
        sign=SIGNS.get(one.state, "○"),
        colour=COLOURS.get(one.state, ""),
        cases=one.rows if isinstance(one, ImportFile) else one.cases,
        new=one.count_new,  # type: ignore[union-attr]
        changed=one.count_changed,  # type: ignore[union-attr]
        same=one.count_same,  # type: ignore[union-attr]
        wrong=one.count_rejected,  # type: ignore[union-attr]
        over=one.state in ("done", "ready"),
    )

"""How do a centre's records leave as files? Asked for, made by a worker, fetched and written down."""

from __future__ import annotations

import gc
import logging
import math
import time
import traceback
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from registry import lease
from registry.lease import Lease
from registry.models.centre import Centre
from registry.models.user import User
from registry.permissions import may_take_out_rows, require
from registry.scope import every_centre, scope
from reports.actions.cuts import one_moment
from reports.exports.archive import Told, archive
from reports.exports.content import Content, content_of
from reports.exports.programs import PROGRAMS
from reports.extract import Records, read_records, withheld_persons
from reports.models import Export, TakenOut
from reports.version import code_version

log = logging.getLogger(__name__)

KEPT = timedelta(days=7)
"""So long can the files be fetched; the row stays."""

FAILED = "The files could not be made. The registry office sees in the log where it ended."
WHAT = "take patients' rows out of the registry"
LEASE = Lease(
    length=timedelta(minutes=5),
    working=Export.State.RUNNING,
    when_dead={"failure": FAILED, "step": ""},
)
BETWEEN_NOTES = 0.4
"""Seconds."""
SELDOM = 200_000
"""Objects made between two looks of the garbage collector: the cases of some thousand patients."""
IN_IT = "in_it"
"""In the manifest that is kept, not in that of the ZIP: which patients the files hold."""
READ, COMPUTED, WRITTEN = 5, 55, 97
"""Hundredths of the work that are done after each part of it."""


class TakenOver(Exception):
    """The lease ran out and another worker has the export: what this one does is too late."""


class NoLongerKept(Exception):
    """The files were deleted: their time was over, or a patient in them has withdrawn the consent.

    They are asked for again.
    """


def request_export(*, by: User, centre: Centre, kind: str) -> Export:
    """Ask for a centre's records as files of a program.

    Raises KeyError for an unknown kind, PermissionDenied for those who may not take rows of that
    centre out. While the same is asked for and not finished, that export is the answer.
    """
    require(may_take_out_rows(by, [centre.pk]), WHAT)
    asked = {"by": by, "centre": centre, "kind": PROGRAMS[kind].kind}
    with scope([centre.pk]):
        # The lock makes the second of two clicks wait until the export of the first can be seen.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        unfinished = Export.objects.filter(**asked, state__in=Export.UNFINISHED).first()
        return unfinished or Export.objects.create(**asked, asked_at=timezone.now())


def fetch_export(*, by: User, export: Export) -> bytes:
    """The ZIP of a finished export. A line of TakenOut is written before anybody has the bytes.

    Files with a patient whose records may not be used any more are deleted instead. Raises
    PermissionDenied, NoLongerKept.
    """
    require(may_take_out_rows(by, [export.centre_id]), WHAT)
    with scope([export.centre_id]):
        withdrawn = _withdrawn_since(export)
        if withdrawn:
            Export.objects.filter(pk=export.pk).update(archive=None)
    if withdrawn:
        log.info("export %s is deleted: consent was withdrawn since", export.pk)
        raise NoLongerKept
    with scope([export.centre_id]):
        packed = Export.objects.values_list("archive", flat=True).get(pk=export.pk)
        if packed is None:
            raise NoLongerKept
        now = timezone.now()
        TakenOut.objects.create(
            by=by, at=now, export=export, centres=[export.centre_id], rows=rows_in(export)
        )
        Export.objects.filter(pk=export.pk).update(fetched_at=now)
    log.info("patient rows taken out: export %s, user %s", export.pk, by.pk)
    return bytes(packed)


def _withdrawn_since(export: Export) -> bool:
    """Does a patient in the files by now not allow the use? Also one who was merged since."""
    then = export.manifest.get(IN_IT, {"last": math.inf, "withheld": []})
    return any(pk <= then["last"] for pk in withheld_persons() - set(then["withheld"]))


def _in_it(records: Records) -> dict[str, object]:
    """Who is in the files, to be kept beside them: all up to the last patient but those withheld."""
    last = max(records.tables["patient"].columns["pk"], default=0)
    return {"last": last, "withheld": sorted(withheld_persons())}


def rows_in(export: Export) -> int:
    """The rows of all its tables together."""
    return sum(table["rows"] for table in export.manifest["tables"].values())


def waiting_exports() -> list[uuid.UUID]:
    """Exports that nobody is working on, the longest waiting first, for the sweeper."""
    with every_centre():
        waiting = lease.waiting(Export.objects.all(), LEASE).order_by("asked_at")
        return list(waiting.values_list("pk", flat=True))


def delete_old_exports(now: datetime) -> int:
    """Delete the files whose time is over, for the sweeper; how many there were."""
    with every_centre():
        old = Export.objects.filter(finished_at__lt=now - KEPT)
        return old.exclude(archive=None).update(archive=None)


def make_export(*, export_id: uuid.UUID) -> None:
    """Read, compute, write and keep one export. Safe to call twice, or after a crash."""
    with every_centre():
        fence = lease.claim(_one(export_id), LEASE)
    if fence is None:
        return
    try:
        with _at_rest():
            _make(export_id, fence)
    except TakenOver:
        log.warning("export %s was taken over from fence %s", export_id, fence)
    except Exception as failure:  # noqa: BLE001 - whatever it was, the export goes back
        # The message of an exception may quote a patient's values; the lines it went through do not.
        where = "".join(traceback.format_tb(failure.__traceback__))
        kind = type(failure).__name__
        log.error("export %s failed at fence %s: %s\n%s", export_id, fence, kind, where)
        with every_centre():
            lease.give_back(_one(export_id), LEASE, fence, step="Waiting to try again", progress=0)


@contextmanager
def _at_rest() -> Iterator[None]:
    """What is in memory by now outlives the work: the garbage collector leaves it alone so long.

    The cases of thousands of patients make it look again and again, a sixth of the whole time:
    meanwhile it looks seldom.
    """
    often = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(SELDOM, *often[1:])
    try:
        yield
    finally:
        gc.set_threshold(*often)
        gc.unfreeze()


def _make(export_id: uuid.UUID, fence: int) -> None:
    with every_centre():
        asked = Export.objects.select_related("by", "centre").defer("archive").get(pk=export_id)
    work = _Work(export_id, fence)
    work.note("Reading the records", 0)
    cut_at = timezone.now()
    with one_moment(), scope([asked.centre_id]):
        records = read_records()
        in_it = _in_it(records)
    gc.freeze()
    content = content_of(records, asked.centre.code, work.computing)
    told = Told(
        centre=asked.centre.code,
        by=asked.by.get_username(),
        asked_at=asked.asked_at,
        cut_at=cut_at,
        software=code_version(),
    )
    packed, manifest = archive(content, asked.kind, told, work.writing)
    work.note("Keeping the files, encrypted", WRITTEN)
    work.update(_finished(content, packed, manifest | {IN_IT: in_it}))


def _finished(content: Content, packed: bytes, manifest: dict[str, object]) -> dict[str, object]:
    return {
        "state": Export.State.DONE,
        "finished_at": timezone.now(),
        "lease_until": None,
        "step": "",
        "progress": 100,
        "failure": "",
        "patients": content.patients,
        "manifest": manifest,
        "archive": packed,
    }


class _Work:
    """An export that this worker holds: it tells how far it is, and learns when it lost it."""

    def __init__(self, export_id: uuid.UUID, fence: int) -> None:
        self._id, self._fence, self._told = export_id, fence, -math.inf

    def computing(self, done: int, of: int) -> None:
        """Told by content_of."""
        words = f"Computing: {done} of {of} patients"
        self.note(words, READ + (COMPUTED - READ) * done // max(of, 1))

    def writing(self, done: int, of: int) -> None:
        """Told by archive."""
        words = f"Writing: {done} of {of} tables"
        self.note(words, COMPUTED + (WRITTEN - COMPUTED) * done // of)

    def note(self, step: str, hundredths: int) -> None:
        """Say how far the export is, and keep it for as long again; not oftener than one can read."""
        now = time.monotonic()
        if now - self._told < BETWEEN_NOTES:
            return
        self._told = now
        self.update({"step": step, "progress": hundredths, "lease_until": LEASE.until})

    def update(self, changes: dict[str, object]) -> None:
        """Write through the lease only. Raises TakenOver."""
        with every_centre():
            if not lease.held(_one(self._id), LEASE, self._fence).update(**changes):
                raise TakenOver


def _one(export_id: uuid.UUID) -> QuerySet[Export]:
    return Export.objects.filter(pk=export_id)

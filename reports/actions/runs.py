"""How is a run asked for and computed, once and only once, although workers die?"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Collection
from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from registry import lease
from registry.lease import Lease
from registry.models.user import User
from registry.permissions import may_run_studies, require
from registry.queries import centre_ids_for
from registry.scope import every_centre, scope
from reports.actions.cuts import CutDamaged, compute_cut, take_cut
from reports.models import DataCut, Delivery, Run
from reports.queries import centres_named
from reports.render.html import figures_svg, report_body, report_page
from reports.render.images import links_of
from reports.render.pdf import pdf
from reports.results import Period
from reports.studies import STUDIES

log = logging.getLogger(__name__)

STUDY_FAILED = "The study could not be computed. The registry office sees the details in the log."
CUT_DAMAGED = (
    "The stored data cut is not as it was taken: its SHA-256 differs. Nothing was computed."
)
LEASE = Lease(
    length=timedelta(minutes=10),
    working=Run.State.RUNNING,
    when_dead={"failure": STUDY_FAILED, "step": ""},
)


class TakenOver(Exception):
    """The lease ran out and another worker has the run: what this one does is too late."""


def request_run(
    *,
    by: User,
    study: str,
    cut: DataCut | None = None,
    centres: Collection[str] | None = None,
    period: Period | None = None,
    judged: bool | None = None,
) -> Run:
    """Ask for a study on the records the user may see, a part of them, or a cut taken before.

    centres : their codes; all that the user may see without them. A cut has its own.
    period : the transplants taken. judged : whether these are the patients of the paper, with
    whose numbers ours are compared; None leaves that to `papers_patients`.
    Raises KeyError for an unknown study, UnknownCentre for an unknown code, PermissionDenied for
    those who may not run studies or not see every centre. While the same is asked for and not
    finished, that run is the answer: a thousand clicks are one run.
    """
    require(may_run_studies(by), "run studies")
    chosen = _centres(by, cut, centres)
    part = {"centres": chosen, "cut": cut, "judged": judged, **_ends(period)}
    return _unfinished_or_new(by, {"study": STUDIES[study].id, "by": by, **part})


def _ends(period: Period | None) -> dict[str, date | None]:
    """A period as a run keeps it."""
    first, last = (period.first, period.last) if period else (None, None)
    return {
        "period_from": date.fromisoformat(first) if first else None,
        "period_to": date.fromisoformat(last) if last else None,
    }


def _unfinished_or_new(by: User, asked: dict[str, Any]) -> Run:
    """The run of exactly what is asked that is not finished yet, or else a new one."""
    with scope(asked["centres"]):
        # The lock makes the second of two clicks wait until the run of the first can be seen.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        unfinished = Run.objects.filter(**asked, state__in=Run.UNFINISHED).first()
        return unfinished or Run.objects.create(**asked, asked_at=timezone.now())


def _centres(by: User, cut: DataCut | None, codes: Collection[str] | None) -> list[int]:
    """The keys of the centres whose records a run is to hold."""
    seen = sorted(centre_ids_for(by))
    if cut is not None:
        if codes is not None:
            raise ValueError("a data cut has its own centres")
        require(set(cut.centres) <= set(seen), "use this data cut")
        return list(cut.centres)
    if codes is None:
        return seen
    named = centres_named(codes)
    require(set(named) <= set(seen), "use the records of every centre named")
    return named


def execute_run(*, run_id: uuid.UUID) -> None:
    """Cut, compute, draw and keep one run. Safe to call twice, or after a crash."""
    with every_centre():
        fence = lease.claim(_one(run_id), LEASE)
    if fence is None:
        return
    try:
        _execute(run_id, fence)
    except TakenOver:
        log.warning("run %s was taken over from fence %s", run_id, fence)
    except CutDamaged:
        log.critical("run %s: its data cut is damaged", run_id, exc_info=True)
        _end_dead(run_id, fence, CUT_DAMAGED)
    except Exception:
        log.exception("run %s failed at fence %s", run_id, fence)
        with every_centre():
            lease.give_back(_one(run_id), LEASE, fence, step="Waiting to try again")


def waiting_runs() -> list[uuid.UUID]:
    """Runs that nobody is working on, the longest waiting first, for the sweeper."""
    with every_centre():
        waiting = lease.waiting(Run.objects.all(), LEASE).order_by("asked_at")
        return list(waiting.values_list("pk", flat=True))


def _execute(run_id: uuid.UUID, fence: int) -> None:
    with every_centre():
        run = Run.objects.select_related("cut", "subscription__user").get(pk=run_id)
    _note(run_id, fence, "Taking the data cut")
    cut = run.cut or take_cut(run.centres)
    _note(run_id, fence, f"Computing on {cut.rows} transplants")
    results = compute_cut(run.study, cut, period=run.period, judged=run.judged)
    _note(run_id, fence, "Drawing figures and pages")
    finished = {
        "cut": cut,
        "results": results.to_json(),
        "body": report_body(results, figures_svg(results), links_of(results)),
        "page": report_page(results),
        "pdf": pdf(results),
        "state": Run.State.DONE,
        "finished_at": timezone.now(),
        "lease_until": None,
        "step": "",
        "failure": "",
    }
    with every_centre():
        _update(run_id, fence, finished)
        if run.subscription is not None:
            _make_delivery(run, run.subscription.user)


def _one(run_id: uuid.UUID) -> QuerySet[Run]:
    return Run.objects.filter(pk=run_id)


def _note(run_id: uuid.UUID, fence: int, step: str) -> None:
    """Say how far the run is, and keep it for as long again."""
    _update(run_id, fence, {"step": step, "lease_until": LEASE.until})


def _update(run_id: uuid.UUID, fence: int, changes: dict[str, object]) -> None:
    with every_centre():
        if not lease.held(_one(run_id), LEASE, fence).update(**changes):
            raise TakenOver


def _end_dead(run_id: uuid.UUID, fence: int, why: str) -> None:
    """Trying again would find the same."""
    dead = {"state": Run.State.DEAD, "finished_at": timezone.now(), "lease_until": None}
    with suppress(TakenOver):
        _update(run_id, fence, {**dead, "failure": why, "step": ""})


def _make_delivery(run: Run, to: User) -> Delivery:
    host = urlsplit(settings.SITE_URL).hostname
    delivery, _ = Delivery.objects.get_or_create(
        run=run,
        to=to,
        defaults={
            "message_id": f"<run.{run.pk}.{to.pk}@{host}>",
            "ready_at": timezone.now(),
        },
    )
    return delivery

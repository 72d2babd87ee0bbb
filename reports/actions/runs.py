"""How is a run asked for and computed, once and only once, although workers die?"""

from __future__ import annotations

import logging
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from registry.models.user import User
from registry.permissions import may_run_studies, require
from registry.queries import centre_ids_for
from registry.scope import every_centre, scope
from reports.actions.cuts import compute_cut, take_cut
from reports.models import DataCut, Delivery, Run
from reports.render.html import figures_svg, report_body, report_page
from reports.render.pdf import pdf
from reports.studies import STUDIES

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 5
STUDY_FAILED = "The study could not be computed. The registry office sees the details in the log."


class TakenOver(Exception):
    """The lease ran out and another worker has the run: what this one does is too late."""


def request_run(*, by: User, study: str, cut: DataCut | None = None) -> Run:
    """Ask for a study on the records the user may see, or again on a cut taken before.

    Raises KeyError for an unknown study, PermissionDenied for those who may not run studies or
    not see every centre of the cut.
    """
    require(may_run_studies(by), "run studies")
    seen = sorted(centre_ids_for(by))
    centres = cut.centres if cut else seen
    require(set(centres) <= set(seen), "use this data cut")
    with scope(centres):
        return Run.objects.create(
            study=STUDIES[study].id, by=by, centres=centres, cut=cut, asked_at=timezone.now()
        )


def execute_run(*, run_id: uuid.UUID) -> None:
    """Cut, compute, draw and keep one run. Safe to call twice, or after a crash."""
    fence = _claim(run_id)
    if fence is None:
        return
    try:
        _execute(run_id, fence)
    except TakenOver:
        log.warning("run %s was taken over from fence %s", run_id, fence)
    except Exception:
        log.exception("run %s failed at fence %s", run_id, fence)
        _give_back(run_id, fence)


def waiting_runs() -> list[uuid.UUID]:
    """Runs that nobody is working on, the longest waiting first, for the sweeper."""
    with every_centre():
        waiting = Run.objects.filter(_claimable()).order_by("asked_at")
        return list(waiting.values_list("pk", flat=True))


def _execute(run_id: uuid.UUID, fence: int) -> None:
    with every_centre():
        run = Run.objects.select_related("cut", "subscription__user").get(pk=run_id)
    _note(run_id, fence, "Taking the data cut")
    cut = run.cut or take_cut(run.centres)
    _note(run_id, fence, f"Computing on {cut.rows} transplants")
    results = compute_cut(run.study, cut)
    _note(run_id, fence, "Drawing figures and pages")
    finished = {
        "cut": cut,
        "results": results.to_json(),
        "body": report_body(results, figures_svg(results)),
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


def _claimable() -> Q:
    left = Q(state=Run.State.RUNNING, lease_until__lt=timezone.now())
    return Q(state=Run.State.QUEUED) | left


def _claim(run_id: uuid.UUID) -> int | None:
    """Take the lease; answer the fence, or None when another worker has it or it is done."""
    with every_centre():
        claimable = Run.objects.filter(_claimable(), pk=run_id)
        # A run that kills its worker never gives itself back.
        _bury(claimable.filter(attempts__gte=MOST_ATTEMPTS))
        claimed = claimable.update(
            state=Run.State.RUNNING,
            lease_until=timezone.now() + LEASE,
            fence=F("fence") + 1,
            attempts=F("attempts") + 1,
        )
        return Run.objects.values_list("fence", flat=True).get(pk=run_id) if claimed else None


def _note(run_id: uuid.UUID, fence: int, step: str) -> None:
    """Say how far the run is, and keep it for as long again."""
    with every_centre():
        _update(run_id, fence, {"step": step, "lease_until": timezone.now() + LEASE})


def _update(run_id: uuid.UUID, fence: int, changes: dict[str, object]) -> None:
    mine = Run.objects.filter(pk=run_id, fence=fence, state=Run.State.RUNNING)
    if not mine.update(**changes):
        raise TakenOver


def _give_back(run_id: uuid.UUID, fence: int) -> None:
    with every_centre():
        mine = Run.objects.filter(pk=run_id, fence=fence, state=Run.State.RUNNING)
        _bury(mine.filter(attempts__gte=MOST_ATTEMPTS))
        mine.update(state=Run.State.QUEUED, lease_until=None, step="Waiting to try again")


def _bury(hopeless: QuerySet[Run]) -> None:
    for run_id in list(hopeless.values_list("pk", flat=True)):
        log.error("run %s is dead after %s attempts", run_id, MOST_ATTEMPTS)
    hopeless.update(
        state=Run.State.DEAD,
        finished_at=timezone.now(),
        lease_until=None,
        failure=STUDY_FAILED,
        step="",
    )


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

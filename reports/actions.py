"""Every write of the reports: ask for a run, execute it, order it monthly, find what is due."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from registry.models.user import User
from registry.permissions import may_run_studies, require
from registry.queries import centre_ids_for
from registry.scope import every_centre, scope
from reports import compute
from reports.columns import Columns
from reports.extract import take_columns
from reports.models import DataCut, Delivery, Run, Subscription
from reports.render.html import figures_svg, report_body, report_page
from reports.render.pdf import pdf
from reports.results import Results
from reports.schedule import Monthly, due_slot
from reports.studies import STUDIES
from reports.version import code_version

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 5
STUDY_FAILED = "The study could not be computed. The registry office sees the details in the log."


def request_run(*, by: User, study: str, cut: DataCut | None = None) -> Run:
    """Ask for a study on the records the user may see, or again on a cut taken before.

    Raises KeyError for an unknown study, PermissionDenied for those who may not run studies.
    """
    require(may_run_studies(by), "run studies")
    centres = cut.centres if cut else sorted(centre_ids_for(by))
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
    except Exception:
        log.exception("run %s failed at fence %s", run_id, fence)
        _give_back(run_id, fence)


def _execute(run_id: uuid.UUID, fence: int) -> None:
    with every_centre():
        run = Run.objects.select_related("cut").get(pk=run_id)
    note = _progress(run_id, fence)
    note("Taking the data cut")
    cut = run.cut or take_cut(run.centres)
    note(f"Computing on {cut.rows} transplants")
    results = compute_cut(run.study, cut)
    note("Drawing figures and pages")
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
    }
    with every_centre():
        mine = Run.objects.filter(pk=run_id, fence=fence).update(**finished)
        if mine and run.subscription is not None:
            _make_delivery(run, run.subscription.user)


def compute_cut(study: str, cut: DataCut) -> Results:
    """The results of a study on a cut: the same cut and code give the same bytes."""
    results = compute.run(
        STUDIES[study],
        Columns.from_bytes(bytes(cut.columns)),
        cut_date=timezone.localdate(cut.taken_at).isoformat(),
        code_version=code_version(),
        dictionary_version=cut.dictionary_version,
        synthetic=cut.synthetic,
    )
    if not cut.left_out:
        return results
    left_out = f"Left out: {cut.left_out} patients whose records have errors to be corrected."
    return replace(results, warnings=(left_out, *results.warnings))


def take_cut(centres: list[int]) -> DataCut:
    """Freeze the analysis columns of these centres; the same data give the cut taken before."""
    with scope(centres):
        taken = take_columns()
        cut, _ = DataCut.objects.get_or_create(
            sha256=taken.columns.sha256,
            centres=centres,
            defaults={
                "taken_at": timezone.now(),
                "rows": taken.columns.n,
                "left_out": taken.left_out,
                "synthetic": taken.synthetic,
                "dictionary_version": taken.dictionary_version,
                "columns": taken.columns.to_bytes(),
            },
        )
        return cut


def _claimable() -> Q:
    left = Q(state=Run.State.RUNNING, lease_until__lt=timezone.now())
    return Q(state=Run.State.QUEUED) | left


def _claim(run_id: uuid.UUID) -> int | None:
    """Take the lease; answer the fence, or None when another worker has it or it is done."""
    with every_centre():
        claimed = Run.objects.filter(_claimable(), pk=run_id).update(
            state=Run.State.RUNNING,
            lease_until=timezone.now() + LEASE,
            fence=F("fence") + 1,
            attempts=F("attempts") + 1,
        )
        return Run.objects.values_list("fence", flat=True).get(pk=run_id) if claimed else None


def _progress(run_id: uuid.UUID, fence: int) -> Callable[[str], None]:
    def note(step: str) -> None:
        with every_centre():
            Run.objects.filter(pk=run_id, fence=fence).update(
                step=step, lease_until=timezone.now() + LEASE
            )

    return note


def _give_back(run_id: uuid.UUID, fence: int) -> None:
    with every_centre():
        mine = Run.objects.filter(pk=run_id, fence=fence)
        if mine.filter(attempts__gte=MOST_ATTEMPTS).update(
            state=Run.State.DEAD,
            finished_at=timezone.now(),
            lease_until=None,
            failure=STUDY_FAILED,
            step="",
        ):
            return
        mine.update(state=Run.State.QUEUED, lease_until=None, step="Waiting to try again")


@transaction.atomic
def subscribe(*, by: User, study: str, day: int, hour: int, time_zone: str) -> Subscription:
    """Order a study's report monthly; a second order for the same study changes the first."""
    require(may_run_studies(by), "order reports")
    order, _ = Subscription.objects.update_or_create(
        user=by,
        study=STUDIES[study].id,
        defaults={
            "day": day,
            "hour": hour,
            "time_zone": time_zone,
            "active": True,
            "since": timezone.now(),
        },
    )
    return order


def unsubscribe(*, by: User, study: str) -> None:
    """End a standing order."""
    Subscription.objects.filter(user=by, study=study).update(active=False)


def send_now(*, by: User, study: str) -> Run:
    """Run a subscribed study outside its timetable and mail it to the subscriber."""
    require(may_run_studies(by), "run studies")
    order = Subscription.objects.get(user=by, study=study, active=True)
    return _run_of(order, slot=timezone.now())


def make_due_runs(now: datetime) -> list[Run]:
    """One run for each order whose slot has come: unique, however often this is called."""
    runs = []
    orders = Subscription.objects.filter(active=True, user__is_active=True).select_related("user")
    for order in orders:
        monthly = Monthly(order.day, order.hour, order.time_zone)
        slot = due_slot(monthly, since=order.since, now=now)
        if slot and not order.runs.filter(slot=slot).exists():
            runs.append(_run_of(order, slot))
    return runs


def _run_of(order: Subscription, slot: datetime) -> Run:
    centres = sorted(centre_ids_for(order.user))
    with scope(centres):
        run, _ = Run.objects.get_or_create(
            subscription=order,
            slot=slot,
            defaults={
                "study": order.study,
                "by": order.user,
                "centres": centres,
                "asked_at": timezone.now(),
            },
        )
        return run


def _make_delivery(run: Run, to: User) -> Delivery:
    delivery, _ = Delivery.objects.get_or_create(
        run=run,
        to=to,
        defaults={
            "message_id": f"<run.{run.pk}.{to.pk}@engraft>",
            "ready_at": timezone.now(),
        },
    )
    return delivery


def waiting_runs() -> list[uuid.UUID]:
    """Runs that nobody is working on, for the sweeper."""
    with every_centre():
        return list(Run.objects.filter(_claimable()).values_list("pk", flat=True))

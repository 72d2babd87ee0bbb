"""Who gets which report every month? Order, change, end, send one now, and find what is due."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from registry.models.user import User
from registry.permissions import may_run_studies, require
from registry.queries import centre_ids_for
from registry.scope import every_centre, scope
from reports.models import Run, Subscription
from reports.schedule import Monthly, latest_slot, next_slot, too_late
from reports.studies import STUDIES

log = logging.getLogger(__name__)

MISSED = "Not made: it fell due while the registry was not running, and was found too late."


@transaction.atomic
def subscribe(*, by: User, study: str, day: int, hour: int, time_zone: str) -> Subscription:
    """Order a study's report monthly; a second order for the same study changes the first.

    Raises KeyError for an unknown study or time zone, PermissionDenied for those who may not.
    """
    require(may_run_studies(by), "order reports")
    now = timezone.now()
    next_slot(Monthly(day, hour, time_zone), now)  # an order that never falls due is refused here
    order, _ = Subscription.objects.update_or_create(
        user=by,
        study=STUDIES[study].id,
        defaults={"day": day, "hour": hour, "time_zone": time_zone, "active": True, "since": now},
    )
    return order


def unsubscribe(*, by: User, study: str) -> bool:
    """End a standing order; False when there was none."""
    ended = Subscription.objects.filter(user=by, study=study, active=True).update(active=False)
    return bool(ended)


def send_now(*, by: User, study: str) -> Run:
    """Run a subscribed study outside its timetable and mail it to the subscriber.

    While a run of the order is not finished, that is the answer: two clicks are one mail.
    Raises Subscription.DoesNotExist when the study is not ordered.
    """
    require(may_run_studies(by), "run studies")
    with scope(centre_ids_for(by)):
        # The lock makes the second of two clicks wait until the run of the first can be seen.
        order = Subscription.objects.select_for_update().get(user=by, study=study, active=True)
        unfinished = order.runs.filter(state__in=Run.UNFINISHED).first()
        return unfinished or _run_of(order, slot=timezone.now())[0]


def make_due_runs(now: datetime) -> list[Run]:
    """One new run for each order whose slot has come: unique, however often this is called.

    A slot found too late gets a run that says so, and an alarm.
    """
    orders = Subscription.objects.filter(active=True, user__is_active=True).select_related("user")
    made = []
    for order in orders:
        try:
            made += _due(order, now)
        except Exception:
            # One order that cannot be read must not hold up the others.
            log.exception("order %s could not be looked at", order.pk)
    return made


def _due(order: Subscription, now: datetime) -> list[Run]:
    monthly = Monthly(order.day, order.hour, order.time_zone)
    slot = latest_slot(monthly, since=order.since, now=now)
    if slot is None:
        return []
    # Of every centre: the subscriber may see other centres now than when the run was made.
    with every_centre():
        if order.runs.filter(slot=slot).exists():
            return []
        missed = {"state": Run.State.DEAD, "finished_at": now, "failure": MISSED}
        late = too_late(slot, now)
        run, new = _run_of(order, slot, **(missed if late else {}))
    if late and new:
        log.error("order %s: the report of %s was missed", order.pk, slot.isoformat())
    return [run] if new and not late else []


def _run_of(order: Subscription, slot: datetime, **more: object) -> tuple[Run, bool]:
    """The run of this slot, and whether it is new."""
    return Run.objects.get_or_create(
        subscription=order,
        slot=slot,
        defaults={
            "study": order.study,
            "by": order.user,
            "centres": sorted(centre_ids_for(order.user)),
            "asked_at": timezone.now(),
            **more,
        },
    )

"""Is every run asked for made once and only once, on the data that it was asked for?"""

from __future__ import annotations

import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, connection, connections
from django.utils import timezone

from registry import lease
from registry.models import Patient, User
from registry.scope import every_centre, scope
from reports import actions
from reports.actions import cuts, runs
from reports.compute.part import OTHER_PATIENTS
from reports.models import DataCut, Delivery, Run, Subscription
from reports.results import Results
from tests.reports.network import STUDY, Network, now, some_cases, submit

SLOT = datetime(2026, 11, 1, 5, tzinfo=UTC)  # 6 o'clock in Paris
MONTHLY = {"study": STUDY, "day": 1, "hour": 6, "time_zone": "Europe/Paris"}


def asked(by: User, **how: Any) -> Run:
    """A run asked for and executed."""
    run = actions.request_run(by=by, study=STUDY, **how)
    actions.execute_run(run_id=run.pk)
    return now(run)


def claimed(run: Run) -> int | None:
    """A worker takes the run: its fence."""
    with every_centre():
        return lease.claim(Run.objects.filter(pk=run.pk), runs.LEASE)


def change(run: Run, **values: object) -> None:
    """What another worker, or time, does to the row."""
    with every_centre():
        Run.objects.filter(pk=run.pk).update(**values)


@pytest.fixture
def order(network: Network) -> Subscription:
    """The statistician's, placed in October."""
    made = actions.subscribe(by=network.statistician, **MONTHLY)
    Subscription.objects.update(since=SLOT - timedelta(days=20))
    made.refresh_from_db()
    return made


# --- one run ---------------------------------------------------------------------------------------


def test_a_run_is_computed_drawn_and_kept(network: Network) -> None:
    run = asked(network.statistician)
    assert (run.state, run.failure, run.step, run.attempts) == ("done", "", "", 1)
    assert run.finished_at is not None and run.lease_until is None
    results = Results.from_json(run.results)
    assert results.provenance.cut_sha256 == run.cut.sha256
    assert results.provenance.rows == run.cut.rows >= 48
    assert results.synthetic
    assert bytes(run.pdf)[:5] == b"%PDF-"
    assert '<div class="report">' in run.body and "<!DOCTYPE html>" in run.page
    assert not Delivery.objects.exists(), "nobody ordered it by mail"


def test_executed_twice_it_is_computed_once(network: Network) -> None:
    run = asked(network.statistician)
    actions.execute_run(run_id=run.pk)
    assert now(run).attempts == 1


def test_the_same_cut_gives_the_same_bytes_and_new_data_others(network: Network) -> None:
    first = asked(network.statistician)
    submit("C02", some_cases(48, 60))
    with scope([network.own_centre.centre_id]):
        Patient.objects.first().delete()
    again = asked(network.statistician, cut=first.cut)
    assert again.results == first.results
    assert (bytes(again.pdf), again.page) == (bytes(first.pdf), first.page)
    new = asked(network.statistician)
    assert new.cut != first.cut and new.cut.rows > first.cut.rows
    assert new.results != first.results and bytes(new.pdf) != bytes(first.pdf)


def test_unchanged_data_are_the_cut_taken_before(network: Network) -> None:
    first, second = asked(network.statistician), asked(network.statistician)
    assert first.cut == second.cut and first.results == second.results


def test_the_same_columns_with_another_patient_left_out_are_another_cut(network: Network) -> None:
    first = asked(network.statistician)
    with every_centre():
        Patient.objects.filter(key__in=[case["key"] for case in some_cases(0, 1)]).update(
            error_count=1
        )
    second = asked(network.statistician)
    submit("C01", some_cases(48, 49))
    with every_centre():
        Patient.objects.filter(key=some_cases(48, 49)[0]["key"]).update(error_count=1)
    third = asked(network.statistician)
    assert first.cut.sha256 != second.cut.sha256 == third.cut.sha256
    assert [run.cut.left_out for run in (first, second, third)] == [0, 1, 2]
    assert "Left out: 2 patients whose records have errors" in third.results
    assert "Left out: 1 patient whose records have errors" in second.results


def test_a_thousand_clicks_on_one_study_are_one_run_until_it_is_finished(network: Network) -> None:
    first = actions.request_run(by=network.statistician, study=STUDY)
    assert actions.request_run(by=network.statistician, study=STUDY) == first
    assert actions.request_run(by=network.own_centre, study=STUDY) != first
    actions.execute_run(run_id=first.pk)
    cut = now(first).cut
    again = actions.request_run(by=network.statistician, study=STUDY, cut=cut)
    assert again != first
    assert actions.request_run(by=network.statistician, study=STUDY, cut=cut) == again
    assert actions.request_run(by=network.statistician, study=STUDY) not in (first, again)


def test_a_cut_cannot_be_changed_by_the_app_role(network: Network) -> None:
    cut = asked(network.own_centre).cut
    for deed in (lambda cuts: cuts.update(rows=0), lambda cuts: cuts._raw_delete("default")):
        with pytest.raises(ProgrammingError, match="permission denied"), every_centre():
            deed(DataCut.objects.filter(pk=cut.pk))


def test_a_damaged_cut_is_not_computed_and_says_so(
    network: Network, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cut = asked(network.own_centre).cut
    real = cuts.hashlib.sha256
    monkeypatch.setattr(cuts.hashlib, "sha256", lambda stored: real(stored + b" "))
    run = asked(network.own_centre, cut=cut)
    assert (run.state, run.failure, run.attempts) == ("dead", runs.CUT_DAMAGED, 1)
    assert "its data cut is damaged" in caplog.text and actions.waiting_runs() == []


# --- whose records ---------------------------------------------------------------------------------


def test_a_data_managers_run_holds_the_own_centre_only(network: Network) -> None:
    own, whole = asked(network.own_centre), asked(network.statistician)
    assert own.centres == [network.own_centre.centre_id] and len(whole.centres) == 2
    columns = cuts.Columns.from_bytes(bytes(own.cut.columns))
    assert set(columns["centre"].tolist()) == {"C01"}
    assert len(set(columns["patient"].tolist())) == 40
    results = Results.from_json(own.results)
    assert results.comparisons == () and OTHER_PATIENTS in results.warnings


def test_the_database_shows_runs_and_cuts_to_those_who_see_all_their_centres(
    network: Network,
) -> None:
    own, whole = asked(network.own_centre), asked(network.statistician)
    seen = {}
    for name in ("own_centre", "other_centre"):
        with scope([network.person(name).centre_id]):
            found = set(Run.objects.values_list("pk", flat=True))
            seen[name] = (found, set(DataCut.objects.values_list("pk", flat=True)))
    assert seen["own_centre"] == ({own.pk}, {own.cut_id})
    assert seen["other_centre"] == (set(), set())
    assert not Run.objects.exists(), "outside any scope nobody sees a run"
    with every_centre():
        assert {run.pk for run in Run.objects.all()} == {own.pk, whole.pk}


def test_another_centres_cut_cannot_be_run_on(network: Network) -> None:
    cut = asked(network.own_centre).cut
    with pytest.raises(PermissionDenied):
        actions.request_run(by=network.other_centre, study=STUDY, cut=cut)


def test_a_service_account_runs_nothing(network: Network) -> None:
    account = User.objects.get(username="system-C01")
    for deed in (
        lambda: actions.request_run(by=account, study=STUDY),
        lambda: actions.subscribe(by=account, **MONTHLY),
        lambda: actions.send_now(by=account, study=STUDY),
    ):
        with pytest.raises(PermissionDenied):
            deed()


# --- lease and fence -------------------------------------------------------------------------------


def test_a_run_under_lease_is_left_alone_and_a_dead_workers_is_taken_over(
    network: Network,
) -> None:
    run = actions.request_run(by=network.own_centre, study=STUDY)
    assert claimed(run) == 1
    assert claimed(run) is None and actions.waiting_runs() == []
    change(run, lease_until=timezone.now() - timedelta(seconds=1))
    assert actions.waiting_runs() == [run.pk]
    actions.execute_run(run_id=run.pk)
    after = now(run)
    assert (after.state, after.fence, after.attempts) == ("done", 2, 2)


def test_the_late_write_of_a_worker_that_lost_its_lease_is_refused(
    network: Network, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    run = actions.request_run(by=network.statistician, study=STUDY)
    other = {"state": "done", "finished_at": timezone.now(), "results": "the other's", "fence": 2}
    draw = runs.pdf

    def slowly(results: Results) -> bytes:
        change(run, **other)
        return draw(results)

    monkeypatch.setattr(runs, "pdf", slowly)
    actions.execute_run(run_id=run.pk)
    assert now(run).results == "the other's" and now(run).fence == 2
    assert "was taken over from fence 1" in caplog.text
    assert not Delivery.objects.exists()


def test_a_run_that_fails_five_times_is_dead_and_alarms(
    network: Network, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*anything: object) -> None:
        raise RuntimeError("a broken study")

    monkeypatch.setattr(runs, "compute_cut", broken)
    run = actions.request_run(by=network.own_centre, study=STUDY)
    states = []
    for _ in range(6):
        actions.execute_run(run_id=run.pk)
        states.append(now(run).state)
    assert states == ["queued"] * 4 + ["dead"] * 2
    assert (now(run).attempts, now(run).failure) == (5, runs.STUDY_FAILED)
    assert f"Run {run.pk} is dead after 5 attempts" in caplog.text
    assert actions.waiting_runs() == []


def test_a_run_that_kills_five_workers_is_dead(
    network: Network, caplog: pytest.LogCaptureFixture
) -> None:
    run = actions.request_run(by=network.own_centre, study=STUDY)
    past = timezone.now() - timedelta(seconds=1)
    for fence in range(1, 6):
        assert claimed(run) == fence
        change(run, lease_until=past)
    assert claimed(run) is None
    assert now(run).state == "dead" and "is dead after 5 attempts" in caplog.text


def test_an_unknown_run_is_nobodys_work(db: None) -> None:
    actions.execute_run(run_id=uuid.uuid4())


@pytest.mark.django_db(transaction=True)
def test_the_cut_is_of_one_moment_and_nothing_is_drawn_inside_a_transaction(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {}

    def watched(module: Any, name: str) -> None:
        real = getattr(module, name)

        def watch(*given: Any, **named: Any) -> Any:
            told[name] = connection.in_atomic_block
            if name == "take_columns":
                with connection.cursor() as cursor:
                    cursor.execute("SHOW transaction_isolation")
                    told["isolation"] = cursor.fetchone()[0]
            return real(*given, **named)

        monkeypatch.setattr(module, name, watch)

    watched(cuts, "take_columns")
    for name in ("compute_cut", "figures_svg", "report_body", "report_page", "pdf"):
        watched(runs, name)
    assert asked(network.statistician).state == "done"
    assert told.pop("isolation") == "repeatable read" and told.pop("take_columns")
    assert told and not any(told.values())


# --- monthly orders --------------------------------------------------------------------------------


def test_a_due_order_makes_one_run_however_often_it_is_asked(order: Subscription) -> None:
    assert actions.make_due_runs(SLOT - timedelta(seconds=1)) == []
    (run,) = actions.make_due_runs(SLOT + timedelta(seconds=10))
    assert (run.slot, run.study, run.by) == (SLOT, STUDY, order.user)
    for minutes in (0, 1, 60 * 23):
        assert actions.make_due_runs(SLOT + timedelta(minutes=minutes)) == []
    assert [run.slot for run in all_runs()] == [SLOT]


def all_runs() -> list[Run]:
    with every_centre():
        return list(Run.objects.order_by("slot"))


@pytest.mark.django_db(transaction=True)
def test_four_dispatchers_at_once_make_one_run(order: Subscription) -> None:
    def dispatch(_: int) -> int:
        try:
            return len(actions.make_due_runs(SLOT))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(dispatch, range(4))) == 1
    assert len(all_runs()) == 1


def test_a_slot_found_too_late_is_told_and_not_run(
    order: Subscription, caplog: pytest.LogCaptureFixture
) -> None:
    back = SLOT + timedelta(hours=26)
    assert actions.make_due_runs(back) == actions.make_due_runs(back) == []
    (missed,) = all_runs()
    assert (missed.slot, missed.state) == (SLOT, "dead") and "too late" in missed.failure
    assert [r.levelno for r in caplog.records if "was missed" in r.message] == [logging.ERROR]
    assert actions.waiting_runs() == []
    december = datetime(2026, 12, 1, 5, tzinfo=UTC)
    (run,) = actions.make_due_runs(december)
    assert run.slot == december


def test_an_order_placed_after_the_slot_waits_for_the_next(network: Network) -> None:
    actions.subscribe(by=network.statistician, **MONTHLY)
    Subscription.objects.update(since=SLOT + timedelta(minutes=1))
    assert actions.make_due_runs(SLOT + timedelta(hours=1)) == []


def test_a_reader_who_changed_hospitals_holds_up_nobody(
    network: Network, order: Subscription
) -> None:
    mine = actions.subscribe(by=network.own_centre, **MONTHLY)
    Subscription.objects.update(since=order.since)
    assert len(actions.make_due_runs(SLOT)) == 2
    User.objects.filter(pk=mine.user_id).update(centre=network.other_centre.centre_id)
    assert actions.make_due_runs(SLOT + timedelta(hours=1)) == []


def test_an_order_that_cannot_be_read_holds_up_nobody(
    network: Network, order: Subscription, caplog: pytest.LogCaptureFixture
) -> None:
    broken = actions.subscribe(by=network.own_centre, **MONTHLY)
    Subscription.objects.filter(pk=broken.pk).update(time_zone="Europe/Nowhere")
    assert len(actions.make_due_runs(SLOT)) == 1
    assert f"order {broken.pk} could not be looked at" in caplog.text


def test_ended_orders_and_people_who_left_get_nothing(order: Subscription) -> None:
    User.objects.filter(pk=order.user_id).update(is_active=False)
    assert actions.make_due_runs(SLOT) == []
    User.objects.filter(pk=order.user_id).update(is_active=True)
    actions.unsubscribe(by=order.user, study=STUDY)
    assert actions.make_due_runs(SLOT) == []


def test_a_second_order_changes_the_first(network: Network) -> None:
    actions.subscribe(by=network.own_centre, **MONTHLY)
    actions.subscribe(by=network.own_centre, **{**MONTHLY, "day": 15})
    assert Subscription.objects.get().day == 15


@pytest.mark.parametrize("wrong", [{"study": "no_study"}, {"time_zone": "Europe/Nowhere"}])
def test_an_order_that_never_falls_due_is_refused(network: Network, wrong: Any) -> None:
    with pytest.raises(KeyError):
        actions.subscribe(by=network.own_centre, **{**MONTHLY, **wrong})
    assert not Subscription.objects.exists()


def test_two_clicks_on_send_me_one_now_are_one_run(order: Subscription) -> None:
    first = actions.send_now(by=order.user, study=STUDY)
    assert actions.send_now(by=order.user, study=STUDY) == first
    actions.execute_run(run_id=first.pk)
    assert now(first).state == "done"
    assert actions.send_now(by=order.user, study=STUDY) != first
    assert Delivery.objects.get().to == order.user


def test_nothing_is_sent_of_what_was_not_ordered(network: Network) -> None:
    with pytest.raises(Subscription.DoesNotExist):
        actions.send_now(by=network.statistician, study=STUDY)

"""Has a batch one final outcome, whatever happens to the workers on the way?"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from registry import lease
from registry.actions import receive_submission
from registry.actions.receive_submission import LEASE, accept_submission, unfinished
from registry.lease import MOST_ATTEMPTS
from registry.models import Submission
from registry.scope import every_centre
from tests.registry.people import (
    People,
    number_of_patients,
    process,
    questions,
    receipts,
    state_of,
    stored,
)

SECRET = "Mustermann"


def case(key: str, **items: Any) -> dict[str, Any]:
    return {"key": key, "sex": "F", **items}


def cases(number: int) -> list[dict[str, Any]]:
    return [case(f"P{n}") for n in range(number)]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cases at a time."""
    monkeypatch.setattr(receive_submission, "CHUNK", 2)


@pytest.fixture
def break_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, BaseException], None]:
    """The chunk with this number (from 1, counted over all workers) ends with the exception."""

    def arm(number: int, failure: BaseException) -> None:
        real, count = receive_submission.write_plans, [0]

        def write(*args: Any, **kwargs: Any) -> Any:
            count[0] += 1
            written = real(*args, **kwargs)
            if count[0] == number:
                raise failure
            return written

        monkeypatch.setattr(receive_submission, "write_plans", write)

    return arm


def lease_ends(submission: Submission) -> None:
    with every_centre():
        Submission.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


def claim(submission: Submission) -> int | None:
    with every_centre():
        return lease.claim(Submission.objects.filter(pk=submission.pk), LEASE)


def keys_and_outcomes(submission: Submission) -> list[tuple[int, str, str]]:
    return [(one.index, one.key, one.outcome) for one in receipts(submission)]


# --- workers come and go -------------------------------------------------------------------------


class Killed(BaseException):
    """kill -9: nothing of the worker runs any more."""


def test_a_killed_worker_leaves_whole_chunks_and_the_next_goes_on_after_them(
    people: People, break_at: Callable[[int, BaseException], None]
) -> None:
    submission = people.accept(*cases(5))
    break_at(2, Killed())
    with pytest.raises(Killed):
        process(submission)
    assert number_of_patients() == len(receipts(submission)) == 2
    process(submission)  # under the lease of the dead worker nothing happens
    assert state_of(submission).state == "processing"
    assert not unfinished(people.centre.pk)
    lease_ends(submission)
    assert unfinished(people.centre.pk) == [submission.pk]
    process(submission)
    assert state_of(submission).state == "done"
    assert keys_and_outcomes(submission) == [(n, f"P{n}", "new") for n in range(5)]
    assert number_of_patients() == 5


def test_a_failed_attempt_goes_back_into_the_queue(
    people: People, break_at: Callable[[int, BaseException], None]
) -> None:
    submission = people.accept(*cases(5))
    break_at(2, RuntimeError())
    process(submission)
    assert state_of(submission).state == "queued"
    assert unfinished(people.centre.pk) == [submission.pk]
    process(submission)
    assert keys_and_outcomes(submission) == [(n, f"P{n}", "new") for n in range(5)]


def test_the_write_of_a_worker_that_was_taken_over_is_refused(people: People) -> None:
    submission = people.accept(*cases(5))
    old_fence = claim(submission)
    assert old_fence is not None
    old = receive_submission._open(submission.pk, people.centre.pk, old_fence)
    lease_ends(submission)
    new_fence = claim(submission)
    assert new_fence == old_fence + 1
    assert receive_submission._next_chunk(old) is None
    with every_centre():
        lease.give_back(Submission.objects.filter(pk=submission.pk), LEASE, old_fence)
    assert number_of_patients() == 0
    assert state_of(submission).state == "processing"
    new = receive_submission._open(submission.pk, people.centre.pk, new_fence)
    assert receive_submission._next_chunk(new) is True
    assert receive_submission._next_chunk(old) is None
    assert number_of_patients() == 2


def test_a_batch_that_is_done_is_done(people: People) -> None:
    submission = people.accept(*cases(3))
    process(submission)
    before = state_of(submission)
    process(submission)
    assert state_of(submission).fence == before.fence
    assert len(receipts(submission)) == 3


def test_a_poison_body_is_dead_after_five_attempts(
    people: People, caplog: pytest.LogCaptureFixture
) -> None:
    submission, _ = accept_submission(
        by=people.own_centre,
        body=b'{"cases": 7}',
        batch=receive_submission.Batch("HIS", cases(1)),
        channel="api",
        idempotency_key=None,
    )
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert unfinished(people.centre.pk) == [submission.pk]
        process(submission)
        assert state_of(submission).attempts == attempt
    dead = state_of(submission)
    assert (dead.state, dead.lease_until) == ("dead", None)
    assert dead.finished_at
    assert not unfinished(people.centre.pk)
    assert [one for one in caplog.records if one.levelno == logging.CRITICAL]
    process(submission)
    assert state_of(submission).fence == MOST_ATTEMPTS


def test_a_batch_that_kills_its_workers_outright_is_dead_too(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(*args: Any) -> None:
        raise Killed

    monkeypatch.setattr(receive_submission, "_open", kill)
    submission = people.accept(*cases(1))
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(Killed):
            process(submission)
        lease_ends(submission)
    process(submission)
    assert state_of(submission).state == "dead"


def test_attempts_count_from_the_last_finished_chunk(
    people: People, break_at: Callable[[int, BaseException], None]
) -> None:
    submission = people.accept(*cases(20))
    for _ in range(MOST_ATTEMPTS + 2):
        break_at(2, RuntimeError())
        process(submission)
    assert state_of(submission).state == "queued"
    assert len(receipts(submission)) == 2 * (MOST_ATTEMPTS + 2)


def test_a_failure_is_logged_without_a_patients_values(
    people: People,
    break_at: Callable[[int, BaseException], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    break_at(1, ValueError(SECRET))
    process(people.accept(case("P1", identity={"family_name": SECRET})))
    assert "ValueError" in caplog.text
    assert "write_plans" in caplog.text
    assert SECRET not in caplog.text


# --- which cases are stored ----------------------------------------------------------------------


def test_an_atomic_batch_is_stored_in_one_piece(
    people: People, break_at: Callable[[int, BaseException], None]
) -> None:
    submission = people.accept(*cases(5), atomic=True)
    break_at(1, RuntimeError())
    process(submission)
    assert number_of_patients() == len(receipts(submission)) == 0
    process(submission)
    assert number_of_patients() == 5


@pytest.mark.parametrize("atomic", [True, False])
def test_one_person_twice_in_a_batch_is_asked_about_however_far_apart(
    people: People, atomic: bool
) -> None:
    twin = {"identity": {"birth_date": "2008-03-14", "given_name": "Ilker", "family_name": "Kaya"}}
    found = people.send(case("A", **twin), *cases(5), case("B", **twin), atomic=atomic)
    assert {one.outcome for one in found} == {"new"}
    assert [one["rule"] for one in found[6].findings] == [78]
    assert questions("A") == [] and questions("B") == [(78, "identity")]


def test_one_bad_case_stops_an_atomic_batch(people: People) -> None:
    found = people.send(*cases(4), case("X", sex="?"), atomic=True)
    assert {one.outcome for one in found} == {"rejected"}
    assert "all or nothing" in found[0].findings[0]["detail"]
    assert "is not one of" in found[4].findings[0]["detail"]
    assert number_of_patients() == 0


def test_a_doubled_key_is_refused_wherever_in_the_batch_it_stands(people: People) -> None:
    found = people.send(*cases(5), case(" P0 ", sex="M"))
    assert [one.outcome for one in found] == ["rejected", *["new"] * 4, "rejected"]
    assert found[5].findings[0]["pointer"] == "/cases/5/key"
    assert number_of_patients() == 4


def test_of_a_batch_half_bad_the_good_half_is_stored(people: People) -> None:
    found = people.send(case("P1"), case("P2", sex="?"), 7, case("P3", cmv_date="2099"))
    assert [one.outcome for one in found] == ["new", "rejected", "rejected", "rejected"]
    assert found[3].findings[0]["rule"] == 1
    assert number_of_patients() == 1


def test_a_no_without_its_day_is_a_finding_and_no_failure(people: People) -> None:
    gvhd = {"key": "A1", "occurred": "NO"}
    transplant = {"key": "T1", "number": 1, "date": "2012-03-01", "acute_gvhds": [gvhd]}
    (receipt,) = people.send(case("P1", transplants=[transplant]))
    assert receipt.outcome == "rejected"
    assert (76, "/cases/0/transplants/0/acute_gvhds/0/as_of") in [
        (one["rule"], one["pointer"]) for one in receipt.findings
    ]


def test_a_rejected_change_leaves_what_is_stored(people: People) -> None:
    people.send(case("P1"))
    (receipt,) = people.send({"key": "P1", "sex": "M", "cmv_date": "2099"})
    assert receipt.outcome == "rejected"
    assert stored("P1").root.answers == {"sex": "F"}


def test_the_same_key_in_two_centres_is_two_patients(people: People) -> None:
    people.send(case("P1"))
    people.send(case("P1", sex="M"), by=people.other_centre)
    assert number_of_patients() == 2


def test_the_number_of_queries_does_not_grow_with_the_cases(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive_submission, "CHUNK", 100)

    def queries(number: int) -> int:
        submission = people.accept(*[case(f"{number}-{n}") for n in range(number)])
        with CaptureQueriesContext(connection) as caught:
            process(submission)
        return len(caught)

    assert queries(50) == queries(2)

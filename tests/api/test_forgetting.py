"""What is left of a batch when its body was emptied: receipt, counts, SHA-256, and its key."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from registry.actions.forget_files import (
    DRAFT_KEPT,
    KEPT,
    forget_old_batches,
    forget_old_drafts,
    forget_what_came_in,
)
from registry.actions.save_draft import save_draft
from registry.models import Draft, Submission
from registry.scope import every_centre
from tests.api.callers import Caller
from tests.api.cases import as_bytes, batch, case

LATER = KEPT + timedelta(minutes=1)


def bodies() -> list[bytes]:
    with every_centre():
        return [bytes(one.body) for one in Submission.objects.order_by("received_at")]


def test_a_finished_batch_is_emptied_after_thirty_days_and_its_receipt_stays(ours: Caller) -> None:
    status = ours.send(case("P1"), case("P2", sex="?"))
    told, receipts = ours.get(f"submissions/{status['id']}").json(), ours.receipts(status)
    now = timezone.now()
    assert forget_what_came_in(now + KEPT - timedelta(minutes=1)) == 0
    assert bodies() != [b""]
    assert forget_what_came_in(now + LATER) == 1
    assert bodies() == [b""]
    assert forget_what_came_in(now + LATER) == 0, "once"
    assert ours.get(f"submissions/{status['id']}").json() == told
    assert ours.receipts(status) == receipts
    with connection.cursor() as cursor, every_centre():
        cursor.execute("SELECT octet_length(body) FROM registry_submission")
        assert cursor.fetchone()[0] < 110, "no more than an encrypted nothing"


def test_a_batch_that_waits_is_kept_however_old(ours: Caller) -> None:
    assert ours.post(as_bytes(batch(case("P1")))).status_code == 202
    assert forget_old_batches(timezone.now() + 10 * LATER) == 0
    assert bodies() != [b""]


def test_a_replay_after_that_answers_the_same_receipt(ours: Caller) -> None:
    body = as_bytes(batch(case("P1")))
    first = ours.post(body, Idempotency_Key="night-1")
    ours.process(first.json()["id"])
    assert forget_old_batches(timezone.now() + LATER) == 1
    again = ours.post(body, Idempotency_Key="night-1")
    assert (again.status_code, again["Idempotent-Replayed"]) == (202, "true")
    assert again.content == first.content
    other = ours.post(as_bytes(batch(case("P2"))), Idempotency_Key="night-1")
    assert other.status_code == 422
    # Rung for once more, nothing is judged again.
    ours.process(first.json()["id"])
    status = ours.get(f"submissions/{first.json()['id']}").json()
    assert (status["state"], status["outcomes"]["new"]) == ("done", 1)


@pytest.mark.parametrize("state", ["done", "dead"])
def test_what_was_given_up_is_emptied_as_well(ours: Caller, state: str) -> None:
    status = ours.send(case("P1"))
    with every_centre():
        Submission.objects.filter(pk=status["id"]).update(state=state)
    assert forget_old_batches(timezone.now() + LATER) == 1
    assert bodies() == [b""]


def test_a_receipt_that_stays_quotes_no_identity(ours: Caller) -> None:
    person = {"birth_date": "31/13/2008", "initials": "A\u202eB", "family_name": "Q" * 99}
    (receipt,) = ours.receipts(ours.send(case("P1", identity=person)))
    assert {one["pointer"].rpartition("/")[2] for one in receipt["findings"]} == set(person)
    told = as_bytes(receipt).decode()
    assert "31/13" not in told and "202e" not in told and "QQ" not in told


def test_a_form_that_was_never_saved_is_forgotten_after_ninety_days(ours: Caller) -> None:
    save_draft(
        by=ours.user, patient=None, place="/patients/new/", version=None, fields=[("a", "b")]
    )
    with every_centre():
        (draft,) = Draft.objects.all()
    assert forget_old_drafts(draft.saved_at + DRAFT_KEPT) == 0
    assert forget_old_drafts(draft.saved_at + DRAFT_KEPT + timedelta(seconds=1)) == 1
    with every_centre():
        assert not Draft.objects.exists()

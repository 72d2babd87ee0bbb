"""Is a batch kept once, processed once, and answered for case by case?"""

import hashlib

import pytest

from registry.models import Submission
from registry.scope import every_centre
from tests.api.callers import Caller
from tests.api.cases import as_bytes, batch, before_diagnosis, case, impossible_day
from tests.api.problems import problem

NOTHING = {"new": 0, "changed": 0, "same": 0, "rejected": 0}


def test_a_batch_is_accepted_with_the_address_of_its_state(ours: Caller) -> None:
    body = as_bytes(batch(case("P1"), case("P2")))
    accepted = ours.post(body)
    told = accepted.json()
    assert accepted.status_code == 202
    assert set(told) == {"id", "state", "status_url", "cases", "sha256"}
    assert told["state"] == "queued"
    assert told["cases"] == 2
    assert told["sha256"] == hashlib.sha256(body).hexdigest()
    assert accepted["Location"] == told["status_url"]
    assert "Idempotent-Replayed" not in accepted
    status = ours.client.get(told["status_url"], headers=ours._headers()).json()
    assert status["state"] == "queued"
    assert status["outcomes"] == NOTHING


def test_good_cases_are_stored_and_answered_with_their_pseudonym(ours: Caller) -> None:
    status = ours.send(case("P1"), case("P2"))
    assert status["state"] == "done"
    assert status["outcomes"] == NOTHING | {"new": 2}
    first, second = ours.receipts(status)
    assert (first["index"], first["key"], first["outcome"]) == (0, "P1", "new")
    assert second["key"] == "P2"
    stored = ours.get(f"patients/{first['patient']}").json()
    assert stored["record"]["transplants"][0]["date"] == "2012-03-01"


def test_the_same_batch_again_changes_nothing_and_says_so(ours: Caller) -> None:
    cases = [case("P1"), case("P2")]
    first = ours.send(*cases)
    again = ours.send(*cases)
    assert again["outcomes"] == NOTHING | {"same": 2}
    assert [one["patient"] for one in ours.receipts(again)] == [
        one["patient"] for one in ours.receipts(first)
    ]


def test_a_changed_case_says_changed_and_keeps_what_it_does_not_mention(ours: Caller) -> None:
    ours.send(case("P1"))
    status = ours.send({"key": "P1", "sex": "M"})
    assert status["outcomes"] == NOTHING | {"changed": 1}
    (receipt,) = ours.receipts(status)
    record = ours.get(f"patients/{receipt['patient']}").json()["record"]
    assert record["sex"] == "M"
    assert record["transplants"][0]["key"] == "T1"


def misspelt(key: str) -> dict[str, object]:
    return case(key, blod_group="A")


def unknown_code(key: str) -> dict[str, object]:
    return case(key, sex="female")


@pytest.mark.parametrize(
    ("wrong", "pointer", "says"),
    [
        (misspelt, "/cases/1/blod_group", "Did you mean 'blood_group'?"),
        (unknown_code, "/cases/1/sex", "'female' is not one of M, F"),
        (impossible_day, "/cases/1/transplants/0/date", "not a day of the calendar"),
        (lambda key: {"sex": "F"}, "/cases/1/key", "needs a key"),
        (lambda key: 7, "/cases/1", "is an object of items"),
        (lambda key: case("P1"), "/cases/1/key", "stands twice in this batch"),
    ],
)
def test_a_case_that_cannot_be_read_is_rejected_with_its_place(
    ours: Caller, wrong: object, pointer: str, says: str
) -> None:
    status = ours.send(case("P0"), wrong("P1"), case("P1"))
    finding = next(
        one
        for one in ours.receipts(status, outcome="rejected")[0]["findings"]
        if one["pointer"] == pointer
    )
    assert says in finding["detail"]
    assert finding["severity"] == "error"
    assert finding["rule"] is None


def test_of_a_batch_half_bad_the_good_cases_are_kept(ours: Caller) -> None:
    status = ours.send(case("P1"), impossible_day("P2"), before_diagnosis("P3"), case("P4"))
    assert status["state"] == "done"
    assert status["outcomes"] == NOTHING | {"new": 2, "rejected": 2}
    assert [one["outcome"] for one in ours.receipts(status)] == [
        "new", "rejected", "rejected", "new",
    ]  # fmt: skip
    kept = ours.get("patients").json()["results"]
    assert [one["key"] for one in kept] == ["P1", "P4"]


def test_a_broken_edit_check_names_its_rule_and_place(ours: Caller) -> None:
    status = ours.send(before_diagnosis("P1"))
    (receipt,) = ours.receipts(status)
    assert receipt["outcome"] == "rejected"
    assert receipt["patient"] is None
    finding = receipt["findings"][0]
    assert isinstance(finding["rule"], int)
    assert finding["pointer"].startswith("/cases/0/")


def test_an_atomic_batch_with_one_bad_case_stores_nothing(ours: Caller) -> None:
    status = ours.send(case("P1"), impossible_day("P2"), atomic=True)
    assert status["outcomes"] == NOTHING | {"rejected": 2}
    first, second = ours.receipts(status)
    assert "all or nothing" in first["findings"][0]["detail"]
    assert "calendar" in second["findings"][0]["detail"]
    assert ours.get("patients").json()["count"] == 0


def test_a_retry_with_its_key_is_answered_as_before(ours: Caller) -> None:
    body = as_bytes(batch(case()))
    first = ours.post(body, Idempotency_Key="order-66")
    ours.process(first.json()["id"])
    again = ours.post(body, Idempotency_Key="order-66")
    assert again.status_code == 202
    assert again.content == first.content
    assert again["Location"] == first["Location"]
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    with every_centre():
        assert Submission.objects.count() == 1


def test_a_key_with_another_body_is_refused(ours: Caller) -> None:
    ours.post(as_bytes(batch(case("P1"))), Idempotency_Key="order-66")
    told = problem(ours.post(as_bytes(batch(case("P2"))), Idempotency_Key="order-66"), 422)
    assert told["code"] == "idempotency_key_reused"


def test_a_key_belongs_to_its_account(ours: Caller, theirs: Caller) -> None:
    body = as_bytes(batch(case()))
    first = ours.post(body, Idempotency_Key="order-66")
    other = theirs.post(body, Idempotency_Key="order-66")
    assert other.status_code == 202
    assert other.json()["id"] != first.json()["id"]


@pytest.mark.parametrize("key", ["", "x" * 129, "a\tb"])
def test_a_key_that_cannot_be_kept_is_refused(ours: Caller, key: str) -> None:
    problem(ours.post(as_bytes(batch(case())), Idempotency_Key=key), 400)


def test_receipts_come_in_pages_and_by_outcome(ours: Caller) -> None:
    status = ours.send(*[case(f"P{n}") for n in range(3)], impossible_day("X"))
    page = ours.get(f"submissions/{status['id']}/receipts", page_size=3).json()
    assert page["count"] == 4
    assert [one["index"] for one in page["results"]] == [0, 1, 2]
    rest = ours.client.get(page["next"], headers=ours._headers()).json()
    assert [one["index"] for one in rest["results"]] == [3]
    assert rest["next"] is None
    assert [one["key"] for one in ours.receipts(status, outcome="rejected")] == ["X"]
    problem(ours.get(f"submissions/{status['id']}/receipts", outcome="bad"), 400)
    problem(ours.get(f"submissions/{status['id']}/receipts", page=9), 404)


def test_submissions_are_listed_newest_first(ours: Caller) -> None:
    sent = [ours.send(case(key))["id"] for key in ("P1", "P2")]
    listed = ours.get("submissions").json()["results"]
    assert [one["id"] for one in listed] == sent[::-1]
    assert listed[0]["outcomes"] == NOTHING | {"new": 1}

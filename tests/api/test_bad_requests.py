"""What does the API say to a request that it cannot use?"""

from unittest.mock import patch

import pytest
from django.test import Client, override_settings

from registry import strict_json
from registry.api import submissions
from registry.models import Submission
from registry.scope import every_centre
from tests.api.callers import Caller
from tests.api.cases import as_bytes, batch, case
from tests.api.problems import problem


def nothing_was_kept() -> bool:
    with every_centre():
        return not Submission.objects.exists()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"cases": [', "Not JSON at line 1, column 12"),
        (b"\xff\xfe", "not UTF-8 (byte 0)"),
        (b'{"cases": [], "cases": []}', "'cases' stands twice"),
        (b'{"source_system": "HIS", "cases": [{"key": "1", "sex": NaN}]}', "NaN is not JSON"),
        (b'{"cases": [-Infinity]}', "-Infinity is not JSON"),
        (b'{"source_system": "a\\u0000"}', "NUL"),
        (b'{"source_system": "\\ud800"}', "half a surrogate"),
        (b"[" * 30 + b"]" * 30, "deeper than 20 levels"),
        (b"9" * 5000, "digit"),
        (b"", "empty"),
    ],
)
def test_what_is_no_plain_json_is_a_bad_request(ours: Caller, body: bytes, says: str) -> None:
    told = problem(ours.post(body), 400)
    assert says in told["detail"]
    assert nothing_was_kept()


@pytest.mark.parametrize(
    ("value", "pointer", "says"),
    [
        ([], "", "A batch is an object"),
        ({"cases": [case()]}, "/source_system", "Name the system"),
        (batch(case(), source_system=7), "/source_system", "Name the system"),
        (batch(), "/cases", "at least one case"),
        ({"source_system": "HIS", "cases": {}}, "/cases", "A list"),
        (batch(*[0] * 2001), "/cases", "2001 cases: send at most 2000"),
        (batch(case(), atomic="yes"), "/atomic", "true (all cases or none)"),
        (batch(case(), atomics=True), "/atomics", "Did you mean 'atomic'?"),
        (batch(case(), **{"a/b~c": 1}), "/a~1b~0c", "A batch has no"),
    ],
)
def test_a_wrong_envelope_is_pointed_at(
    ours: Caller, value: object, pointer: str, says: str
) -> None:
    told = problem(ours.post(as_bytes(value)), 422)
    assert told["code"] == "bad_envelope"
    (error,) = told["errors"]
    assert error["pointer"] == pointer
    assert says in error["detail"]
    assert nothing_was_kept()


@pytest.mark.parametrize(
    ("content_type", "headers"),
    [
        ("text/plain", {}),
        ("application/x-www-form-urlencoded", {}),
        ("application/json; charset=latin-1", {}),
        ("application/json", {"Content_Encoding": "gzip"}),
    ],
)
def test_only_plain_json_is_read(ours: Caller, content_type: str, headers: dict[str, str]) -> None:
    problem(ours.post(as_bytes(batch(case())), content_type=content_type, **headers), 415)


def test_utf8_may_be_named(ours: Caller) -> None:
    sent = ours.post(as_bytes(batch(case())), content_type="application/json; charset=UTF-8")
    assert sent.status_code == 202


def test_a_body_over_the_limit_is_refused(ours: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    body = as_bytes(batch(case()))
    monkeypatch.setattr(strict_json, "MOST_BYTES", len(body) - 1)
    told = problem(ours.post(body), 413)
    assert "smaller batches" in told["detail"]


def test_a_body_at_the_limit_is_accepted(ours: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    body = as_bytes(batch(case()))
    monkeypatch.setattr(strict_json, "MOST_BYTES", len(body))
    assert ours.post(body).status_code == 202


@pytest.mark.parametrize(
    "path", ["nothing", "submissions/1", "patients/x/y", "", "patients/", "../v2/patients"]
)
def test_an_unknown_route_is_a_problem(ours: Caller, path: str) -> None:
    problem(ours.get(path), 404)


def test_a_wrong_method_is_a_problem_that_names_the_right_ones(ours: Caller) -> None:
    refused = ours.client.delete("/api/v1/patients", headers=ours._headers())
    assert "DELETE" in problem(refused, 405)["detail"]
    assert "GET" in refused["Allow"]


def test_a_refused_host_is_a_problem(ours: Caller) -> None:
    refused = ours.client.get("/api/v1/patients", headers={"Host": "elsewhere.example"})
    problem(refused, 400)


@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer engraft_wrong", "Basic YTpi", "Bearer a b", "Bearer ÿ"]
)
def test_without_a_valid_token_nothing_is_told(
    db: None, client: Client, header: str | None
) -> None:
    headers = {} if header is None else {"Authorization": header}
    refused = client.get("/api/v1/patients", headers=headers)
    problem(refused, 401)
    assert refused["WWW-Authenticate"] == "Bearer"


def test_an_account_that_was_closed_is_refused(ours: Caller) -> None:
    ours.user.is_active = False
    ours.user.save()
    problem(ours.get("patients"), 401)


def test_too_many_requests_are_told_when_to_come_back(ours: Caller) -> None:
    with override_settings(REST_FRAMEWORK={"DEFAULT_THROTTLE_RATES": {"user": "1/min"}}):
        assert ours.get("dictionary").status_code == 200
        refused = ours.get("dictionary")
    problem(refused, 429)
    assert 1 <= int(refused["Retry-After"]) <= 61


def test_an_unexpected_failure_shows_no_value_and_keeps_nothing(
    ours: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    initials = case()["identity"]["initials"]

    def fail(submission: Submission) -> None:
        assert Submission.objects.exists()
        raise RuntimeError(f"initials {initials}")

    with patch.object(submissions.doorbell, "ring", fail):
        told = problem(ours.post(as_bytes(batch(case()))), 500)
    assert initials not in str(told) + caplog.text
    assert "RuntimeError in Submissions" in caplog.text
    assert nothing_was_kept()

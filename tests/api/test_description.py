"""Does the OpenAPI description tell the truth, and can people read it?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from jsonschema import Draft202012Validator

from registry.api.case_schema import HERE, case_schemas
from registry.dictionary.reading import read_case
from registry.models import DICTIONARY, Role, User
from tests.api.callers import Caller
from tests.api.cases import as_bytes, batch, case
from tests.api.problems import problem

WRITTEN = Path(__file__).parents[2] / "docs" / "api-v1.yaml"


@pytest.fixture(scope="module")
def cases() -> Draft202012Validator:
    """Judges a case by the description alone."""
    schemas = case_schemas(DICTIONARY, most_cases=2000, longest_name=64)
    return Draft202012Validator({"$ref": HERE + "Case", "components": {"schemas": schemas}})


def test_the_written_description_is_current(tmp_path: Path) -> None:
    fresh = tmp_path / "api-v1.yaml"
    call_command(
        "spectacular",
        custom_settings="registry.api.schema.SETTINGS",
        file=str(fresh),
        validate=True,
        fail_on_warn=True,
    )
    assert fresh.read_text() == WRITTEN.read_text(), "run: make docs"


def test_every_operation_can_answer_a_problem() -> None:
    described = yaml.safe_load(WRITTEN.read_text())
    assert described["openapi"].startswith("3.1")
    operations = [one for path in described["paths"].values() for one in path.values()]
    assert len(operations) == 8
    assert all(one["responses"]["default"] for one in operations)


@pytest.mark.parametrize(
    "broken",
    [
        case(sex="female"),
        case(blod_group="A"),
        case(cmv_date="2011-1"),
        case(sex={"missing": "LATER"}),
        case(transplants={}),
        case(transplants=[{"number": 1}]),
        case(transplants=[{"key": "T1", "number": 0}]),
        case(keep={"one": "because"}),
        {"sex": "F"},
        7,
    ],
)
def test_description_and_reader_refuse_alike(cases: Draft202012Validator, broken: Any) -> None:
    assert read_case(DICTIONARY, broken).problems
    assert not cases.is_valid(broken)


@pytest.mark.parametrize(
    "good",
    [
        case(),
        case(sex={"missing": "REF"}),
        case(sex=None, cmv_date="2011"),
        case(keep={"7": "seen in the file"}),
    ],
)
def test_description_and_reader_accept_alike(cases: Draft202012Validator, good: Any) -> None:
    assert not read_case(DICTIONARY, good).problems
    assert cases.is_valid(good)


def test_the_description_is_served_to_tokens_and_to_people(ours: Caller) -> None:
    assert ours.get("description").status_code == 200
    assert ours.get("description", format="json").status_code == 200
    people = Client()
    problem(people.get("/api/v1/description"), 401)
    people.force_login(ours.user, "allauth.account.auth_backends.AuthenticationBackend")
    assert people.get("/api/v1/description").status_code == 200


def test_a_session_opens_the_docs_and_nothing_else(ours: Caller) -> None:
    person = User.objects.create(
        username="manager", role=Role.DATA_MANAGER, centre=ours.user.centre
    )
    browser = Client()
    sent_away = browser.get("/api/v1/docs/")
    assert sent_away.status_code == 302
    assert "/accounts/login/" in sent_away["Location"]
    browser.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    assert browser.get("/api/v1/docs/").status_code == 200
    problem(browser.get("/api/v1/patients"), 401)
    body = as_bytes(batch(case()))
    problem(browser.post("/api/v1/submissions", body, content_type="application/json"), 401)


def test_the_docs_page_keeps_the_content_security_policy(ours: Caller) -> None:
    ours.client.force_login(ours.user, "allauth.account.auth_backends.AuthenticationBackend")
    page = ours.client.get("/api/v1/docs/")
    html = page.content.decode()
    nonce = html.split('<style nonce="')[1].split('"')[0]
    assert f"'nonce-{nonce}'" in page["Content-Security-Policy"]
    assert html.count("<script") == html.count("<script src=")
    assert "//" not in html.replace(nonce, "").replace("<!DOCTYPE html>", "")
    script = ours.client.get("/api/v1/docs/?script=")
    assert "SwaggerUIBundle" in script.content.decode()
    assert script["Content-Type"].startswith("application/javascript")

"""Do addresses, sessions, headers and log lines behave as config/ promises?"""

import io
import logging
import time

import pytest
from celery import Celery
from django.conf import settings
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.views.defaults import server_error
from pytest_django import Settings

from config.logs import WithoutValues
from config.proxies import client_address
from config.sessions import BEGAN
from registry.models import User

QUOTED = "ÇŞ-1957"  # a value of a patient; named, so that no line of source shows it


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("office", password="correct horse battery", role="office")


@pytest.mark.parametrize(
    "proxies, forwarded, expected",
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "9.9.9.9", "9.9.9.9"),
        (1, "6.6.6.6, 9.9.9.9", "9.9.9.9"),
        (2, "6.6.6.6, 9.9.9.9, 10.0.0.2", "9.9.9.9"),
        (2, "9.9.9.9", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_an_address_is_believed_only_from_our_proxies(
    proxies: int, forwarded: str, expected: str, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="10.0.0.1")
    assert client_address(request) == expected


def test_a_log_line_drops_what_postgresql_quotes_from_the_row() -> None:
    secret = "ÇŞ"
    told = (
        f'duplicate key\nDETAIL:  Key (initials)=({secret}) exists.\nCONTEXT:  COPY x: "{secret}"'
    )
    try:
        raise ValueError(told)
    except ValueError as error:
        record = logging.LogRecord("engraft", 40, "f.py", 1, "failed: %s", (error,), None)
        record.exc_info = (type(error), error, error.__traceback__)
    line = WithoutValues("%(message)s").format(record)
    assert "failed: ValueError\n" in line
    assert "in test_a_log_line_drops_what_postgresql_quotes_from_the_row" in line
    assert secret not in line and "duplicate key" not in line


def logged(record: logging.LogRecord) -> str:
    """The line of every handler of ours; another one has cached the full text before."""
    record.exc_text = (
        logging.Formatter().formatException(record.exc_info) if record.exc_info else None
    )
    return WithoutValues("%(levelname)s %(name)s: %(message)s").format(record)


def test_an_exception_tells_its_type_and_place_and_that_of_what_it_came_from() -> None:
    def inner() -> None:
        raise KeyError(QUOTED)

    try:
        try:
            inner()
        except KeyError as cause:
            raise RuntimeError(f"no place for {cause}") from cause
    except RuntimeError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("engraft", 40, "f.py", 1, "patient %s: %r", ("AB", info[1]), info)
    line = logged(record)
    assert line.startswith("ERROR engraft: patient AB: RuntimeError\n")
    assert "KeyError" in line and "in inner" in line
    assert "1957" not in line and "ÇŞ" not in line


def test_celery_s_words_about_a_failed_task_have_no_value() -> None:
    """Celery puts the exception and its traceback into the message as text."""
    app = Celery("test", set_as_current=False)
    heard: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = heard.append  # type: ignore[method-assign]
    log = logging.getLogger("celery.app.trace")
    log.addHandler(handler)

    @app.task
    def failing() -> None:
        raise ValueError(QUOTED)

    failing.apply()
    log.removeHandler(handler)
    (line,) = [logged(record) for record in heard if record.levelno >= logging.ERROR]
    assert "ValueError" in line and "in failing" in line
    assert "1957" not in line


def test_a_page_that_fails_logs_no_value(client: Client, db: None) -> None:
    """Through the handler that every process has, not a formatter of the test's."""

    def fail() -> None:
        raise ValueError(QUOTED)

    (ours,) = [
        one
        for one in logging.getLogger("django").handlers
        if isinstance(one.formatter, WithoutValues)
    ]
    assert isinstance(ours, logging.StreamHandler)
    told, client.raise_request_exception = io.StringIO(), False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ours, "stream", told)
        patch.setattr("config.health.connection.cursor", fail)
        assert client.get("/healthz").status_code == 500
    line = told.getvalue()
    assert "Internal Server Error: /healthz" in line and "in fail" in line
    assert "ValueError" in line and "1957" not in line


def test_a_page_that_failed_is_told_without_the_database() -> None:
    """No `db` here: whatever failed, the page that says so must not need it."""
    page = server_error(RequestFactory().get("/"))
    assert page.status_code == 500
    words = page.content.decode()
    assert "<title>Something went wrong here · Engraft</title>" in words
    assert "Nothing was saved." in words and 'rel="stylesheet"' in words


def test_a_form_that_lay_open_too_long_says_so_without_the_database() -> None:
    page = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "office"})
    assert page.status_code == 403
    words = page.content.decode()
    assert "<h1>This page was open too long</h1>" in words and "Nothing was saved." in words


def test_a_login_ends_after_twelve_hours_of_use(client: Client, person: User) -> None:
    client.force_login(person)
    client.get("/healthz")
    assert "_auth_user_id" in client.session

    session = client.session
    session[BEGAN] = int(time.time()) - settings.SESSION_ABSOLUTE_AGE - 1
    session.save()
    client.get("/healthz")
    assert "_auth_user_id" not in client.session


def test_health_is_told_without_a_login(client: Client, db: None) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


def test_health_is_503_when_the_database_does_not_answer(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No `db` here: nothing before or after the question may need the database either."""

    class Silent:
        def cursor(self) -> None:
            raise OperationalError("connection refused")

    monkeypatch.setattr("config.health.connection", Silent())
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (503, b"database does not answer")


def test_nothing_may_be_loaded_from_elsewhere(client: Client, db: None) -> None:
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy


def test_ten_wrong_passwords_lock_the_name(client: Client, person: User) -> None:
    def log_in(password: str) -> bool:
        client.post("/accounts/login/", {"login": "office", "password": password})
        return "_auth_user_id" in client.session

    for attempt in range(settings.AXES_FAILURE_LIMIT):
        assert not log_in(f"wrong {attempt}")
    assert not log_in("correct horse battery")

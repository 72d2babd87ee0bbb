"""What is a web or worker process told that must not start?"""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet
from django.core.checks import Error
from django.db import connections
from pytest_django import Settings

from config.local import local_services
from config.secrets_file import made_up
from registry.startup import database_findings, database_is_safe, settings_are_safe

ROOT = Path(__file__).parent.parent.parent


def ids(findings: list[Error]) -> set[str]:
    return {one.id for one in findings}


def test_these_very_tests_may_start(db: None) -> None:
    assert ids([*settings_are_safe(), *database_is_safe(databases=["default"])]) == set()


@pytest.mark.parametrize("key", ["change-me", "short", "django-insecure-" + "x" * 60])
def test_a_placeholder_secret_is_refused(key: str, settings: Settings) -> None:
    settings.SECRET_KEY = key
    assert ids(settings_are_safe()) == {"engraft.E001"}


@pytest.mark.parametrize(
    "keys",
    [
        ["change-me"],
        [""],
        ["none"],
        ["A" * 43 + "="],
        [Fernet.generate_key().decode(), "change-me"],
    ],
)
def test_a_placeholder_for_a_key_is_refused(keys: list[str], settings: Settings) -> None:
    settings.FIELD_KEYS = keys
    assert ids(settings_are_safe()) == {"engraft.E004"}


def test_the_keys_that_we_make_may_be_used(settings: Settings) -> None:
    for _ in range(200):
        settings.FIELD_KEYS = [made_up()["field_keys"]]
        assert ids(settings_are_safe()) == set()


@pytest.mark.parametrize("local, found", [(True, set()), (False, {"engraft.E002"})])
def test_debug_is_for_this_machine_only(local: bool, found: set[str], settings: Settings) -> None:
    settings.DEBUG, settings.LOCAL = True, local
    assert ids(settings_are_safe()) == found


@pytest.mark.parametrize("host", ["*", ".example.org", "*.example.org"])
def test_a_wildcard_host_is_refused(host: str, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["registry.example.org", host]
    assert ids(settings_are_safe()) == {"engraft.E003"}


def test_owner_and_superuser_are_refused_as_app_role(place: Path) -> None:
    with local_services(place) as services:
        with psycopg.connect(services.owner_url) as owner:
            owner.execute("CREATE TABLE mine (id int)")
            faults = [one.msg for one in database_findings(owner.cursor())]
            assert "The database role engraft_owner owns 1 tables." in faults
            owner.commit()
        with psycopg.connect(services.admin_url) as admin:
            faults = [one.msg for one in database_findings(admin.cursor())]
    assert "The database role postgres is a superuser." in faults
    assert "The database role postgres has BYPASSRLS." in faults


def test_an_unprotected_table_is_named(place: Path) -> None:
    with local_services(place) as services, psycopg.connect(services.database_url) as connection:
        findings = database_findings(connection.cursor())
    assert ids(findings) == {"engraft.E013"}
    assert "Table registry_patient is not protected by row-level security." in [
        one.msg for one in findings
    ]


def test_lazy_commits_are_refused(db: None) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    assert ids(database_is_safe(databases=["default"])) == {"engraft.E012"}


WEB = ("-c", "import config.wsgi")
WORKER = ("-m", "celery", "-A", "config", "worker", "--pool=solo", "--loglevel=ERROR")
BEAT = ("-m", "celery", "-A", "config", "beat", "--pidfile=")


@pytest.mark.parametrize("process", [WEB, WORKER, BEAT], ids=["web", "worker", "beat"])
def test_a_process_with_the_owner_as_app_role_does_not_start(
    process: tuple[str, ...], place: Path
) -> None:
    """The checks bark in the real processes, not only when a test calls them."""
    with local_services(place) as services:
        with psycopg.connect(services.owner_url) as owner:
            owner.execute("CREATE TABLE mine (id int)")
        environment = os.environ | services.environment() | {"DATABASE_URL": services.owner_url}
        answer = subprocess.run(
            [sys.executable, *process, *([f"--schedule={place}/beat"] if process is BEAT else [])],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert answer.returncode != 0
    assert "engraft.E011" in answer.stdout + answer.stderr


def test_migrate_without_the_owner_says_what_to_do(place: Path) -> None:
    with local_services(place) as services:
        environment = os.environ | services.environment()
        del environment["DATABASE_OWNER_URL"]
        answer = subprocess.run(
            [sys.executable, "manage.py", "migrate"],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert answer.returncode == 1
    assert answer.stderr.startswith("CommandError: Migrations run as the role that owns the tables")

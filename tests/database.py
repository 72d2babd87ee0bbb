"""How does each test run get its own database quickly? As a copy of one migrated earlier.

The owner migrates a template once for each state of the models and migrations, which takes ten seconds; a copy takes a
tenth of one. The tests themselves run as the app role, which owns nothing.
"""

import hashlib
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from psycopg import sql
from pytest_django import DjangoDbBlocker

ROOT = Path(__file__).parent.parent
OWNER = "owner"
BELONG_TO_THE_SCHEMA = ("django_migrations", "django_content_type", "auth_permission")
OWN, TEMPLATE = "test_engraft_", "template_engraft_"
PATIENCE = 20.0  # seconds a request may take to its end after its test is over
ONE_AT_A_TIME = 8_014_127  # key of an advisory lock: any number, as long as it is ours

# What decides how the tables and triggers look.
SCHEMA = ("registry/models", "registry/dictionary", "registry/migrations", "reports/migrations")
SCHEMA_FILES = (
    "reports/models.py", "registry/protect.py", "registry/management/commands/migrate.py",
    "config/settings.py", "requirements-dev.lock",
)  # fmt: skip


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of this run; both connections of Django point at it."""
    kept = connections["default"].settings_dict["NAME"]
    name = f"{OWN}{os.getpid()}"
    with django_db_blocker.unblock(), server() as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        _drop_left_behind(connection)
        _create(connection, name, template=_template(connection))
    _use_database(name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _empty_tables)
        yield
    with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
        # What threads and fixtures of the run left open: a role may end its own sessions only.
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user "
            "AND datname = current_database() AND pid <> pg_backend_pid()"
        )
    connections["default"].close()
    _use_database(kept)
    with server() as connection:
        _drop(connection, name)


def _template(connection: psycopg.Connection) -> str:
    """Name of the migrated database; made when this state of the schema is new."""
    name = TEMPLATE + _state_of_schema()
    if name not in _databases(connection):
        unfinished = f"{TEMPLATE}unfinished"
        _create(connection, unfinished, template="template1")
        _use_database(unfinished)
        call_command("migrate", verbosity=0)
        for alias in ("default", OWNER):
            connections[alias].close()
        _execute(connection, "ALTER DATABASE {} RENAME TO {}", unfinished, name)
    return name


def _state_of_schema() -> str:
    files = [path for folder in SCHEMA for path in sorted((ROOT / folder).rglob("*.py"))]
    files += [ROOT / name for name in SCHEMA_FILES]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def _drop_left_behind(connection: psycopg.Connection) -> None:
    """Databases of runs that were killed, and templates of schemas that are gone."""
    current = TEMPLATE + _state_of_schema()
    for name in _databases(connection):
        run = re.fullmatch(rf"{OWN}(\d+)", name)
        abandoned = run is not None and not Path(f"/proc/{run[1]}").exists()
        if abandoned or (name.startswith(TEMPLATE) and name != current):
            _drop(connection, name)


def _databases(connection: psycopg.Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT datname FROM pg_database").fetchall()}


def _create(connection: psycopg.Connection, name: str, *, template: str) -> None:
    _execute(connection, "CREATE DATABASE {} TEMPLATE {}", name, template)


def _drop(connection: psycopg.Connection, name: str) -> None:
    """Sessions of our own role are ended first; a plain DROP waits five seconds for the others and
    ends a vacuum of the server's. FORCE would fail on both: an owner may end only its own."""
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = %s AND usename = current_user AND backend_type = 'client backend'",
        [name],
    )
    _execute(connection, "DROP DATABASE IF EXISTS {}", name)


def _execute(connection: psycopg.Connection, statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _use_database(name: str) -> None:
    for alias in ("default", OWNER):
        connections[alias].settings_dict["NAME"] = name


@contextmanager
def server(database: str = "postgres") -> Iterator[psycopg.Connection]:
    """A connection as the owner, outside Django's and outside any transaction."""
    settings = connections[OWNER].settings_dict
    with psycopg.connect(
        host=settings["HOST"], port=settings["PORT"] or None, user=settings["USER"],
        password=settings["PASSWORD"], dbname=database, autocommit=True,
    ) as connection:  # fmt: skip
        yield connection


def _empty_tables(case: TransactionTestCase) -> None:
    """After a test that committed: empty every table as the owner; the app role may not truncate."""
    _wait_for_requests()
    with server(connections["default"].settings_dict["NAME"]) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [sql.Identifier(name) for (name,) in rows if name not in BELONG_TO_THE_SCHEMA]
        with connection.transaction():
            # The trail's own triggers refuse a truncation, to the owner too.
            for table in tables:
                connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table))
            connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(tables)))
            for table in tables:
                connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(table))


def _wait_for_requests() -> None:
    """A closed page leaves requests behind that the live server still answers. They would meet the
    emptying of the tables, or the block that the next test puts before the database."""
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(PATIENCE)
            assert not thread.is_alive(), "a request of this test is still being answered"

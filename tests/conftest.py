"""What do all tests stand on? Real PostgreSQL and Redis, tables made by the owner, used by the app role.

DATABASE_URL, DATABASE_OWNER_URL (a role with CREATEDB) and REDIS_URL are used where they are set; otherwise the servers
of config/local.py run in var/test, shared by all test runs of this tree.
"""

import os
from pathlib import Path

import django
import pytest

from config.local import local_services
from config.secrets_file import made_up
from tests.chromium import browser, pytest_terminal_summary
from tests.database import django_db_setup
from tests.processes import mail_sink, worker

__all__ = ("browser", "django_db_setup", "mail_sink", "pytest_terminal_summary", "worker")

SERVERS = Path(__file__).parent.parent / "var" / "test"
REDIS_DATABASES = 16


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make journeys` keeps what the journeys cost."""
    parser.addoption("--journeys", action="store_true", help="write var/journeys.json")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Settle the environment before pytest-django reads the settings."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["ENGRAFT_LOCAL"] = "1"
    secrets = made_up()
    for name in ("SECRET_KEY", "FIELD_KEYS"):
        os.environ.setdefault(name, secrets[name.lower()])
    if "DATABASE_URL" not in os.environ:
        _start_servers(config)
    django.setup()


def _start_servers(config: pytest.Config) -> None:
    services = local_services(SERVERS)
    found = services.__enter__()
    config.add_cleanup(lambda: services.__exit__(None, None, None))
    # Two runs at a time must not take each other's messages.
    redis_url = f"{found.redis_url}?db={os.getpid() % REDIS_DATABASES}"
    os.environ.update(found.environment() | {"REDIS_URL": os.environ.get("REDIS_URL", redis_url)})

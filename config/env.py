"""What does the environment say? Read here only; secrets may come from the file that X_FILE names."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.core.exceptions import ImproperlyConfigured
from environ import Env


def text(name: str, default: str | None = None) -> str:
    """The value of `name`. Raises ImproperlyConfigured when it is missing and has no default."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(
            f"The environment variable {name} is not set.\n"
            "Engraft reads all its settings from the environment; .env.example lists them with their meaning. "
            f"Set {name}, or in a container name a file that holds it in {name}_FILE where it is a secret. "
            "To try Engraft on this machine without any of this, run `make demo`."
        )
    return value


def secret(name: str, default: str | None = None) -> str:
    """The value of `name`, or the content of the file that `name`_FILE names; the file wins."""
    path = os.environ.get(f"{name}_FILE")
    if path is None:
        return text(name, default)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}_FILE names {path}, which cannot be read ({error.strerror}). "
            "Check that the secret is mounted and that this user may read it."
        ) from None


def flag(name: str, *, default: bool = False) -> bool:
    """True for "1", False for "0" or unset; anything else is refused rather than guessed."""
    value = os.environ.get(name, "1" if default else "0")
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} is {value!r}. Write 1 for yes or 0 for no.")
    return value == "1"


def number(name: str, default: int) -> int:
    """A whole number of zero or more."""
    value = os.environ.get(name, str(default))
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} is {value!r}. Write a whole number, such as {default}.")
    return int(value)


def names(name: str, default: str = "") -> list[str]:
    """A list written with commas, such as `registry.example.org,www.example.org`."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def database(name: str) -> dict[str, Any] | None:
    """Django's settings for the PostgreSQL address in `name`; None when it is not given."""
    if name not in os.environ and f"{name}_FILE" not in os.environ:
        return None
    parsed = Env.db_url_config(secret(name))
    if parsed["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured(
            f"{name} must begin with postgresql://. Engraft needs PostgreSQL 16 or later: its audit trail and the "
            "separation of centres are kept by triggers and row-level security, which other databases lack."
        )
    return parsed | {
        "HOST": unquote(parsed["HOST"]),  # a unix socket's directory is written with %2F
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, "application_name": "engraft"},
    }

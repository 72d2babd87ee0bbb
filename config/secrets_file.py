"""Where are the passwords of a local demo kept? In one file that only its owner reads, made at first start."""

import base64
import json
import secrets
from pathlib import Path


def secrets_in(path: Path) -> dict[str, str]:
    """The secrets kept in `path`; made up and written there when it does not exist."""
    if not path.exists():
        unfinished = path.with_suffix(".new")
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(made_up()))
        unfinished.rename(path)
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def made_up() -> dict[str, str]:
    """New random passwords and keys, by name."""
    passwords = {
        role: secrets.token_urlsafe(24) for role in ("postgres", "engraft_owner", "engraft_app")
    }
    return passwords | {
        "secret_key": secrets.token_urlsafe(50),
        "field_keys": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }

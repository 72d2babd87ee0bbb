"""Which passwords does a new installation have? Random ones, each in a file of secrets/, never overwritten.

Needs nothing but Python: `python3 deploy/make_secrets.py`.
"""

import base64
import secrets
from pathlib import Path

DIRECTORY = Path(__file__).resolve().parent.parent / "secrets"


def main() -> None:
    """Write what is missing, and say so."""
    # Containers read the files as users of their own, so the folder guards them, not their mode.
    DIRECTORY.mkdir(mode=0o700, exist_ok=True)
    for name in ("postgres_password", "owner_password", "app_password", "secret_key"):
        keep(name, secrets.token_urlsafe(50))
    keep("field_keys", base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
    keep("database_url", f"postgresql://engraft_app:{kept('app_password')}@db/engraft")
    keep("database_owner_url", f"postgresql://engraft_owner:{kept('owner_password')}@db/engraft")
    keep("email_password", "")
    print(
        f"The secrets are in {DIRECTORY}. Write the mail server's password into email_password there."
    )
    print("Keep a copy of field_keys apart from the backups: without it no identity can be read.")


def keep(name: str, value: str) -> None:
    """Write a secret unless there is one already."""
    path = DIRECTORY / name
    if not path.exists():
        path.write_text(value)
        path.chmod(0o444)


def kept(name: str) -> str:
    """The secret that is there."""
    return (DIRECTORY / name).read_text()


if __name__ == "__main__":
    main()

"""Who lives in the demo? 33 invented centres with a service account each, and three people."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone
from knox.models import AuthToken

from registry.models import Centre, Role, User

CITIES = [
    "Ashford",
    "Birkdale",
    "Calder",
    "Dunmore",
    "Eastholm",
    "Fairwater",
    "Glenmoor",
    "Harrowby",
    "Inverleigh",
    "Kingsmead",
    "Larkhill",
    "Marlow",
    "Northcote",
    "Oakham",
    "Penrose",
    "Queensferry",
    "Ravensby",
    "Stanmore",
    "Thornbury",
    "Ullswater",
    "Verwood",
    "Westerham",
    "Yarrow",
    "Abbotsley",
    "Brampton",
    "Cranleigh",
    "Deepdale",
    "Elmstead",
    "Foxton",
    "Grantley",
    "Hazelwood",
    "Ivybridge",
    "Kelbrook",
]


@dataclass(frozen=True)
class Login:
    """One way in, printed at the end of the demo."""

    username: str
    password: str
    role: str


def make_centres(codes: list[str]) -> list[Centre]:
    """The centres of the cohort, marked as invented."""
    for code, city in zip(codes, CITIES, strict=True):
        Centre.objects.update_or_create(
            code=code,
            defaults={
                "name": city,
                "city": city,
                "country": "FR",
                "population": "paediatric",
                "synthetic": True,
            },
        )
    return list(Centre.objects.filter(code__in=codes))


def service_tokens(centres: list[Centre]) -> dict[str, str]:
    """A fresh API token for each centre's service account."""
    tokens = {}
    for centre in centres:
        account, _ = User.objects.get_or_create(
            username=f"service-{centre.code.lower()}",
            defaults={"role": Role.SERVICE, "centre": centre},
        )
        AuthToken.objects.filter(user=account).delete()
        tokens[centre.code] = AuthToken.objects.create(user=account)[1]
    return tokens


def make_logins(centre: Centre, kept_in: Path) -> list[Login]:
    """A data manager, the registry office and a statistician; passwords stay the same."""
    known = json.loads(kept_in.read_text()) if kept_in.exists() else {}
    people = {
        "manager": (Role.DATA_MANAGER, centre),
        "office": (Role.OFFICE, None),
        "statistician": (Role.STATISTICIAN, None),
    }
    logins = []
    for username, (role, home) in people.items():
        password = known.setdefault(username, secrets.token_urlsafe(12))
        user, _ = User.objects.update_or_create(
            username=username,
            defaults={"role": role, "centre": home, "email": f"{username}@engraft.example"},
        )
        if not user.has_usable_password() or not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])
        label = f"{role.label}, {home}" if home else str(role.label)
        logins.append(Login(username, password, label))
    kept_in.write_text(json.dumps(known))
    kept_in.chmod(0o600)
    return logins


def time_zone() -> str:
    """The zone in which the statistician reads the clock."""
    return timezone.get_default_timezone_name()

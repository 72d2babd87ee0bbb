"""Who lives in the demo? 33 invented centres with a service account each, and three people."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from registry.actions.admit import admit_centre, admit_person, set_password
from registry.actions.create_service_account import create_service_account
from registry.models import CENTRE_ROLES, Centre, Role, User

TOKENS_LAST = timedelta(days=90)
PEOPLE = {
    "manager": Role.DATA_MANAGER,
    "office": Role.OFFICE,
    "statistician": Role.STATISTICIAN,
}

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


def make_centres(codes: list[str], *, cohort: str) -> list[Centre]:
    """The centres of the cohort, marked as invented; those of an earlier start stay."""
    there = set(Centre.objects.values_list("code", flat=True))
    for code, city in zip(codes, CITIES, strict=True):
        if code not in there:
            admit_centre(
                code=code,
                name=city,
                city=city,
                country="FR",
                population="paediatric",
                synthetic=True,
                cohort=cohort,
            )
    # A start before centres remembered their cohort has left them without one.
    Centre.objects.filter(code__in=codes, synthetic=True, cohort="").update(cohort=cohort)
    return list(Centre.objects.filter(code__in=codes))


def service_tokens(centres: list[Centre]) -> dict[str, str]:
    """A fresh API token for each centre's service account; those of earlier starts end."""
    return {
        centre.code: create_service_account(
            centre=centre, name="demo", lifetime=TOKENS_LAST, revoke=True
        )[1]
        for centre in centres
    }


def make_logins(centre: Centre, kept_in: Path) -> list[Login]:
    """A data manager, the registry office and a statistician; passwords stay the same.

    Raises ValidationError when somebody else has one of the names.
    """
    known = json.loads(kept_in.read_text()) if kept_in.exists() else {}
    logins = []
    for username, role in PEOPLE.items():
        home = centre if role in CENTRE_ROLES else None
        password = known.setdefault(username, secrets.token_urlsafe(12))
        _admit(username, role, home, password)
        label = f"{role.label}, {home}" if home else str(role.label)
        logins.append(Login(username, password, label))
    kept_in.touch(mode=0o600)
    kept_in.write_text(json.dumps(known))
    return logins


def _admit(username: str, role: Role, home: Centre | None, password: str) -> None:
    """The person, with this password; one of an earlier start may have had another."""
    email = f"{username}@engraft.example"
    person = User.objects.filter(username=username, email=email, role=role, centre=home).first()
    if person is None:
        admit_person(username=username, role=role, centre=home, email=email, password=password)
    elif not person.check_password(password):
        set_password(person=person, password=password)


def time_zone() -> str:
    """The zone in which the statistician reads the clock."""
    return timezone.get_default_timezone_name()

"""The registry admits a centre or a person, and gives a person a new password."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from registry.models import CENTRE_ROLES, Centre, Role, User


@transaction.atomic
def admit_centre(
    *,
    code: str,
    name: str,
    city: str = "",
    country: str = "",
    cic: str = "",
    ccn: str = "",
    population: str = "both",
    time_zone: str = settings.TIME_ZONE,
    synthetic: bool = False,
    cohort: str = "",
) -> Centre:
    """Add a centre; `synthetic` says that its patients are invented, `cohort` for which study.

    Raises ValidationError when the code is taken or a value does not fit.
    """
    if time_zone not in available_timezones():
        raise ValidationError(f"{time_zone}: no time zone of this name, such as Europe/Paris.")
    centre = Centre(
        code=code,
        name=name,
        city=city,
        country=country,
        cic=cic,
        ccn=ccn,
        population=population,
        time_zone=time_zone,
        synthetic=synthetic,
        cohort=cohort,
    )
    centre.full_clean()
    centre.save()
    return centre


@transaction.atomic
def admit_person(
    *, username: str, role: Role, centre: Centre | None, email: str, password: str
) -> User:
    """Add a person who may sign in.

    Raises ValidationError when the name is taken, the password is weak, or role and centre do not
    go together: roles of a centre need one, the registry's own staff has none.
    """
    if (role in CENTRE_ROLES) != (centre is not None):
        needs = "needs --centre" if role in CENTRE_ROLES else "belongs to no centre"
        raise ValidationError(f"{role.label}: this role {needs}.")
    person = User(username=username, role=role, centre=centre, email=email)
    validate_password(password, person)
    person.set_password(password)
    person.full_clean()
    person.save()
    return person


@transaction.atomic
def set_password(*, person: User, password: str) -> None:
    """A new password for a person; whoever is signed in with the old one is signed out.

    Raises ValidationError when the password is weak.
    """
    validate_password(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])

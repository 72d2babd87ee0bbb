"""The registry admits a centre, or a person."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from registry.models import CENTRE_ROLES, Centre, Role, User


@transaction.atomic
def admit_centre(*, code: str, name: str, city: str = "", country: str = "") -> Centre:
    """Add a centre. Raises ValidationError when the code is taken or a value does not fit."""
    centre = Centre(code=code, name=name, city=city, country=country)
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

"""The registry office gives a centre's own system an account and a token."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.text import slugify
from knox.models import AuthToken

from registry.models import Centre, Role, User


class NameTaken(Exception):
    """The account of this name is not this centre's: the codes of two centres look alike."""

    def __init__(self, user: User) -> None:
        super().__init__(f"The account {user.username} belongs to somebody else: use another name")


@transaction.atomic
def create_service_account(
    *, centre: Centre, name: str, lifetime: timedelta | None, revoke: bool = False
) -> tuple[User, str]:
    """The account of this name and a new token for it, which is shown here once and kept hashed.

    The same name again gives a further token to the same account; `revoke` ends the older ones.
    A lifetime of None means: for ever. Raises NameTaken.
    """
    user, fresh = User.objects.get_or_create(
        username=f"service-{slugify(centre.code)}-{slugify(name)}",
        defaults={"role": Role.SERVICE, "centre": centre, "first_name": name[:150]},
    )
    if (user.role, user.centre_id) != (Role.SERVICE, centre.pk):
        raise NameTaken(user)
    if fresh:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    if revoke:
        AuthToken.objects.filter(user=user).delete()
    _, token = AuthToken.objects.create(user=user, expiry=lifetime)
    return user, token

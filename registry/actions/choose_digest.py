"""A person says how often a mail shall count what waits."""

from __future__ import annotations

from django.utils import timezone

from registry.models import User

EVERY = tuple(value for value, _ in User._meta.get_field("digest").choices)


def choose_digest(*, by: User, every: str) -> None:
    """Keep the choice, and when it was made: no morning before it is caught up with. Raises ValueError for what cannot be chosen."""
    if every not in EVERY:
        raise ValueError(f"{every!r} cannot be chosen: {', '.join(EVERY)}")
    by.digest, by.digest_chosen_at = every, timezone.now()
    by.save(update_fields=["digest", "digest_chosen_at"])

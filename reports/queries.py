"""Which runs may this reader see? Every read of the report pages starts here."""

from __future__ import annotations

from django.db.models import QuerySet

from registry.models.user import User
from registry.queries import centre_ids_for
from reports.models import Run

# Megabytes that a list does not show; whoever needs one of them asks for it.
HEAVY = ("results", "body", "page", "pdf", "cut__columns")


def runs_for(user: User) -> QuerySet[Run]:
    """Runs on records of which the user may see every one, newest first."""
    visible = Run.objects.filter(centres__contained_by=centre_ids_for(user))
    return visible.select_related("by", "cut").defer(*HEAVY)

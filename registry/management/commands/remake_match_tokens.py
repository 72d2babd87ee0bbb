"""`manage.py remake_match_tokens`: make the fingerprints of all identities anew, after a change of keys."""

from typing import Any

from django.core.management.base import BaseCommand

from registry.actions.same_person import remake_tokens


class Command(BaseCommand):
    """Needed after the oldest of FIELD_KEYS was taken away, or the way of comparing changed."""

    help = "Make the keyed fingerprints anew by which one person in two records is found."

    def handle(self, *args: Any, **options: Any) -> None:
        """Centre by centre, in chunks."""
        made = remake_tokens()
        if options["verbosity"]:
            self.stdout.write(f"{made} identities have new fingerprints.")

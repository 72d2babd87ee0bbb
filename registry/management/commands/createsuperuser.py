"""`manage.py createsuperuser`: why it makes nobody, and what does."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Stands before Django's own: a superuser has no role here, and the database would refuse it."""

    help = "Refused: use create_user."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Django's own arguments, so that they too end in the sentence below."""
        parser.add_argument("--username")
        parser.add_argument("--email")
        parser.add_argument("--noinput", "--no-input", dest="interactive", action="store_false")
        parser.add_argument("--database")

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError(
            "Engraft has no superusers: what a person may do follows from a role.\n"
            "For the registry's own staff use: manage.py create_user NAME --role office --email …\n"
            "For a centre's people first manage.py create_centre, then create_user with --centre."
        )

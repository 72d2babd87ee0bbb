"""`manage.py create_user NAME --role data_manager --centre F01 --email …`: a person who may sign in."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from registry.actions.admit import admit_person
from registry.models import Centre, Role

PEOPLE = [role for role in Role if role is not Role.SERVICE]


class Command(BaseCommand):
    """Add a person; the password is asked for, or read from standard input."""

    help = "Add a person who may sign in. For a centre's own system, see create_service_account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--role", required=True, choices=[role.value for role in PEOPLE])
        parser.add_argument("--centre", metavar="CODE", help="for roles of a centre")
        parser.add_argument("--email", default="", help="where reports go")

    def handle(self, *args: Any, **options: Any) -> None:
        centre = None
        if options["centre"]:
            centre = Centre.objects.filter(code=options["centre"]).first()
            if centre is None:
                raise CommandError(
                    f"There is no centre {options['centre']!r}. Add it with manage.py create_centre."
                )
        try:
            person = admit_person(
                username=options["username"],
                role=Role(options["role"]),
                centre=centre,
                email=options["email"],
                password=asked_password(),
            )
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        self.stdout.write(f"{person.get_username()} may sign in as {person.role_label}.")


def asked_password() -> str:
    """What is typed unseen, or the first line of standard input where nobody types."""
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    return sys.stdin.readline().rstrip("\n")

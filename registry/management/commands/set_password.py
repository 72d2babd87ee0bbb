"""`manage.py set_password NAME`: a new password for a person who lost theirs."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from registry.actions.admit import set_password
from registry.management.commands.create_user import asked_password
from registry.models import Role, User


class Command(BaseCommand):
    """Set a person's password; it is asked for, or read from standard input."""

    help = "Set a new password for a person. Their sessions end; their second factor stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["username"]
        person = User.objects.filter(username=name).exclude(role=Role.SERVICE).first()
        if person is None:
            raise CommandError(f"There is no person {name!r}. Add one with manage.py create_user.")
        try:
            set_password(person=person, password=asked_password())
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        self.stdout.write(f"{name} has a new password, and is signed out everywhere.")

"""How does a centre's own system get a token? The registry office runs this and hands it over."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.text import slugify

from registry.actions.create_service_account import NameTaken, create_service_account
from registry.models import Centre


class Command(BaseCommand):
    """Makes a service account of a centre, or a further token for it; prints the token once."""

    help = "Make a service account of a centre and print its token, which cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Centre, name, lifetime."""
        parser.add_argument("centre", help="the centre's code, such as C01")
        parser.add_argument("--name", default="API", help="the system that will use it")
        parser.add_argument("--days", type=int, default=90, help="how long the token is valid")
        parser.add_argument(
            "--revoke", action="store_true", help="end the account's older tokens at once"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the token alone on standard output, so that it can be piped into a secret store."""
        centre = Centre.objects.filter(code=options["centre"]).first()
        if centre is None:
            known = ", ".join(Centre.objects.values_list("code", flat=True)) or "none yet"
            raise CommandError(f"There is no centre {options['centre']}. Known: {known}.")
        if options["days"] < 1 or not slugify(options["name"]):
            raise CommandError("Give at least one day, and a name with a letter or digit in it.")
        try:
            user, token = create_service_account(
                centre=centre,
                name=options["name"],
                lifetime=timedelta(days=options["days"]),
                revoke=options["revoke"],
            )
        except NameTaken as taken:
            raise CommandError(f"{taken}.") from None
        days = options["days"]
        self.stderr.write(
            f"{user.username}: valid for {days} days. Keep it; it is not shown again."
        )
        self.stdout.write(token)

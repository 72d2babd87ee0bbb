"""`manage.py create_centre F01 Ashford --city Ashford --country FR`: a centre that reports."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from registry.actions.admit import admit_centre

WANTED = ("code", "name", "city", "country", "cic", "ccn", "population", "time_zone")


class Command(BaseCommand):
    """Add a centre."""

    help = "Add a centre that reports to the registry."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="short and unique; shown everywhere")
        parser.add_argument("name")
        parser.add_argument("--city", default="")
        parser.add_argument("--country", default="", help="ISO 3166-1, two letters")
        parser.add_argument("--cic", default="", help="EBMT number")
        parser.add_argument("--ccn", default="", help="CIBMTR number")
        parser.add_argument("--population", default="both", help="adult, paediatric or both")
        parser.add_argument("--time-zone", default=settings.TIME_ZONE, help="such as Europe/Paris")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = {name: options[name] for name in WANTED}
        try:
            centre = admit_centre(**wanted)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        self.stdout.write(f"{centre} can report now. Next: manage.py create_user")

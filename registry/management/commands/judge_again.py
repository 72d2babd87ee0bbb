"""`manage.py judge_again`: what do the rules say today of every patient, or of one centre's?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from registry.actions.clock_round import judge_centre, start_anew
from registry.models import Centre


class Command(BaseCommand):
    """Judge all patients again at once; the sweeper does the same once a day."""

    help = (
        "Judge every patient's record again as of today: questions open and close, counts and due "
        "dates are set. For use after an upgrade that changes rules; the workers do it each night."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--centre", default="", help="code of one centre; all without it")

    def handle(self, *args: Any, **options: Any) -> None:
        code = options["centre"]
        centres = Centre.objects.filter(code=code) if code else Centre.objects.all()
        if code and not centres:
            raise CommandError(f"There is no centre {code!r}.")
        for centre in centres:
            start_anew(centre.pk)
            self.stdout.write(f"{centre.code}: {judge_centre(centre.pk)} patients judged")

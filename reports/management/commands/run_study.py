"""`manage.py run_study roux_2017_sfgmtc --json FILE`: one run from the shell."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from registry.models.centre import Centre
from reports.actions import compute_cut, take_cut
from reports.render.html import report_page
from reports.render.pdf import pdf
from reports.studies import STUDIES


class Command(BaseCommand):
    """Take a data cut, compute one study on it, and write the files asked for."""

    help = "Run a study on the records of every centre, or of one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The study, the centre, and the files to be written."""
        parser.add_argument("study", choices=sorted(STUDIES))
        parser.add_argument("--centre", help="code of one centre; without it, every centre")
        parser.add_argument("--json", type=Path, metavar="FILE")
        parser.add_argument("--html", type=Path, metavar="FILE")
        parser.add_argument("--pdf", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the study; print the patients at each step and how the numbers compare."""
        cut = take_cut(self._centres(options["centre"]))
        results = compute_cut(options["study"], cut)
        if options["json"]:
            options["json"].write_text(results.to_json(), encoding="utf-8")
        if options["html"]:
            options["html"].write_text(report_page(results), encoding="utf-8")
        if options["pdf"]:
            options["pdf"].write_bytes(pdf(results))
        self.stdout.write(" → ".join(f"{step.label} {step.n}" for step in results.flow))
        for warning in results.warnings:
            self.stdout.write(f"▲ {warning}")
        for word, n in results.verdicts.items():
            self.stdout.write(f"{n:>5} {word}")

    def _centres(self, code: str | None) -> list[int]:
        centres = Centre.objects.all() if code is None else Centre.objects.filter(code=code)
        keys = sorted(centres.values_list("pk", flat=True))
        if not keys:
            raise CommandError(f"No centre {code or 'at all'}: see Centre.code")
        return keys

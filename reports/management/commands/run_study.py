"""`manage.py run_study roux_2017_sfgmtc --json FILE`: one run from the shell."""

from __future__ import annotations

from argparse import ArgumentParser, BooleanOptionalAction
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from registry.dictionary.values import BadValue, PartialDate
from registry.models.user import User
from reports.actions import CutDamaged, compute_cut, pack_cut, take_cut
from reports.queries import UnknownCentre, centres_named
from reports.render.files import FILES, made
from reports.render.html import report_page
from reports.render.pdf import pdf
from reports.replay import NotRepeated
from reports.results import Period, Results
from reports.studies import STUDIES


class Command(BaseCommand):
    """Take a data cut, compute one study on it, and write the files asked for."""

    help = "Run a study on the records of every centre, or on a part of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The study, the part of the data, and the files to be written."""
        parser.add_argument("study", choices=sorted(STUDIES))
        _add_part(parser)
        _add_files(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the study; print the patients at each step and how the numbers compare."""
        period = _period(options["from"], options["to"])
        taker = _person(options["by"]) if options["code"] else None
        try:
            cut = take_cut(centres_named(options["centre"]))
            results = compute_cut(options["study"], cut, period=period, judged=options["paper"])
            if taker is not None:
                options["code"].write_bytes(pack_cut(by=taker, cut=cut, results=results))
        except (UnknownCentre, CutDamaged, NotRepeated, PermissionDenied) as fault:
            raise CommandError(str(fault)) from None
        _write(results, options)
        self._tell(results)

    def _tell(self, results: Results) -> None:
        self.stdout.write(" → ".join(f"{step.label} {step.n}" for step in results.flow))
        for warning in results.warnings:
            self.stdout.write(f"▲ {warning}")
        for word, n in results.verdicts.items() if results.comparisons else ():
            self.stdout.write(f"{n:>5} {word}")


def _add_part(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--centre",
        action="append",
        metavar="CODE",
        help="code of a centre, given again for each further one; without it, every centre",
    )
    parser.add_argument(
        "--from",
        metavar="DATE",
        help="only transplants of this day or later: 2005-01-01, 2005-01 or 2005",
    )
    parser.add_argument("--to", metavar="DATE", help="only transplants of this day or earlier")
    parser.add_argument(
        "--paper",
        action=BooleanOptionalAction,
        help="these are the patients of the paper, or they are not; without it, they are compared with "
        "it only where the centres are all those of the study's synthetic cohort, and no other",
    )


def _add_files(parser: ArgumentParser) -> None:
    for kept in ("--json", "--html", "--pdf"):
        parser.add_argument(kept, type=Path, metavar="FILE")
    for what, file in FILES.items():
        if file.draw:
            parser.add_argument(f"--{what}", type=Path, metavar="FILE", help=file.says)
    parser.add_argument(
        "--code",
        type=Path,
        metavar="FILE.zip",
        help="data and scripts in R and Python that compute it anew; holds patients' rows",
    )
    parser.add_argument(
        "--by",
        metavar="USERNAME",
        help="who takes the patients' rows of --code out; it is written down",
    )


def _person(username: str | None) -> User:
    if username is None:
        raise CommandError("--code takes patients' rows out: say who does with --by USERNAME.")
    person = User.objects.filter(username=username).first()
    if person is None:
        raise CommandError(f"There is no {username!r} in the registry.")
    return person


def _write(results: Results, options: dict[str, Any]) -> None:
    if options["json"]:
        options["json"].write_text(results.to_json(), encoding="utf-8")
    if options["html"]:
        options["html"].write_text(report_page(results), encoding="utf-8")
    if options["pdf"]:
        options["pdf"].write_bytes(pdf(results))
    for what, file in FILES.items():
        if file.draw and options[what]:
            options[what].write_bytes(made(what, results.to_json()))


def _period(start: str | None, end: str | None) -> Period | None:
    """The days from the first of the one to the last of the other, which may be a month or a year."""
    if start is None and end is None:
        return None
    try:
        return Period(
            None if start is None else PartialDate.parse(start).first.isoformat(),
            None if end is None else PartialDate.parse(end).last.isoformat(),
        )
    except (BadValue, ValueError) as fault:
        raise CommandError(str(fault)) from None

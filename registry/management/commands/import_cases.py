"""How does a file with cases get in from the shell? By the same parser, judge and action as the API."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from registry.actions.judge_batch import Batch, judge_batch
from registry.actions.receive_submission import accept_submission, process_submission
from registry.api.envelope import read_batch
from registry.api.problems import Problem
from registry.models import CaseReceipt, Centre, Submission, User
from registry.permissions import may_submit, require
from registry.scope import scope
from registry.strict_json import BadJson, parse

HEAD = f"{'#':>5}  {'key':<24} outcome"

Line = tuple[int, str, str, list[dict[str, Any]]]


class Command(BaseCommand):
    """Imports a batch of cases, or with --check only says what would become of each."""

    help = "Import a JSON file with a batch of cases (docs/api.md) as a user of the centre."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """File, centre, user, and how."""
        parser.add_argument("file", type=Path, help="the batch: {source_system, cases}, in UTF-8")
        parser.add_argument("--centre", required=True, help="the centre's code, such as C01")
        parser.add_argument("--by", required=True, help="user name of who imports; of that centre")
        parser.add_argument("--atomic", action="store_true", help="all cases or none")
        parser.add_argument("--check", action="store_true", help="judge only; store nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the receipt. Raises CommandError for a file that is no batch, or a wrong person."""
        by = _person(options["by"], options["centre"])
        body, batch = _read(options["file"])
        if options["atomic"]:
            batch = replace(batch, atomic=True)
        lines = _check(by, batch) if options["check"] else _store(by, body, batch)
        self._print(lines)
        if options["check"]:
            self.stdout.write("Checked only: nothing was stored.")

    def _print(self, lines: Iterable[Line]) -> None:
        self.stdout.write(HEAD)
        outcomes: Counter[str] = Counter()
        for index, key, outcome, findings in lines:
            outcomes[outcome] += 1
            self.stdout.write(f"{index:>5}  {key:<24} {outcome}")
            for one in findings:
                rule = "" if one["rule"] is None else f"rule {one['rule']}, "
                self.stdout.write(
                    f"       {one['severity']}: {rule}{one['detail']} at {one['pointer']}"
                )
        self.stdout.write(", ".join(f"{n} {outcome}" for outcome, n in outcomes.items()))


def _person(username: str, code: str) -> User:
    by = User.objects.filter(username=username).select_related("centre").first()
    centre = Centre.objects.filter(code=code).first()
    if by is None or centre is None or by.centre_id != centre.pk:
        raise CommandError(f"There is no user {username} of a centre {code}.")
    try:
        require(may_submit(by), "submit cases")
    except PermissionDenied as refusal:
        raise CommandError(f"{username}: {refusal}") from None
    return by


def _read(file: Path) -> tuple[bytes, Batch]:
    try:
        body = file.read_bytes()
        return body, read_batch(parse(body))
    except OSError as failure:
        raise CommandError(f"{file} cannot be read: {failure.strerror}.") from None
    except BadJson as bad:
        raise CommandError(f"{file}: {bad}.") from None
    except Problem as problem:
        faults = "".join(f"\n  {one['pointer']}: {one['detail']}" for one in problem.errors)
        raise CommandError(f"{file}: {problem.detail}{faults}") from None


def _check(by: User, batch: Batch) -> list[Line]:
    with scope([by.centre_id]):
        verdicts = judge_batch(batch, by.centre_id)
        return [(one.index, one.key, one.outcome, one.findings) for one in verdicts]


def _store(by: User, body: bytes, batch: Batch) -> list[Line]:
    submission, _ = accept_submission(
        by=by, body=body, batch=batch, channel="import", idempotency_key=None
    )
    process_submission(submission_id=submission.pk, centre_id=by.centre_id)
    with scope([by.centre_id]):
        state = Submission.objects.values_list("state", flat=True).get(pk=submission.pk)
        if state != Submission.State.DONE:
            raise CommandError(
                f"The batch is kept as {submission.pk}, but could not be processed at once. "
                "A worker will try again: see the submissions page for its receipt."
            )
        receipts = CaseReceipt.objects.filter(submission=submission).order_by("index")
        return [(one.index, one.key, one.outcome, one.findings) for one in receipts]

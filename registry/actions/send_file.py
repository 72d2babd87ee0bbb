"""The button: the accepted lines of a table become one submission, stored whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from registry.actions.import_state import NotNow, State, changing
from registry.actions.receive_submission import Batch, accept_submission
from registry.dictionary.reading import read_case, write_record
from registry.exchange.cases import laid_together
from registry.models import DICTIONARY, ImportFile, ImportRow, Submission, User

Outcome = ImportRow.Outcome
SOURCE = "Imported table"
Case = dict[str, object]


class NothingToSend(NotNow):
    """No line of the table would change anything."""


def send_file(
    *,
    by: User,
    file: ImportFile,
    outcomes: Collection[str] = frozenset((Outcome.NEW, Outcome.CHANGED)),
) -> Submission:
    """Send the lines of these outcomes that are not sent yet. The caller rings for the submission.

    Twice at the same time is once: the second caller gets the submission of the first. Raises
    NothingToSend, NotNow for a file that is not judged, PermissionDenied.
    """
    with changing(by=by, centre_id=file.centre_id, file_id=file.pk) as now:
        if now.state == State.SENT:
            return _under_way(now)
        if now.state not in (State.READY, State.DONE):
            raise NotNow(_("The table is not judged yet"))
        accepted = set(outcomes) & {Outcome.NEW, Outcome.CHANGED}
        rows = list(now.lines.filter(submission=None, outcome__in=accepted))
        if not rows:
            raise NothingToSend(_("Nothing of this table would change anything"))
        cases = _cases(rows)
        body = {"source_system": SOURCE, "atomic": True, "cases": cases}
        submission, _new = accept_submission(
            by=by,
            body=json.dumps(body, ensure_ascii=False).encode(),
            batch=Batch(SOURCE, cases, atomic=True),
            channel="import",
            idempotency_key=None,
        )
        ImportRow.objects.filter(pk__in=[one.pk for one in rows]).update(submission=submission)
        now.state, now.progress, now.finished_at, now.failure = State.SENT, 0, None, ""
        now.save(update_fields=["state", "progress", "finished_at", "failure"])
        return submission


def _under_way(file: ImportFile) -> Submission:
    sent = Submission.objects.filter(pk__in=file.lines.values("submission"))
    return sent.defer("body").latest("received_at")


def _cases(rows: Iterable[ImportRow]) -> list[Case]:
    """One case for each patient, in the order of their first lines."""
    cases: dict[str, Case] = {}
    for row in rows:
        case = row.case
        assert case is not None, "an accepted line was read"
        before = cases.get(row.key)
        cases[row.key] = _together(before, case) if before else case
    return list(cases.values())


def _together(one: Case, other: Case) -> Case:
    records = [read_case(DICTIONARY, case).record for case in (one, other)]
    return write_record(DICTIONARY, laid_together(records))

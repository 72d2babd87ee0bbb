"""How does a table go in, step by step, as pages and workers do it?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from registry.actions.check_file import check_file
from registry.actions.send_file import send_file
from registry.actions.upload_file import upload_file
from registry.exchange.guesses import meanings
from registry.models import ImportFile, ImportRow, User
from registry.scope import every_centre
from tests.registry.people import process, state_of


def uploaded(by: User, body: bytes, name: str = "patients.xlsx") -> ImportFile:
    """A table that is kept and, when its columns are understood, judged."""
    file = upload_file(by=by, name=name, body=body)
    return judged(file)


def judged(file: ImportFile) -> ImportFile:
    """What a worker does with it."""
    check_file(file_id=file.pk, centre_id=file.centre_id)
    return now(file)


def now(file: ImportFile) -> ImportFile:
    """The row as it is now."""
    with every_centre():
        return ImportFile.objects.get(pk=file.pk)


def lines(file: ImportFile) -> dict[int, ImportRow]:
    """The judged lines, by their number."""
    with every_centre():
        return {one.line: one for one in ImportRow.objects.filter(file=file)}


def line(file: ImportFile, number: int) -> ImportRow:
    """One of them."""
    return lines(file)[number]


def outcomes(file: ImportFile) -> dict[str, int]:
    """How many lines have each outcome."""
    return dict(Counter(one.outcome for one in lines(file).values()))


def says(row: ImportRow) -> str:
    """Everything that is told about a line."""
    return " | ".join(str(one["says"]) for one in row.findings)


def imported(by: User, file: ImportFile) -> ImportFile:
    """The button is pressed, and a worker has stored it."""
    submission = send_file(by=by, file=now(file))
    process(submission)
    assert state_of(submission).state == "done"
    return now(file)


def csv(*rows: str) -> bytes:
    """A small table, with `;` between the cells."""
    return "\r\n".join(rows).encode()


def guess(headers: Sequence[str], remembered: dict[str, str] | None = None) -> list[str]:
    """What the columns of a table are taken for."""
    return [one.target for one in meanings(headers, remembered or {})]

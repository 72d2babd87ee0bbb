"""Does a file come in from the shell as it does through the API, and can it be tried first?"""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from registry.actions import receive_submission
from registry.models import Patient, Submission
from registry.scope import every_centre
from tests.registry.people import People, number_of_patients

GOOD = {"key": "P1", "sex": "F"}
BAD = {"key": "P2", "sex": "?"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A batch with a good and a bad case."""
    path = tmp_path / "batch.json"
    path.write_text(json.dumps({"source_system": "HIS", "cases": [GOOD, BAD]}))
    return path


def run(file: Path, *flags: str, centre: str = "C01", by: str = "manager") -> str:
    out = StringIO()
    call_command("import_cases", str(file), *flags, centre=centre, by=by, stdout=out)
    return out.getvalue()


def submissions() -> list[Submission]:
    with every_centre():
        return list(Submission.objects.all())


def test_a_file_is_stored_and_its_receipt_printed(people: People, file: Path) -> None:
    printed = run(file).splitlines()
    assert printed[1].split() == ["0", "P1", "new"]
    assert printed[2].split() == ["1", "P2", "rejected"]
    assert "error: '?' is not one of M, F" in printed[3]
    assert printed[3].endswith("at /cases/1/sex")
    assert printed[-1] == "1 new, 1 rejected"
    (sent,) = submissions()
    assert (sent.channel, sent.state, bytes(sent.body)) == ("import", "done", file.read_bytes())


def test_the_trail_says_that_it_was_an_import(people: People, file: Path) -> None:
    run(file)
    with every_centre():
        (event,) = Patient.pgh_event_model.objects.select_related("pgh_context")
    told = event.pgh_context.metadata
    assert (told["channel"], told["user"]) == ("import", people.own_centre.pk)
    assert told["request"] == str(submissions()[0].pk)


def test_a_check_says_the_same_and_stores_nothing(people: People, file: Path) -> None:
    *checked, last = run(file, "--check").splitlines()
    assert "nothing was stored" in last
    assert number_of_patients() == len(submissions()) == 0
    assert run(file).splitlines() == checked
    assert run(file, "--check").splitlines()[1].split() == ["0", "P1", "same"]


def test_all_or_nothing(people: People, file: Path) -> None:
    checked = run(file, "--atomic", "--check")
    assert "2 rejected" in checked
    assert run(file, "--atomic") in checked
    assert number_of_patients() == 0


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"{", "Not JSON at line 1"),
        (b'\xef\xbb\xbf{"source_system": "HIS", "cases": []}', "byte order mark"),
        (b'{"source_system": "HIS", "cases": [], "atomics": 1}', "/atomics: .*'atomic'"),
        (b"[]", "This is not a batch"),
    ],
)
def test_a_file_that_is_no_batch_is_refused(
    people: People, file: Path, body: bytes, says: str
) -> None:
    file.write_bytes(body)
    with pytest.raises(CommandError, match=says):
        run(file)
    assert not submissions()


def test_a_file_that_is_not_there_is_refused(people: People, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "nothing.json")


@pytest.mark.parametrize(
    ("by", "centre"),
    [("reader", "C01"), ("stranger", "C01"), ("nobody", "C01"), ("manager", "C99")],
)
def test_only_those_who_may_submit_for_the_centre(
    people: People, file: Path, by: str, centre: str
) -> None:
    with pytest.raises(CommandError):
        run(file, by=by, centre=centre)
    assert not submissions()


def test_a_batch_that_cannot_be_processed_at_once_is_kept(
    people: People, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(receive_submission, "write_plans", fail)
        with pytest.raises(CommandError, match="kept as"):
            run(file)
    (sent,) = submissions()
    receive_submission.process_submission(submission_id=sent.pk, centre_id=sent.centre_id)
    assert number_of_patients() == 1

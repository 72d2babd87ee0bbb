"""Who may take patients' rows out of the registry, and does a line stay of each time, and of no other?"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from zipfile import ZipFile

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError
from django.db import ProgrammingError
from django.http import HttpResponse
from django.utils import timezone

from registry.models import Patient, Role, User
from registry.permissions import may_take_out_rows
from registry.scope import every_centre, scope
from reports import actions, views
from reports.actions import cuts, replays
from reports.models import Run, TakenOut
from reports.replay import NotRepeated
from tests.reports.network import STUDY, Network, now
from tests.reports.test_run_study import run_study

DATA_AND_CODE = "Data and code"


@pytest.fixture
def report(network: Network) -> Run:
    """A finished report of the own centre."""
    run = actions.request_run(by=network.own_centre, study=STUDY)
    actions.execute_run(run_id=run.pk)
    return now(run)


def address(run: Run) -> str:
    return f"/reports/{run.pk}/data-and-code.zip"


def lines() -> list[TakenOut]:
    with every_centre():
        return list(TakenOut.objects.select_related("by", "run", "cut"))


def told(response: HttpResponse) -> str:
    (*_, last) = get_messages(response.wsgi_request)
    return str(last)


@pytest.mark.parametrize(
    ("role", "own", "several"),
    [
        (Role.DATA_MANAGER, True, False),
        (Role.READER, False, False),
        (Role.SERVICE, False, False),
        (Role.OFFICE, True, True),
        (Role.STATISTICIAN, True, True),
    ],
)
def test_who_may_take_rows_out(role: Role, own: bool, several: bool) -> None:
    person = User(role=role, centre_id=None if several else 7)
    assert may_take_out_rows(person, [7]) is own
    assert may_take_out_rows(person, [7, 8]) is several
    assert may_take_out_rows(person, [8]) is several
    assert not may_take_out_rows(User(role=role, centre_id=7, is_active=False), [7])


def test_every_role_is_decided() -> None:
    """A new role may nothing until it is written into the test above."""
    assert len(Role) == 5


def test_page_and_download_ask_the_same(network: Network, report: Run) -> None:
    for person, may in (("own_centre", True), ("statistician", True)):
        page = network.client(person).get(f"/reports/{report.pk}/").content.decode()
        assert DATA_AND_CODE in page and may
        assert network.client(person).get(address(report)).status_code == 200
    reader = network.client("colleague_read_only")
    page = reader.get(f"/reports/{report.pk}/").content.decode()
    assert DATA_AND_CODE not in page and "Run again on this cut" in page
    assert reader.get(address(report)).status_code == 403
    assert [one.by for one in lines()] == [network.statistician, network.own_centre]


def test_a_data_manager_takes_no_other_centres_rows(network: Network) -> None:
    run = actions.request_run(by=network.statistician, study=STUDY)
    actions.execute_run(run_id=run.pk)
    with pytest.raises(PermissionDenied), every_centre():
        actions.pack_run(by=network.own_centre, run=now(run))
    assert network.client("own_centre").get(address(run)).status_code == 404
    assert lines() == []


def test_the_line_says_who_what_and_when_and_nothing_of_a_patient(
    network: Network, report: Run
) -> None:
    before = timezone.now()
    network.client("own_centre").get(address(report))
    (line,) = lines()
    assert (line.by, line.study, line.run, line.cut) == (
        network.own_centre, STUDY, report, report.cut,
    )  # fmt: skip
    assert (line.centres, line.rows) == (report.centres, report.cut.rows)
    assert before <= line.at <= timezone.now()
    columns = {field.column for field in TakenOut._meta.local_concrete_fields}
    assert columns == {
        *("id", "by_id", "at", "study", "run_id", "cut_id", "export_id", "centres", "rows"),
    }


def test_the_rows_are_those_that_left(network: Network, tmp_path: Path) -> None:
    run_study("--code", tmp_path / "run.zip", "--by", "statistician", "--from", "2005")
    (line,) = lines()
    with ZipFile(tmp_path / "run.zip") as taken:
        (data,) = (name for name in taken.namelist() if name.endswith("data.csv"))
        left = taken.read(data).decode().splitlines()[1:]
    assert line.rows == len(left) < line.cut.rows


def test_each_time_is_a_line(network: Network, report: Run) -> None:
    for _ in range(3):
        network.client("statistician").get(address(report))
    assert len(lines()) == 3


def test_the_other_files_hold_no_rows_and_leave_no_line(network: Network, report: Run) -> None:
    with every_centre():
        pseudonyms = set(Patient.objects.values_list("pseudonym", flat=True))
    for what in ("pdf", "csv", "json", "html"):
        content = network.client("own_centre").get(f"/reports/{report.pk}/{what}").content
        assert not pseudonyms & set(re.findall(r"[\w-]+", content.decode("latin-1"))), what
    assert pseudonyms and lines() == []


def test_without_the_line_nobody_has_the_bytes(
    network: Network, report: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**line: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(TakenOut.objects, "create", full)
    with pytest.raises(OSError), every_centre():
        actions.pack_run(by=network.own_centre, run=report)


def test_the_app_role_cannot_change_what_was_taken(network: Network, report: Run) -> None:
    network.client("own_centre").get(address(report))
    for deed in (lambda found: found.update(rows=0), lambda found: found._raw_delete("default")):
        with pytest.raises(ProgrammingError, match="permission denied"), every_centre():
            deed(TakenOut.objects.all())


def test_the_database_shows_a_line_to_those_who_see_its_centres(
    network: Network, report: Run
) -> None:
    network.client("statistician").get(address(report))
    seen = {}
    for name in ("own_centre", "other_centre"):
        with scope([network.person(name).centre_id]):
            seen[name] = TakenOut.objects.count()
    assert seen == {"own_centre": 1, "other_centre": 0}
    assert not TakenOut.objects.exists(), "outside any scope nobody sees a line"


# --- what cannot be taken --------------------------------------------------------------------------


def test_a_damaged_cut_is_told_and_not_taken(
    network: Network, report: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = SimpleNamespace(sha256=lambda stored: sha256(stored + b" "))
    monkeypatch.setattr(cuts, "hashlib", other)
    response = network.client("own_centre").get(address(report))
    assert response.status_code == 302 and response["Location"] == f"/reports/{report.pk}/"
    assert told(response) == views.CUT_DAMAGED
    assert "its data cut is damaged" in caplog.text and lines() == []


def test_a_study_that_no_script_can_hold_is_told_and_not_taken(
    network: Network, report: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def cannot(*_: object) -> bytes:
        raise NotRepeated("the condition 'odd' has no form in a script")

    monkeypatch.setattr(replays, "archive", cannot)
    response = network.client("own_centre").get(address(report))
    assert response.status_code == 302 and response["Location"] == f"/reports/{report.pk}/"
    assert "the condition 'odd' has no form in a script." in told(response)
    with pytest.raises(CommandError, match="'odd' has no form"):
        run_study("--code", tmp_path / "run.zip", "--by", "manager", "--centre", "C01")
    assert lines() == [] and not (tmp_path / "run.zip").exists()


# --- the shell -------------------------------------------------------------------------------------


def test_the_shell_takes_them_in_somebodys_name(network: Network, tmp_path: Path) -> None:
    run_study("--centre", "C01", "--code", tmp_path / "run.zip", "--by", "manager")
    (line,) = lines()
    assert (line.by, line.run) == (network.own_centre, None)
    assert line.centres == [network.own_centre.centre_id]
    assert (tmp_path / "run.zip").stat().st_size > 0


@pytest.mark.parametrize(
    ("by", "says"),
    [
        ((), "say who does with --by"),
        (("--by", "nobody"), "There is no 'nobody'"),
        (("--by", "reader"), "You may not take patients' rows out"),
        (("--by", "system-C01"), "You may not take patients' rows out"),
        (("--by", "manager"), "You may not take patients' rows out"),
    ],
)
def test_the_shell_asks_for_the_same_right(
    by: tuple[str, ...], says: str, network: Network, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match=says):
        run_study("--code", tmp_path / "run.zip", *by)
    assert lines() == [] and not (tmp_path / "run.zip").exists()

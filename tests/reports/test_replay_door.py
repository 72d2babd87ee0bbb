"""Who may take the data and scripts of a run, is it logged, and does the shell do the same?"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from registry.models import User
from registry.scope import every_centre
from reports import actions
from reports.models import Run
from reports.render.files import OutOfDate
from tests.reports.network import STUDY, Network, now
from tests.reports.replayed import Unzipped
from tests.reports.test_run_study import run_study


@pytest.fixture
def report(network: Network) -> Run:
    """A finished report of the own centre."""
    run = actions.request_run(by=network.own_centre, study=STUDY)
    actions.execute_run(run_id=run.pk)
    return now(run)


@contextmanager
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """What is logged of rows that are taken out."""
    told: list[str] = []
    with caplog.at_level(logging.INFO, logger="reports.actions.replays"):
        yield told
    told += [r.getMessage() for r in caplog.records if r.name == "reports.actions.replays"]


def test_the_zip_of_a_report_computes_it_anew(
    network: Network, report: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with logged(caplog) as told:
        response = network.client("own_centre").get(f"/reports/{report.pk}/data-and-code.zip")
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"].endswith('-data-and-code.zip"')
    found = Unzipped.of(response.content, tmp_path)
    said = found.python()
    assert said.status == 0, said
    assert report.cut is not None and len(found.lines("data.csv")) == report.cut.rows
    assert len(told) == 1 and f"run {report.pk}, user {network.own_centre.pk}" in told[0]
    assert "patient" not in found.lines("data.csv")[0]


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("own_centre", 200),
        ("statistician", 200),
        ("colleague_read_only", 403),
        ("other_centre", 404),
    ],
)
def test_only_who_sees_the_run_and_may_take_rows_gets_it(
    person: str, status: int, network: Network, report: Run
) -> None:
    address = f"/reports/{report.pk}/data-and-code.zip"
    assert network.client(person).get(address).status_code == status
    assert network.client(person).post(address).status_code == 405


def test_nobody_gets_it_without_logging_in(client: object, network: Network) -> None:
    response = client.get(f"/reports/{uuid4()}/data-and-code.zip")  # type: ignore[attr-defined]
    assert response.status_code == 302 and "/accounts/login/" in response["Location"]


def test_a_run_that_is_not_done_has_none(network: Network) -> None:
    run = actions.request_run(by=network.own_centre, study=STUDY)
    address = f"/reports/{run.pk}/data-and-code.zip"
    assert network.client("own_centre").get(address).status_code == 404


def test_a_service_account_may_not_take_it(
    network: Network, report: Run, caplog: pytest.LogCaptureFixture
) -> None:
    service = User.objects.get(username="system-C01")
    with logged(caplog) as told, pytest.raises(PermissionDenied), every_centre():
        actions.pack_run(by=service, run=report)
    assert told == []


def test_results_of_an_older_version_are_to_be_made_again(network: Network, report: Run) -> None:
    report.results = report.results.replace('"study_version": "', '"study_version": "0.')
    with pytest.raises(OutOfDate), every_centre():
        actions.pack_run(by=network.own_centre, run=report)
    report.results = "{}"
    with pytest.raises(OutOfDate), every_centre():
        actions.pack_run(by=network.own_centre, run=report)


def test_the_shell_writes_it_too(
    network: Network, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with logged(caplog) as told:
        run_study("--code", tmp_path / "run.zip", "--by", network.statistician.username)
    found = Unzipped.of((tmp_path / "run.zip").read_bytes(), tmp_path / "unzipped")
    assert found.python().status == 0
    assert sum(line["allo_number"] == "1" for line in found.lines("data.csv")) == 48
    assert len(told) == 1 and "run_study" in told[0]


def test_the_shell_gives_the_bytes_that_the_page_gives(network: Network, tmp_path: Path) -> None:
    run = actions.request_run(by=network.statistician, study=STUDY)
    actions.execute_run(run_id=run.pk)
    response = network.client("statistician").get(f"/reports/{run.pk}/data-and-code.zip")
    run_study("--code", tmp_path / "run.zip", "--by", network.statistician.username)
    assert (tmp_path / "run.zip").read_bytes() == response.content

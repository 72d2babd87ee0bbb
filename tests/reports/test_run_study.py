"""Does `manage.py run_study` do a run from the shell?"""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from registry.models import Centre
from registry.scope import every_centre
from reports import actions
from reports.models import DataCut, Run
from tests.reports.network import STUDY, Network, now


def run_study(*arguments: object) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command("run_study", STUDY, *map(str, arguments), stdout=out)
    return out.getvalue()


def test_every_centre(network: Network, tmp_path: Path) -> None:
    files = {kind: tmp_path / f"report.{kind}" for kind in ("json", "html", "pdf")}
    printed = run_study(*(part for kind, file in files.items() for part in (f"--{kind}", file)))
    report = json.loads(files["json"].read_text(encoding="utf-8"))
    assert list(report)[:2] == ["flow", "verdicts"]
    assert report["flow"][0]["n"] == 48
    assert printed.startswith("First allogeneic transplant") and "48 → Relapse" in printed
    assert files["pdf"].read_bytes()[:5] == b"%PDF-"
    assert "<!DOCTYPE html>" in files["html"].read_text(encoding="utf-8")


def test_it_gives_the_bytes_that_a_worker_gives(network: Network, tmp_path: Path) -> None:
    run = actions.request_run(by=network.statistician, study=STUDY)
    actions.execute_run(run_id=run.pk)
    run_study("--json", tmp_path / "json", "--pdf", tmp_path / "pdf", "--html", tmp_path / "html")
    done = now(run)
    assert (tmp_path / "json").read_text(encoding="utf-8") == done.results
    assert (tmp_path / "pdf").read_bytes() == bytes(done.pdf)
    assert (tmp_path / "html").read_text(encoding="utf-8") == done.page


def test_a_centre_with_few_patients_says_so(network: Network, tmp_path: Path) -> None:
    printed = run_study("--centre", "C02", "--json", tmp_path / "json")
    assert "▲ Only 8 patients are analysed: too few for conclusions" in printed
    assert "▲ These are other patients than the paper's" in printed
    assert "same" not in printed, "nothing was compared, so nothing is counted"
    report = json.loads((tmp_path / "json").read_text(encoding="utf-8"))
    assert report["comparisons"] == [] and report["provenance"]["rows"] >= 8
    reasons = [
        cell["reason"]
        for table in report["tables"]
        for row in table["rows"]
        for cell in row["cells"]
        if cell and cell["reason"]
    ]
    assert any("at least 5 each are needed" in reason for reason in reasons)


def test_a_centre_without_patients_says_so(network: Network, tmp_path: Path) -> None:
    Centre.objects.create(code="C03")
    printed = run_study("--centre", "C03", "--pdf", tmp_path / "pdf")
    assert "▲ No patient meets the criteria of the study. The records taken hold no" in printed
    assert "choose further centres" in printed and "None" not in printed
    assert (tmp_path / "pdf").read_bytes()[:5] == b"%PDF-"


def test_an_unknown_centre_or_study_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="No centre C99"):
        run_study("--centre", "C99")
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("run_study", "no_study")


@pytest.mark.parametrize(
    ("period", "says"),
    [
        (("--from", "soon"), "'soon' is not a date"),
        (("--to", "2005-02-30"), "2005-02-30"),
        (("--from", "2009", "--to", "2005-06"), "The period ends before it begins"),
    ],
)
def test_what_is_no_period_is_refused_before_anything_is_read(
    period: tuple[str, ...], says: str, db: None
) -> None:
    with pytest.raises(CommandError, match=says):
        run_study(*period)
    assert not DataCut.objects.exists()


def test_it_asks_for_no_run_of_a_worker(network: Network) -> None:
    run_study("--centre", "C02")
    with every_centre():
        assert not Run.objects.exists()

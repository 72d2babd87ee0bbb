"""Does `make studies` answer every printed number of every study, from an empty database?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from demo.studies_job import COHORTS, told
from reports.results import Verdict
from reports.studies import STUDIES

OWN_SERVERS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "EMAIL_PORT", "EMAIL_HOST")


def test_every_study_has_its_cohort() -> None:
    assert set(COHORTS) == set(STUDIES)


def test_no_two_cohorts_share_a_centre() -> None:
    codes = [code for one in COHORTS.values() for code in one.cases_by_centre()]
    assert len(codes) == len(set(codes)) == 87


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What it printed, and the folder in which it worked."""
    folder = tmp_path_factory.mktemp("all")
    environment = {name: value for name, value in os.environ.items() if name not in OWN_SERVERS}
    run = subprocess.run(
        [sys.executable, "-m", "demo.studies", "--home", str(folder / "studies")],
        env=environment, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout, folder


def test_every_printed_number_has_its_word(done: tuple[str, Path]) -> None:
    printed, folder = done
    answers = json.loads((folder / "studies.json").read_text(encoding="utf-8"))
    assert list(answers) == list(COHORTS)
    for study, answer in answers.items():
        paper = STUDIES[study].paper
        assert paper is not None
        assert answer["printed"] == len(paper.entries) == sum(answer["verdicts"].values())
        assert len(answer["differs"]) == answer["verdicts"]["differs"]
        assert f"  {study}" in printed
    assert sum(answer["printed"] for answer in answers.values()) == 493
    assert sum(answer["within"] for answer in answers.values()) >= 486
    assert told(answers)[-1] in printed.splitlines()


def test_no_number_differs(done: tuple[str, Path]) -> None:
    answers = json.loads((done[1] / "studies.json").read_text(encoding="utf-8"))
    assert [one for answer in answers.values() for one in answer["differs"]] == []
    assert {study: answer["verdicts"]["same"] > 0 for study, answer in answers.items()} == (
        dict.fromkeys(COHORTS, True)
    )


def test_the_report_of_every_study_is_kept(done: tuple[str, Path]) -> None:
    for study in COHORTS:
        folder = done[1] / "studies" / study
        assert json.loads((folder / "report.json").read_text(encoding="utf-8"))["study"] == study
        assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
        assert STUDIES[study].title in (folder / "report.html").read_text(encoding="utf-8")


def test_its_database_is_gone_and_its_logs_stay(done: tuple[str, Path]) -> None:
    assert not (done[1] / "studies" / "services").exists()
    assert (done[1] / "studies" / "logs" / "worker.log").stat().st_size > 0


def test_what_differs_is_listed_between_the_studies_and_the_total() -> None:
    verdicts = {word.value: 0 for word in Verdict}
    number = {
        "id": "x.001", "table": "Table 1", "row": "Sex", "column": "", "printed": "12",
        "ours": "13", "note": "a typing error",
    }  # fmt: skip
    answers: dict[str, dict[str, object]] = {
        "one": {
            "verdicts": verdicts | {"same": 2, "paper_disagrees": 1},
            "within": 3,
            "printed": 3,
        },
        "two": {"verdicts": verdicts | {"differs": 1}, "within": 0, "printed": 1},
    }
    answers["one"]["differs"], answers["two"]["differs"] = [], [number]
    lines = told(answers)
    assert [line.split()[0] for line in lines] == ["one", "two", "▲", "3"]
    assert lines[2] == "  ▲ x.001: Table 1, Sex: printed 12, ours 13 (a typing error)"
    assert lines[3] == "  3 of 4 within the tolerances"

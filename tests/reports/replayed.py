"""Where do the scripts of a run lie unzipped, and what do they say? For tests of reports.replay."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.db import transaction

from demo.cohorts import hazar, hsct2, kaya, momm
from reports.columns import Columns
from reports.compute import run
from reports.replay import archive
from reports.results import Period, Results
from reports.study import Study
from tests.reports.computed import MADE
from tests.reports.door import pass_through
from tests.reports.roux_columns import roux_columns

ROOT = Path(__file__).parents[2]
ROUX = "roux_2017_sfgmtc"
COHORTS = {
    "hazar_2021_turkey": hazar,
    "hsct2_2025_ecog": hsct2,
    "kaya_2025_salvage": kaya,
    "momm_prszt": momm,
}
NO_R = "Rscript with the packages survival and cmprsk is not on this machine"


def r_is_here() -> bool:
    """Whether R and the two packages can be started."""
    if shutil.which("Rscript") is None:
        return False
    asked = 'quit(status = !all(sapply(c("survival", "cmprsk"), requireNamespace)))'
    return (
        subprocess.run(["Rscript", "-e", asked], capture_output=True, check=False).returncode == 0
    )


def cut_of(study: str, blocker: Any) -> Columns:
    """The columns of the calibrated cohort of a study; blocker : the fixture django_db_blocker."""
    if study == ROUX:
        return roux_columns()
    with blocker.unblock(), transaction.atomic():
        passed = pass_through(COHORTS[study].cases_by_centre())
        transaction.set_rollback(True)
    return passed.taken.columns


def computed(study: Study, columns: Columns, period: Period | None = None) -> Results:
    """A finished run, as it is kept."""
    results = run(study, columns, replace(MADE, period=period))
    return Results.from_json(results.to_json())


@dataclass(frozen=True)
class Said:
    """How a script ended, and what it printed."""

    status: int
    printed: str
    complained: str

    @property
    def verdict(self) -> str:
        """The line that counts, such as "175 of 175 numbers agree at the printed digits."."""
        found = [line for line in self.printed.splitlines() if " numbers agree " in line]
        return found[0] if found else self.complained


@dataclass(frozen=True)
class Unzipped:
    """The folder of an archive."""

    folder: Path

    @classmethod
    def of(cls, packed: bytes, folder: Path) -> Unzipped:
        with zipfile.ZipFile(io.BytesIO(packed)) as opened:
            opened.extractall(folder)
        return cls(folder)

    def text(self, name: str) -> str:
        return (self.folder / name).read_text("utf-8")

    def lines(self, name: str) -> list[dict[str, str]]:
        """A CSV file of the folder."""
        return list(csv.DictReader(io.StringIO(self.text(name))))

    def change(self, name: str, lines: list[dict[str, str]]) -> None:
        """Write a CSV file of the folder anew."""
        with (self.folder / name).open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, list(lines[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(lines)

    def python(self) -> Said:
        """What `python study.py` says, any warning being an error."""
        return self._run([sys.executable, "-W", "error", "study.py"])

    def r(self) -> Said:
        """What `Rscript study.R` says."""
        return self._run(["Rscript", "study.R"])

    def _run(self, command: list[str]) -> Said:
        told = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=os.environ | told,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)


def unzipped(
    study: Study, columns: Columns, folder: Path, period: Period | None = None
) -> Unzipped:
    """The archive of a run of the study on these columns, in a folder."""
    packed = archive(study, columns, computed(study, columns, period))
    return Unzipped.of(packed, folder)

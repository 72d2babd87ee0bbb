"""R, in one process for the whole run: start-up is not counted, and its calls take turns."""

from __future__ import annotations

import atexit
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.data import FACTOR_LEVELS, Patients
from benchmarks.engines import Answer, Call, Job

SESSION = Path(__file__).parent.parent / "session.R"


class RFailed(RuntimeError):
    """R stopped, or a call in it did."""


class Session:
    """The process. It holds one set of patients at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["Rscript", "--vanilla", str(SESSION)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._loaded: Patients | None = None
        atexit.register(self._process.kill)

    def ask(self, command: str) -> str:
        """One line out, one line back. Raises RFailed."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().rstrip("\n")
        if not answer or answer.startswith("error"):
            raise RFailed(f"{command}: {answer or 'R stopped'}")
        return answer

    def load(self, patients: Patients) -> None:
        if self._loaded is patients:
            return
        with tempfile.TemporaryDirectory() as folder:
            for name, column in _columns(patients).items():
                column.tofile(Path(folder) / name)
            self.ask(f"load {folder} {patients.n}")
        self._loaded = patients


def _columns(patients: Patients) -> Mapping[str, NDArray[np.generic]]:
    """File name to column: 32-bit integers, 64-bit numbers."""
    whole = {"days": patients.days, "cause": patients.cause, "group": patients.group}
    whole |= {
        f"f{place}": patients.factors[place - 1] for place in range(1, 1 + len(FACTOR_LEVELS))
    }
    whole |= {
        name: patients.holes[:, k].astype(np.int32) for k, name in enumerate(("hole_x1", "hole_f1"))
    }
    columns: dict[str, NDArray[np.generic]] = {
        name: column.astype(np.int32) for name, column in whole.items()
    }
    return columns | {f"x{k}": x.copy() for k, x in enumerate(patients.numerics.T, start=1)}


@cache
def session() -> Session:
    return Session()


@cache
def packages() -> dict[str, str]:
    """R and its packages that are here, with versions; empty without R or survival."""
    if shutil.which("Rscript") is None:
        return {}
    try:
        return dict(one.split(" ", 1) for one in session().ask("packages").split(";"))
    except RFailed:
        return {}


@dataclass(frozen=True)
class RJob:
    name: str
    patients: Patients

    def time(self, lasting: float = 0.0) -> tuple[float, Answer]:
        session().load(self.patients)
        seconds, *parts = session().ask(f"time {self.name} {lasting}").split(";")
        answer = {}
        for part in parts:
            name, *numbers = part.split(" ")
            answer[name] = np.array(numbers, np.float64)
        return float(seconds), answer


def _ready(function: str, patients: Patients) -> Job:
    session().load(patients)
    return RJob(function, patients)


def _call(work: str, label: str, *, largest: int = 1_000_000) -> Call:
    """R's whole call, which has time 1."""
    ready = partial(_ready, work)
    return Call(work, f"R {label}", ready, patience=largest, largest=largest, is_reference=True)


def _engine(work: str) -> Call:
    return Call(work, "R coxph.fit alone", partial(_ready, f"{work}_engine"))


# package: what is done with it. crr looks at every pair of patients: 100 000 would take hours.
CALLS = {
    "survival": (
        _call("cox_efron", "coxph"),
        _engine("cox_efron"),
        _call("cox_breslow", "coxph"),
        _engine("cox_breslow"),
        _call("km_logrank", "survfit + survdiff"),
    ),
    "cmprsk": (
        _call("aalen_johansen", "cuminc (with Gray's test)"),
        _call("fine_gray", "crr", largest=10_000),
    ),
    "mice": (_call("imputation", "mice + coxph", largest=10_000),),
}

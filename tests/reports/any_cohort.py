"""Which invented patients meet the criteria of a study, whatever study it is? For tests of all of them.

Every column of the catalogue is drawn at random; then each row is bent until it meets the criteria of
the cohort. A new study needs nothing here unless it brings a new kind of criterion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from reports.catalogue import catalogue
from reports.columns import Columns
from reports.criteria import (
    Below,
    Between,
    Criterion,
    FirstAllogeneicTransplant,
    Is,
    Known,
    SecondAllogeneicTransplant,
)
from reports.groupings import Bands, Category, Grouping
from reports.study import Study

Drawn = dict[str, Any]
DAY = np.timedelta64(1, "D")
NEVER = np.datetime64("NaT", "D")

# Spans of the numbers that are no days; every other one is drawn from 0 to 100.
SPANS = {
    "allo_number": (1, 1),
    "age_at_transplant": (0.1, 60),
    "age_at_diagnosis": (0.1, 50),
    "transplant_year": (1985, 2020),
    "ecog": (0, 4),
    "ldh": (100, 2000),
    "ferritin": (50, 5000),
}


def cohort_of(study: Study, n: int = 90, seed: int = 1) -> Columns:
    """n patients with one transplant each who reach the last box of the flow chart."""
    drawn = _everything(n, np.random.default_rng(seed))
    for step in study.cohort:
        for criterion in step.criteria:
            _bend(drawn, criterion)
    columns = Columns(drawn)
    for step in study.cohort:
        for criterion in step.criteria:
            assert criterion.holds(columns).all(), f"{study.id}: {criterion.sentence}"
    return columns


def _everything(n: int, random: np.random.Generator) -> Drawn:
    drawn: Drawn = {}
    for name, described in catalogue.items():
        if described.kind == "number":
            low, high = SPANS.get(name, (0, 100))
            drawn[name] = np.round(random.uniform(low, high, n), 1)
        elif described.kind in ("code", "yes_no"):
            drawn[name] = random.choice(described.codes or ("A", "B", "C"), n)
    drawn["ecog"], drawn["allo_number"] = np.floor(drawn["ecog"]), np.ones(n)
    drawn["patient"] = np.array([f"P{place:05}" for place in range(n)])
    return drawn | _course(n, random, drawn["failure"] == "yes")


def _course(n: int, random: np.random.Generator, failed: Any) -> Drawn:
    """Transplant, failure, death and last contact in this order; half of the patients die."""
    transplant = np.datetime64("2005-01-01", "D") + random.integers(0, 4000, n) * DAY
    to_failure = random.integers(1, 700, n)
    failure = transplant + to_failure * DAY
    end = failure + random.integers(1, 1500, n) * DAY
    dead = random.random(n) < 0.6
    between = failure + random.integers(0, 400, n) * DAY
    return {
        "transplant_date": transplant,
        "failure_date": np.where(failed, failure, NEVER),
        "days_to_failure": np.where(failed, to_failure, np.nan),
        "days_in_remission_before": random.integers(1, 900, n).astype(float),
        "days_diagnosis_to_transplant": random.integers(30, 2000, n).astype(float),
        "second_transplant_date": np.where(failed, np.minimum(between, end), NEVER),
        "first_dli_date": np.where(failed, np.minimum(between, end), NEVER),
        "salvage_remission_date": np.where(failed, np.minimum(between, end), NEVER),
        "car_t_date": np.where(failed, np.minimum(between, end), NEVER),
        "chronic_gvhd_date": transplant + random.integers(60, 400, n) * DAY,
        "death": np.where(dead, "yes", "no"),
        "death_date": np.where(dead, end, NEVER),
        "last_contact_date": end,
    }


def _bend(drawn: Drawn, criterion: Criterion) -> None:
    """Change the columns so that every row meets a criterion."""
    match criterion:
        case Is():
            _one_of(drawn, criterion)
        case Between():
            _move(drawn, criterion)
        case Below():
            drawn[criterion.column] = drawn[criterion.column] % (criterion.limit - 0.5)
        case Known():
            pass  # nothing that is drawn is missing, but the failures of those who had none
        case FirstAllogeneicTransplant() | SecondAllogeneicTransplant():
            first = isinstance(criterion, FirstAllogeneicTransplant)
            drawn["transplant_type"][:] = "allo"
            drawn["allo_number"][:] = 1 if first else 2
        case _:
            raise TypeError(f"say here how a row is made to meet {criterion!r}")


def _one_of(drawn: Drawn, criterion: Is) -> None:
    values = drawn[criterion.column]
    foreign = np.flatnonzero(~np.isin(values, criterion.codes))
    codes = np.array(criterion.codes)
    drawn[criterion.column] = values.astype(f"<U{max(map(len, catalogue_codes(criterion)))}")
    drawn[criterion.column][foreign] = codes[foreign % len(codes)]
    if criterion.column in ("failure", "failure_kind"):
        _let_fail(drawn)


def catalogue_codes(criterion: Is) -> tuple[str, ...]:
    """The codes the column may hold."""
    return catalogue[criterion.column].codes or criterion.codes


def _let_fail(drawn: Drawn) -> None:
    """Everybody fails between transplant and last contact, sooner or later."""
    whole = (drawn["last_contact_date"] - drawn["transplant_date"]) / DAY
    days = np.ceil(whole * (1 + np.arange(len(whole)) % 7) / 9)
    drawn["failure"] = np.full(len(days), "yes")
    drawn["days_to_failure"] = days
    drawn["failure_date"] = drawn["transplant_date"] + days.astype(int) * DAY
    for name in ("second_transplant_date", "first_dli_date", "salvage_remission_date"):
        drawn[name] = drawn["failure_date"] + np.floor(whole / 9).astype(int) * DAY


def _move(drawn: Drawn, criterion: Between) -> None:
    """Every date of a patient moves by the same days, so that the intervals stay."""
    first, last = np.datetime64(criterion.first), np.datetime64(criterion.last)
    span = int((last - first) / DAY) + 1
    place = (drawn[criterion.column] - first).astype(int) % span
    shift = first + place * DAY - drawn[criterion.column]
    for name in drawn:
        if catalogue[name].kind == "date":
            drawn[name] = drawn[name] + shift


def parts_of(thing: object) -> Iterator[object]:
    """A study and everything it is made of, each part as often as it stands there."""
    yield thing
    if is_dataclass(thing) and not isinstance(thing, type):
        for field in fields(thing):
            if field.name != "paper":
                yield from parts_of(getattr(thing, field.name))
    elif isinstance(thing, Mapping):
        for value in thing.values():
            yield from parts_of(value)
    elif isinstance(thing, tuple):
        for value in thing:
            yield from parts_of(value)


def columns_named_in(study: Study) -> tuple[str, ...]:
    """The columns that the words of a study name, and the dates every end point needs."""
    named = {str(part.column) for part in parts_of(study) if hasattr(part, "column")}
    return tuple(sorted(named | {"failure_date", "death_date", "last_contact_date"}))


def groupings_of(study: Study) -> dict[str, Grouping]:
    """The groupings of a study by name."""
    return {part.name: part for part in parts_of(study) if isinstance(part, Category | Bands)}

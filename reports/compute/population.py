"""Who is in each population of a study, and how long was each patient followed?"""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from outcomes.cox import CoxFit
from outcomes.endpoints import Endpoint, disease_free_survival, overall_survival
from outcomes.sample import EmptySample, Survival
from outcomes.selection import Screen, Selection
from outcomes.terms import Factor, Numeric
from reports.columns import Columns, Mask
from reports.compute.values import NO_FOLLOW_UP, NO_PATIENTS, Writer
from reports.criteria import Criterion
from reports.groupings import Covariate, Grouping, Measured
from reports.results import FlowStep, LeftOut
from reports.study import EndPoint, Study

# The columns that follow a patient, and those in which `as_of` takes back what came later.
FOLLOWED_BY = ("death", "death_date", "last_contact_date", "failure", "failure_date")
TAKEN_BACK = (
    *FOLLOWED_BY,
    *("failure_kind", "days_to_failure", "treatment"),
    *("second_transplant_date", "first_dli_date"),
)

NEVER = np.datetime64("NaT", "D")
NO_EVENT_DATE = "death without a date"
NO_FAILURE_DATE = "relapse or progression not known, or without a date"
NO_DATES = "no usable start and end of follow-up"


@dataclass(frozen=True, eq=False)
class Patients:
    """A population of n rows; `sample` holds the followed among them, None when there are none.

    end_point : to which they are followed. followed : (n,) mask of the rows in `sample`. dropped : why the others are not, with counts.
    """

    columns: Columns
    followed: Mask
    sample: Survival | None
    dropped: tuple[tuple[str, int], ...]
    end_point: EndPoint

    @property
    def n(self) -> int:
        return self.columns.n

    def factor(self, grouping: Grouping) -> Factor:
        """The grouping of the followed rows, in step with `sample`."""
        return grouping.factor(self.columns).where(self.followed)

    def term(self, covariate: Covariate) -> Factor | Numeric:
        """The covariate of the followed rows, in step with `sample`."""
        if isinstance(covariate, Measured):
            return covariate.number(self.columns).where(self.followed)
        return self.factor(covariate)

    def where(self, criteria: tuple[Criterion, ...]) -> Mask:
        """The rows that meet all criteria."""
        return all_hold(self.columns, criteria)


@dataclass(frozen=True, eq=False)
class FinalModel:
    """What selection left: the patients complete for all candidates, the terms kept, the fit.

    reason : the sentence in the place of a model when `fit` is None.
    counted : what its events are called.
    """

    sample: Survival
    terms: tuple[Factor | Numeric, ...]
    fit: CoxFit | None
    reason: str
    counted: str


@dataclass(frozen=True, eq=False)
class Context:
    """What the parts of a study share while it is computed.

    populations : followed to the main end point; `patients` follows them to any. limits : what the
    reader must know. screens, selections, finals : filled by the Cox tables, by the id of the table.
    """

    study: Study
    populations: dict[str, Patients]
    write: Writer
    limits: tuple[str, ...] = ()
    screens: dict[str, dict[str, Screen | None]] = field(default_factory=dict)
    selections: dict[str, Selection | None] = field(default_factory=dict)
    finals: dict[str, FinalModel | None] = field(default_factory=dict)
    others: dict[tuple[str, str], Patients] = field(default_factory=dict)

    def patients(self, on: str, end_point: str = "") -> Patients:
        """A population followed to one of the end points, "" being the main one."""
        if not end_point:
            return self.populations[on]
        if (on, end_point) not in self.others:
            point = self.study.end_point_named(end_point)
            self.others[on, end_point] = followed(self.populations[on].columns, point)
        return self.others[on, end_point]


def all_hold(columns: Columns, criteria: tuple[Criterion, ...]) -> Mask:
    """True for the rows that meet every criterion."""
    mask = np.ones(columns.n, dtype=np.bool_)
    for criterion in criteria:
        mask &= criterion.holds(columns)
    return mask


def populations(study: Study, columns: Columns) -> dict[str, Patients]:
    """Every step, "" for the last, "excluded" for who missed the last step, every subgroup."""
    left = columns
    found: dict[str, Patients] = {}
    for step in study.cohort:
        keep = all_hold(left, step.criteria)
        excluded, left = left.where(~keep), left.where(keep)
        found[step.name] = followed(left, study.end_point)
    found["excluded"] = followed(excluded, study.end_point)
    found[""] = found[study.cohort[-1].name]
    for name, criteria in study.subgroups.items():
        found[name] = followed(left.where(all_hold(left, criteria)), study.end_point)
    return found


def followed(columns: Columns, end_point: EndPoint) -> Patients:
    """The population with its follow-up from the end point."""
    dead = dead_undated(columns)
    failed = np.zeros(columns.n, dtype=np.bool_)
    if end_point.event != "death":
        failed = failed_undated(columns) & ~dead
    undated = dead | failed
    usable = columns.where(~undated)
    reasons = ((NO_EVENT_DATE, dead), (NO_FAILURE_DATE, failed))
    dropped = [(why, int(np.count_nonzero(of))) for why, of in reasons if of.any()]
    mask = np.zeros(columns.n, dtype=np.bool_)
    try:
        found = _end_point(usable, end_point)
    except EmptySample:
        dropped += [(NO_DATES, usable.n)] if usable.n else []
        return Patients(columns, mask, None, tuple(dropped), end_point)
    mask[np.flatnonzero(~undated)] = found.kept
    return Patients(columns, mask, found.sample, (*dropped, *found.dropped), end_point)


def dead_undated(columns: Columns) -> Mask:
    """The rows of who died, nobody knows when: no end point can follow them."""
    return np.asarray((columns["death"] == "yes") & ~columns.known("death_date"), dtype=np.bool_)


def failed_undated(columns: Columns) -> Mask:
    """The rows of which nobody knows whether they failed, or when: not free of failure either."""
    unknown = (columns["failure"] != "no") & ~columns.known("failure_date")
    return np.asarray(unknown, dtype=np.bool_)


def _end_point(columns: Columns, end_point: EndPoint) -> Endpoint:
    origin, cutoff = columns[end_point.origin], end_point.cutoff
    death, contact = columns["death_date"], columns["last_contact_date"]
    if end_point.event == "death":
        return overall_survival(origin, death, contact, cutoff=cutoff)
    return disease_free_survival(origin, columns["failure_date"], death, contact, cutoff=cutoff)


def why_nobody(patients: Patients, by: Grouping | None = None) -> str:
    """The sentence that stands for a number when nobody can be analysed."""
    if patients.n == 0:
        return NO_PATIENTS
    if patients.sample is None or by is None:
        return NO_FOLLOW_UP
    return f"{by.label} is not known in any patient."


def as_of(columns: Columns, cutoff: str | None) -> Columns:
    """The rows as they stood on the cutoff: what happened later has not happened yet.

    Deaths, failures with all that is told of them, second transplants and lymphocyte infusions are
    taken back by their dates. A treatment that consists of a transplant or an infusion after the
    cutoff is not known yet. Treatments without a date of their own (chemotherapy, palliative care)
    and the remission after transplant stay as recorded.
    """
    if cutoff is None:
        return columns
    end = np.datetime64(cutoff, "D")
    failed_later = columns["failure_date"] > end
    return columns.changed(
        **_life_as_of(columns, end),
        **_failure_as_of(columns, failed_later),
        **_treatment_as_of(columns, failed_later, end),
    )


def _life_as_of(columns: Columns, end: np.datetime64) -> dict[str, Any]:
    """Whoever died after the cutoff was known to be alive on it, whatever the last contact says."""
    died_later, contact = columns["death_date"] > end, columns["last_contact_date"]
    return {
        "death": np.where(died_later, "no", columns["death"]),
        "death_date": np.where(died_later, NEVER, columns["death_date"]),
        "last_contact_date": np.where(died_later | (contact > end), end, contact),
    }


def _failure_as_of(columns: Columns, later: Mask) -> dict[str, Any]:
    return {
        "failure": np.where(later, "no", columns["failure"]),
        "failure_date": np.where(later, NEVER, columns["failure_date"]),
        "failure_kind": np.where(later, "", columns["failure_kind"]),
        "days_to_failure": np.where(later, np.nan, columns["days_to_failure"]),
    }


def _treatment_as_of(columns: Columns, failed_later: Mask, end: np.datetime64) -> dict[str, Any]:
    """What was done for a failure that has not happened yet is not known yet either."""
    second_later = failed_later | (columns["second_transplant_date"] > end)
    dli_later = failed_later | (columns["first_dli_date"] > end)
    treatment = columns["treatment"]
    unknown = (
        failed_later
        | (second_later & (treatment == "second_hsct"))
        | (dli_later & np.isin(treatment, ("dli", "chemo_dli")))
    )
    return {
        "treatment": np.where(unknown, "", treatment),
        "second_transplant_date": np.where(second_later, NEVER, columns["second_transplant_date"]),
        "first_dli_date": np.where(dli_later, NEVER, columns["first_dli_date"]),
    }


def flow(study: Study, columns: Columns) -> tuple[FlowStep, ...]:
    """The boxes of the flow chart; who drops out at a step is told in the box that they leave."""
    boxes: list[FlowStep] = []
    left = columns
    for position, step in enumerate(study.cohort):
        before, left = left.n, left.where(all_hold(left, step.criteria))
        if step.excluded:
            out, key = before - left.n, f"flow.{step.name}.excluded"
            gone = LeftOut(step.excluded, out, _percent(out, before), key)
            boxes[-1] = replace(boxes[-1], left_out=(gone,))
        share = _percent(left.n, before) if position else None
        boxes.append(FlowStep(step.label, left.n, share, key=f"flow.{step.name}"))
    return tuple(boxes)


def _percent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None

"""Why is nobody analysed, and what can the reader do? Asked only when a report has no patient."""

from reports import numbers
from reports.columns import Columns
from reports.compute.part import period_in_words
from reports.compute.population import all_hold
from reports.criteria import Criterion
from reports.results import Period
from reports.study import Study

NOBODY = "No patient meets the criteria of the study."
FURTHER_CENTRES = "choose further centres"
WIDEN = "widen the period"
CORRECT = "have the records corrected that are left out"


def nobody_told(study: Study, taken: Columns, rows: Columns, period: Period | None) -> str:
    """What is missing and what to do, "" when somebody is analysed.

    taken : all rows of the cut. rows : those of the period.
    """
    if taken.n == 0:
        told = "The records taken hold no allogeneic transplant."
        return _with_remedy(told, f"{FURTHER_CENTRES}, or {CORRECT}")
    if rows.n == 0 and period is not None:
        done = f"Not one of the {_transplants(taken.n)} was done {period_in_words(period)}."
        return _with_remedy(done, f"{WIDEN}, or {FURTHER_CENTRES}")
    left = rows
    for place, step in enumerate(study.cohort):
        before, left = left, left.where(all_hold(left, step.criteria))
        if left.n == 0:
            of = study.cohort[place - 1].label if place else ""
            told = _lost(step.label, before, step.criteria, of)
            widen = f"{WIDEN}, or " if period is not None else ""
            return _with_remedy(told, f"{widen}{FURTHER_CENTRES}")
    return ""


def _lost(label: str, before: Columns, criteria: tuple[Criterion, ...], of: str) -> str:
    """Who was there before a step that nobody reaches, and which of its conditions none meets."""
    whole = f"the {_transplants(before.n)} of “{of}”" if of else f"the {_transplants(before.n)}"
    failed = [one.sentence for one in criteria if not one.holds(before).any()]
    which = f" Not one of them meets: {'; '.join(failed)}." if failed else ""
    return f"Of {whole} none reaches “{label}”.{which}"


def _with_remedy(told: str, remedy: str) -> str:
    return f"{NOBODY} {told} To have a report, {remedy}."


def _transplants(n: int) -> str:
    return "1 transplant" if n == 1 else f"{numbers.count(n)} transplants"

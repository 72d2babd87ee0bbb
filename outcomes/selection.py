"""Which variables stay in the model? Univariate screening and backward stepwise as in SPSS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from outcomes._design import complete_cases
from outcomes._model import entry_test, prepare
from outcomes._partial import Ties
from outcomes.cox import CoxFit, cox, likelihood_ratio
from outcomes.sample import SampleError, Survival
from outcomes.terms import Term

Criterion = Literal["wald", "likelihood_ratio"]
UsedCriterion = Literal["wald", "likelihood_ratio", "score"]


@dataclass(frozen=True)
class Screen:
    """One univariate model. p is the overall Wald P; where an infinite coefficient leaves no
    Wald test it is the likelihood-ratio P, and criterion says so. None: nothing to test."""

    name: str
    fit: CoxFit
    p: float | None
    kept: bool
    criterion: UsedCriterion


@dataclass(frozen=True)
class Step:
    """One removal or entry, with the P that decided it and the test that gave the P."""

    action: Literal["remove", "enter"]
    term: str
    p: float | None
    criterion: UsedCriterion


@dataclass(frozen=True)
class Selection:
    """The steps in order, the terms kept in the order given, and their fit (None if none)."""

    steps: tuple[Step, ...]
    kept: tuple[str, ...]
    fit: CoxFit | None


def screen(
    sample: Survival, terms: Sequence[Term], *, ties: Ties, threshold: float = 0.20
) -> tuple[Screen, ...]:
    """One Cox model per term, each on its own complete cases; kept when P <= threshold."""
    screens = []
    for term in terms:
        fit = cox(sample, [term], ties=ties)
        overall = fit.term(term.name)
        criterion: UsedCriterion = "wald"
        p = overall.p
        if p is None and fit.likelihood_ratio.p is not None:
            criterion, p = "likelihood_ratio", fit.likelihood_ratio.p
        screens.append(Screen(term.name, fit, p, p is not None and p <= threshold, criterion))
    return tuple(screens)


def backward(
    sample: Survival,
    terms: Sequence[Term],
    *,
    ties: Ties,
    remove_above: float = 0.10,
    enter_below: float = 0.05,
    criterion: Criterion = "wald",
) -> Selection:
    """Backward stepwise selection as SPSS BSTEP: whole terms, starting with all of them.

    While the largest P exceeds remove_above, that term goes. When none does, the outside term
    with the smallest score P enters if it is below enter_below, and removal starts again; a
    model met before ends it. Patients are complete for all terms, throughout. A term without
    anything to estimate goes first (p None).
    Source: SPSS Statistics Algorithms, COXREG, BSTEP(WALD) and BSTEP(LR).
    Checked: against the same loop around R survival::coxph (golden/backward.csv).
    """
    if not enter_below <= remove_above:
        raise SampleError("enter_below: must not exceed remove_above, or a term would circle")
    complete = complete_cases(sample, terms)
    sample = sample.where(complete)
    known = {term.name: term.where(complete) for term in terms}
    inside = list(known)
    steps: list[Step] = []
    met = {frozenset(inside)}
    while True:
        step = _removal(sample, known, inside, ties, remove_above, criterion) or _entry(
            sample, known, inside, ties, enter_below
        )
        if step is None:
            break
        after = set(inside) ^ {step.term}
        if frozenset(after) in met:
            break
        met.add(frozenset(after))
        inside = [name for name in known if name in after]
        steps.append(step)
    fit = cox(sample, [known[name] for name in inside], ties=ties) if inside else None
    return Selection(tuple(steps), tuple(inside), fit)


def _removal(
    sample: Survival,
    known: dict[str, Term],
    inside: list[str],
    ties: Ties,
    above: float,
    criterion: Criterion,
) -> Step | None:
    """The term to remove: the first that cannot be tested, else the one with the largest P."""
    if not inside:
        return None
    full = cox(sample, [known[name] for name in inside], ties=ties)
    worst: Step | None = None
    for name in inside:
        used: UsedCriterion = criterion
        p = full.term(name).p
        if criterion == "likelihood_ratio" or p is None:
            rest = [known[other] for other in inside if other != name]
            used, p = "likelihood_ratio", likelihood_ratio(cox(sample, rest, ties=ties), full).p
        if p is None:
            return Step("remove", name, None, used)
        if p > above and (worst is None or worst.p is None or p > worst.p):
            worst = Step("remove", name, p, used)
    return worst


def _entry(
    sample: Survival, known: dict[str, Term], inside: list[str], ties: Ties, below: float
) -> Step | None:
    """The outside term with the smallest score P, if that is below the limit."""
    best: Step | None = None
    prepared = prepare(sample, list(known.values()), ties)
    for name in known:
        if name in inside:
            continue
        p = entry_test(prepared, inside, name).p
        if p is not None and p < below and (best is None or best.p is None or p < best.p):
            best = Step("enter", name, p, "score")
    return best

"""Which variables stay in the model? Univariate screening, backward and forward stepwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from numpy.typing import ArrayLike

from outcomes._fits.submodels import Submodels
from outcomes._numbers.arguments import expect, expect_number
from outcomes._numbers.columns import one_of
from outcomes._numbers.printed import aligned_cells, short
from outcomes._regression.analysed import gather
from outcomes._regression.checked_terms import checked_terms, parts_of
from outcomes._regression.partial_likelihood import Ties
from outcomes.cox import CoxFit, cox
from outcomes.sample import Survival
from outcomes.terms import Factor, Term

__all__ = [
    "BACKWARD_ELIMINATION",
    "SPSS_BACKWARD",
    "SPSS_BACKWARD_LR",
    "SPSS_BACKWARD_WALD",
    "SPSS_FORWARD",
    "Criterion",
    "Rule",
    "Screen",
    "Selection",
    "Start",
    "Step",
    "UsedCriterion",
    "backward",
    "screen",
    "stepwise",
]

Criterion = Literal["wald", "likelihood_ratio", "conditional"]
Start = Literal["all", "none"]
UsedCriterion = Literal["wald", "likelihood_ratio", "conditional", "score"]


@dataclass(frozen=True)
class Rule:
    """When a term goes and when one comes.

    remove_above : the term with the largest P goes if that exceeds it. criterion : the test of
    removal. enter_below : the outside term with the smallest score P comes if that is below; 0 =
    nothing ever comes. start : with which terms in the model.
    Raises ValueError (unknown criterion or start; enter_below above remove_above: a term would go
    round in circles).
    """

    remove_above: float = 0.10
    enter_below: float = 0.05
    criterion: Criterion = "conditional"
    start: Start = "all"

    def __post_init__(self) -> None:
        one_of(self.criterion, get_args(Criterion), "criterion")
        one_of(self.start, get_args(Start), "start")
        expect_number(self.remove_above, "remove_above", "pass a P, such as 0.10")
        expect_number(self.enter_below, "enter_below", "pass a P, such as 0.05")
        if not 0 <= self.enter_below <= self.remove_above <= 1:
            raise ValueError(
                f"enter_below: {self.enter_below} must not exceed remove_above "
                f"{self.remove_above}, both from 0 to 1, or a term would circle"
            )


SPSS_BACKWARD = Rule()  # COXREG /METHOD=BSTEP, which is BSTEP(COND)
SPSS_BACKWARD_WALD = Rule(criterion="wald")  # BSTEP(WALD): the papers' "backward Wald"
SPSS_BACKWARD_LR = Rule(criterion="likelihood_ratio")  # BSTEP(LR)
SPSS_FORWARD = Rule(start="none")  # FSTEP, which is FSTEP(COND)
BACKWARD_ELIMINATION = Rule(remove_above=0.05, enter_below=0.0, criterion="likelihood_ratio")


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
    """The steps in order, the names of the terms kept, and their fit (None if none is kept).

    kept : names, in the order in which the terms were given; str(selection) is a plain table.
    n, events : rows complete for all candidates, on which every model was fitted; dropped : the
    others.
    """

    steps: tuple[Step, ...]
    kept: tuple[str, ...]
    fit: CoxFit | None
    n: int
    events: int
    dropped: int

    def __str__(self) -> str:
        left_out = f", {self.dropped} left out" if self.dropped else ""
        lines: list[tuple[str, ...]] = [("step", "term", "P", "by")]
        for step in self.steps:
            lines.append((step.action, step.term, short(step.p), step.criterion.replace("_", " ")))
        return "\n".join(
            [
                f"Selection of terms: n = {self.n}, events = {self.events}{left_out}",
                *(aligned_cells(lines) if self.steps else ("no step",)),
                f"kept: {', '.join(self.kept) or 'none'}",
            ]
        )


def screen(
    sample: Survival,
    terms: Sequence[Term],
    *,
    ties: Ties = "efron",
    threshold: float = 0.20,
    strata: Factor | None = None,
    offset: ArrayLike | None = None,
    level: float = 0.95,
) -> tuple[Screen, ...]:
    """One Cox model per term, each on its own complete cases; kept when P <= threshold.

    sample, terms, ties, strata, offset, level : as in cox; robust errors and clusters are not
    taken. Raises what cox raises, and ValueError (threshold not above 0 and up to 1).
    Source: SPSS Statistics, COXREG with one covariate at a time; the threshold is the reader's.
    Checked: its models as cox; the edge of the threshold on the synthetic cohort.

    >>> from outcomes.terms import Numeric
    >>> sample = Survival([1, 2, 3, 4, 5, 6], [True] * 6)
    >>> age = Numeric("age", [70, 60, 65, 40, 50, 30])
    >>> [(found.name, found.kept) for found in screen(sample, [age], ties="efron")]
    [('age', True)]
    """
    expect_number(threshold, "threshold", "pass a P, such as 0.2")
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold: expected a P above 0 and up to 1, got {threshold}")
    expect(sample, Survival, "sample")
    checked_terms(terms, sample.n)
    screens = []
    for term in terms:
        fit = cox(sample, [term], ties=ties, strata=strata, offset=offset, level=level)
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
    ties: Ties = "efron",
    remove_above: float = 0.10,
    enter_below: float = 0.05,
    criterion: Criterion = "wald",
    strata: Factor | None = None,
    offset: ArrayLike | None = None,
    level: float = 0.95,
) -> Selection:
    """Backward stepwise selection: stepwise from all terms on, its rule spelled out.

    Other arguments as in stepwise, and those of its rule (remove_above, enter_below, criterion) as
    in Rule. With the default enter_below a removed term may enter again, as in SPSS. For plain backward
    elimination, in which it never does, enter_below=0, or stepwise(rule=BACKWARD_ELIMINATION).
    Raises what stepwise and Rule raise.
    Source: SPSS Statistics Algorithms, COXREG, BSTEP(WALD), BSTEP(LR) and BSTEP(COND).
    Checked: against the same loop around R survival::coxph (golden/backward.csv).

    >>> from outcomes.terms import Numeric
    >>> sample = Survival([1, 2, 3, 4, 5, 6], [True] * 6)
    >>> age = Numeric("age", [70, 60, 65, 40, 50, 30])
    >>> backward(sample, [age, Numeric("size", [2, 1, 1, 2, 2, 1])], ties="efron").kept
    ('age',)
    """
    rule = Rule(remove_above, enter_below, criterion)
    return stepwise(sample, terms, ties=ties, rule=rule, strata=strata, offset=offset, level=level)


def stepwise(
    sample: Survival,
    terms: Sequence[Term],
    *,
    ties: Ties = "efron",
    rule: Rule = SPSS_BACKWARD,
    strata: Factor | None = None,
    offset: ArrayLike | None = None,
    level: float = 0.95,
) -> Selection:
    """Stepwise selection of whole terms, as SPSS does it.

    While the largest P of a term inside exceeds rule.remove_above, that term goes. When none does,
    the outside term with the smallest score P enters if it is below rule.enter_below, and removal
    starts again; a model met before ends it. A factor stays while its interaction is inside, and an
    interaction enters only beside its factors. Rows are complete for all terms, throughout. A term
    without anything to estimate goes first (p None). Where an infinite coefficient leaves no Wald
    or conditional test, the likelihood ratio decides, and the step says so.
    sample, terms, ties, strata, offset, level : as in cox; robust errors and clusters are not
    taken, for the tests that select rest on the likelihood. Raises what cox raises.
    Source: SPSS Statistics Algorithms, COXREG, stepwise methods; the conditional test of Lawless
    and Singhal, Biometrics 1978;34:318-327.
    Checked: against the same loop around R survival::coxph (golden/backward.csv, stepwise.csv).

    >>> from outcomes.terms import Numeric
    >>> sample = Survival([1, 2, 3, 4, 5, 6], [True] * 6)
    >>> age = Numeric("age", [70, 60, 65, 40, 50, 30])
    >>> stepwise(sample, [age], ties="breslow", rule=SPSS_FORWARD).steps[0].action
    'enter'
    """
    inputs, dropped = gather(sample, terms, ties, strata, offset)
    models = Submodels.of(inputs, dropped, level)
    names = tuple(term.name for term in terms)
    inside = names if rule.start == "all" else ()
    steps: list[Step] = []
    met = {frozenset(inside)}
    while True:
        step = _removal(models, inside, rule) or _entry(models, inside, rule)
        if step is None:
            break
        after = frozenset(inside) ^ {step.term}
        if after in met:
            break
        met.add(after)
        inside = tuple(name for name in names if name in after)
        steps.append(step)
    return Selection(
        tuple(steps),
        inside,
        models.fit(inside) if inside else None,
        inputs.sample.n,
        inputs.sample.events,
        dropped,
    )


def _removal(models: Submodels, inside: tuple[str, ...], rule: Rule) -> Step | None:
    """The term to remove: the first that cannot be tested, else the one with the largest P."""
    worst: Step | None = None
    parts = parts_of(models.inputs.terms)
    needed = {part for name in inside for part in parts.get(name, ())}
    for name in inside:
        if name in needed:  # its interaction is tested first
            continue
        used: UsedCriterion = rule.criterion
        p = None
        if used == "wald":
            p = models.fit(inside).term(name).p
        elif used == "conditional":
            p = models.conditional(inside, name).p
        if p is None:
            used, p = "likelihood_ratio", models.likelihood_ratio(inside, name).p
        if p is None:
            return Step("remove", name, None, used)
        if p > rule.remove_above and (worst is None or worst.p is None or p > worst.p):
            worst = Step("remove", name, p, used)
    return worst


def _entry(models: Submodels, inside: tuple[str, ...], rule: Rule) -> Step | None:
    """The outside term with the smallest score P, if that is below the limit."""
    best: Step | None = None
    parts = parts_of(models.inputs.terms)
    for name in models.names:
        if name in inside or not set(parts.get(name, ())) <= set(inside):
            continue
        p = models.score(inside, name).p
        if p is not None and p < rule.enter_below and (best is None or p < (best.p or 0.0)):
            best = Step("enter", name, p, "score")
    return best

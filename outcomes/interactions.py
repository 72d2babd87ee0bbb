"""Does the effect of one factor depend on another? Interactions, pair by pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from numpy.typing import ArrayLike

from outcomes._fits.submodels import Submodels
from outcomes._numbers.arguments import expect
from outcomes._regression.analysed import gather
from outcomes._regression.checked_terms import checked_terms
from outcomes._regression.partial_likelihood import Ties
from outcomes.coefficients import TermTest
from outcomes.cox import CoxFit
from outcomes.results import Test
from outcomes.sample import SampleError, Survival
from outcomes.terms import Factor, Interaction, Term

__all__ = ["PairTest", "pairwise_interactions"]


@dataclass(frozen=True)
class PairTest:
    """Two factors of the model, and the model with their interaction added.

    likelihood_ratio : against the model without it; holds where a combination has no events.
    wald : of the interaction's coefficients; has no number, and a reason, there. df is 0 in both
    when no two combinations of levels can be compared.
    """

    first: str
    second: str
    likelihood_ratio: Test
    wald: TermTest
    fit: CoxFit

    @property
    def name(self) -> str:
        """The name of the interaction among the terms of fit."""
        return self.wald.term


def pairwise_interactions(
    sample: Survival,
    terms: Sequence[Term],
    kept: Sequence[str] | None = None,
    *,
    ties: Ties = "efron",
    strata: Factor | None = None,
    offset: ArrayLike | None = None,
    level: float = 0.95,
) -> tuple[PairTest, ...]:
    """Each pair of factors of a model, their interaction added to it, one pair at a time.

    kept : names of the terms in the model, as Selection.kept; None = all. Numbers stay in the model
    and form no pair; a pair whose interaction is in the model already is passed over. Rows are
    complete for the kept terms. No correction for testing many pairs is made.
    sample, terms, ties, strata, offset, level : as in cox; robust errors and clusters are not
    taken. Raises SampleError for an unknown name, and what cox raises.
    Source: Cox, J R Stat Soc B 1972;34:187-220.
    Checked: against R anova and Wald tests of coxph(~ ... + a:b) (golden/interactions.csv) 1e-8.

    >>> sex = Factor("sex", ["f", "m"], [0, 1, 0, 1, 0, 1, 0, 1])
    >>> site = Factor("site", ["a", "b"], [0, 0, 1, 1, 0, 0, 1, 1])
    >>> sample = Survival([1, 2, 3, 4, 8, 7, 6, 5], [True] * 8)
    >>> (found,) = pairwise_interactions(sample, [sex, site], ties="efron")
    >>> found.name, found.likelihood_ratio.df, round(found.likelihood_ratio.p, 4)
    ('sex x site', 1, 0.7528)
    """
    expect(sample, Survival, "sample")
    checked_terms(terms, sample.n)
    known = {term.name: term for term in terms}
    names = tuple(known) if kept is None else tuple(name for name in known if name in kept)
    if isinstance(kept, str):
        raise TypeError(f"kept: expected a list of names, got the text {kept!r}; write [{kept!r}]")
    unknown = sorted(set(kept or ()) - set(known))
    if unknown:
        raise SampleError(f"kept: {unknown} are none of the terms {list(known)}; correct the names")
    model = [known[name] for name in names]
    factors = [term for term in model if isinstance(term, Factor)]
    pairs = [Interaction(a, b) for a, b in combinations(factors, 2)]
    present = {frozenset((t.a.name, t.b.name)) for t in model if isinstance(t, Interaction)}
    pairs = [pair for pair in pairs if frozenset((pair.a.name, pair.b.name)) not in present]
    inputs, dropped = gather(sample, [*model, *pairs], ties, strata, offset)
    models = Submodels.of(inputs, dropped, level)
    return tuple(_test(models, names, pair) for pair in pairs)


def _test(models: Submodels, names: tuple[str, ...], pair: Interaction) -> PairTest:
    inside = (*names, pair.name)
    fit = models.fit(inside)
    return PairTest(
        pair.a.name,
        pair.b.name,
        models.likelihood_ratio(inside, pair.name),
        fit.term(pair.name),
        fit,
    )

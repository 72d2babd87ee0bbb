"""Does the model need this term? Each term left out once: likelihood ratio and score tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from numpy.typing import ArrayLike

from outcomes._fits.submodels import Submodels
from outcomes._regression.analysed import gather
from outcomes._regression.partial_likelihood import Ties
from outcomes.coefficients import TermTest
from outcomes.results import Test
from outcomes.sample import Survival
from outcomes.terms import Factor, Interaction, Term

__all__ = ["likelihood_ratio_tests", "score_tests"]


def likelihood_ratio_tests(
    sample: Survival,
    terms: Sequence[Term],
    *,
    ties: Ties = "efron",
    strata: Factor | None = None,
    offset: ArrayLike | None = None,
) -> tuple[TermTest, ...]:
    """Twice what the log-likelihood loses when a term is left out and the others fitted anew.

    sample, terms, ties, strata, offset : as in cox; every model on the rows complete for all terms.
    Valid where a coefficient is infinite. A factor whose interaction is in the model is not tested:
    without it the interaction would mean something else. Raises what cox raises. For two fits of
    one's own: cox.likelihood_ratio.
    Source: Cox and Hinkley, Theoretical Statistics, 1974, section 9.3.
    Checked: against R drop1(coxph, test = "Chisq") (golden/term_tests.csv) 1e-8.

    >>> from outcomes.terms import Numeric
    >>> sample = Survival([1, 2, 3, 4], [True] * 4)
    >>> (found,) = likelihood_ratio_tests(sample, [Numeric("dose", [1, 0, 1, 0])])
    >>> found.term, found.df, round(found.statistic, 4)
    ('dose', 1, 0.6162)
    """
    models = Submodels.of(gather(sample, terms, ties, strata, offset)[0])
    return _each(models, terms, lambda name: models.likelihood_ratio(models.names, name))


def score_tests(
    sample: Survival,
    terms: Sequence[Term],
    *,
    ties: Ties = "efron",
    strata: Factor | None = None,
    offset: ArrayLike | None = None,
) -> tuple[TermTest, ...]:
    """What the slope says about adding a term to the fit of the others: no fit with it is needed.

    sample, terms, ties, strata, offset, rows and interactions : as in likelihood_ratio_tests.
    Raises as cox. For one factor alone, untied,
    this is the log-rank test.
    Source: Rao, Proc Camb Philos Soc 1948;44:50-57.
    Checked: by hand; against R coxph(init = c(others, 0), iter.max = 0)$score
    (golden/term_tests.csv) 1e-8.

    >>> from outcomes.terms import Numeric
    >>> sample = Survival([1, 2, 3, 4], [True] * 4)
    >>> (found,) = score_tests(sample, [Numeric("dose", [1, 0, 1, 0])])
    >>> found.term, found.df, round(found.statistic, 4)
    ('dose', 1, 0.6154)
    """
    models = Submodels.of(gather(sample, terms, ties, strata, offset)[0])

    def test(name: str) -> Test:
        return models.score(tuple(other for other in models.names if other != name), name)

    return _each(models, terms, test)


def _each(
    models: Submodels, terms: Sequence[Term], test: Callable[[str], Test]
) -> tuple[TermTest, ...]:
    """The test of every term, or why there is none."""
    parts = {
        part.name: term.name
        for term in terms
        if isinstance(term, Interaction)
        for part in (term.a, term.b)
    }
    columns, found = models.columns, []
    for name in models.names:
        if name in parts:
            reason = f"not tested: part of {parts[name]}; test that first"
            found.append(TermTest(name, None, 0, None, reason))
            continue
        result = test(name)
        df = int(result.df or 0)
        why = None if df else columns.why_nothing(name)
        found.append(TermTest(name, result.statistic, df, result.p, why))
    return tuple(found)

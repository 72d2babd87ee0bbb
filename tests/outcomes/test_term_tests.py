"""Do the tests of each term and each pair say what leaving out or adding it changes?"""

import numpy as np
import pytest
from pytest import approx

from outcomes.cox import cox, likelihood_ratio
from outcomes.interactions import pairwise_interactions
from outcomes.sample import SampleError, Survival
from outcomes.term_tests import likelihood_ratio_tests, score_tests
from outcomes.terms import Factor, Interaction, Numeric

EIGHT = Survival([1, 2, 3, 4, 5, 6, 7, 8], [True] * 8)


def test_one_factor_alone_by_hand():
    """Days 1 to 4, dose 1, 0, 1, 0. U = 1/2 - 1/3 + 1/2 = 2/3; V = 1/4 + 2/9 + 1/4 = 13/18."""
    sample, dose = Survival([1, 2, 3, 4], [True] * 4), Numeric("dose", [1, 0, 1, 0])
    (found,) = score_tests(sample, [dose])
    assert (found.df, found.statistic) == (1, approx((2 / 3) ** 2 / (13 / 18)))
    (ratio,) = likelihood_ratio_tests(sample, [dose])
    fit = cox(sample, [dose])
    assert ratio.statistic == approx(2 * (fit.log_likelihood + np.log(24)))


def test_every_term_agrees_with_r(data, golden):
    """drop1(coxph) and the score at the fit of the others, with strata and both ties."""
    rows = golden("term_tests")
    keys = ("dataset", "terms", "strata", "ties")
    for run in dict.fromkeys(tuple(row[key] for key in keys) for row in rows):
        name, terms, strata, ties = run
        source = data[name]
        options = {"ties": ties, "strata": source.terms[strata] if strata else None}
        mine = [row for row in rows if tuple(row[key] for key in keys) == run]
        for column, test in (("likelihood_ratio", likelihood_ratio_tests), ("score", score_tests)):
            found = test(source.sample, source.named(terms), **options)
            assert [(one.term, one.df) for one in found] == [
                (r["term"], int(r["df"])) for r in mine
            ]
            wanted = [float(row[column]) for row in mine]
            assert [one.statistic for one in found] == approx(wanted, rel=1e-8, abs=1e-9), run


def test_every_pair_agrees_with_r(data, golden):
    """Likelihood ratio and Wald of every interaction; edema x stage has combinations without
    patients (df 5 of 6)."""
    rows = golden("interactions")
    for run in dict.fromkeys((row["dataset"], row["terms"], row["strata"]) for row in rows):
        name, terms, strata = run
        source = data[name]
        by = source.terms[strata] if strata else None
        found = pairwise_interactions(source.sample, source.named(terms), ties="breslow", strata=by)
        mine = [row for row in rows if (row["dataset"], row["terms"], row["strata"]) == run]
        for pair, row in zip(found, mine, strict=True):
            assert (pair.first, pair.second) == (row["first"], row["second"])
            assert pair.likelihood_ratio.df == pair.wald.df == int(row["df"])
            wanted = float(row["likelihood_ratio"])
            assert pair.likelihood_ratio.statistic == approx(wanted, rel=1e-8)
            assert pair.wald.statistic == approx(float(row["wald"]), rel=1e-8)


def test_a_pair_is_two_fits(data):
    """The same numbers as fitting both models; only kept factors are paired, in their order."""
    veteran = data["veteran"]
    terms = veteran.named("trt + celltype + karno + prior")
    found = pairwise_interactions(veteran.sample, terms, ("karno", "prior", "trt"), ties="efron")
    assert [pair.name for pair in found] == ["trt x prior"]
    trt, _, karno, prior = terms
    small = cox(veteran.sample, [trt, karno, prior])
    large = cox(veteran.sample, [trt, karno, prior, Interaction(trt, prior)])
    wanted = likelihood_ratio(small, large)
    assert found[0].likelihood_ratio.statistic == approx(wanted.statistic, rel=1e-9)
    assert found[0].fit.term("trt x prior").p == approx(large.term("trt x prior").p, rel=1e-9)
    assert found[0].fit.n == 137 and found[0].fit.dropped == 0


def test_pairs_that_cannot_be_formed():
    one, two = Factor("one", ["a", "b"], [0, 0, 1, 1] * 2), Numeric("two", range(8))
    assert pairwise_interactions(EIGHT, [one, two], ties="efron") == ()
    assert pairwise_interactions(EIGHT, [one, two], (), ties="efron") == ()
    both = Factor("both", ["c", "d"], [0, 1, 0, 1] * 2)
    present = [one, both, Interaction(both, one)]
    assert pairwise_interactions(EIGHT, present, ties="efron") == ()
    with pytest.raises(SampleError, match=r"kept: \['three'\] are none of"):
        pairwise_interactions(EIGHT, [one, two], ("one", "three"), ties="efron")
    same = Factor("same", ["c", "d"], one.codes)
    (pair,) = pairwise_interactions(EIGHT, [one, same], ties="efron")
    assert pair.likelihood_ratio.df == 0 and pair.wald.p is None and pair.wald.reason


def test_a_combination_without_events_has_a_likelihood_ratio_only():
    rng = np.random.default_rng(5)
    a, b = (Factor(name, ["no", "yes"], rng.integers(0, 2, 120)) for name in "ab")
    event = (rng.random(120) < 0.7) & ~((a.codes == 1) & (b.codes == 1))
    sample = Survival(rng.integers(1, 40, 120), event)
    (pair,) = pairwise_interactions(sample, [a, b], ties="breslow")
    assert pair.likelihood_ratio.df == 1 and pair.likelihood_ratio.p < 0.05
    assert pair.wald.p is None and "monotone" in pair.wald.reason
    alone = [test.statistic for test in likelihood_ratio_tests(sample, [a, b])]
    assert all(value is not None and value > 0 for value in alone)


def test_terms_with_nothing_to_test_say_why():
    x, again = Numeric("x", [3, 1, 4, 1, 5, 9, 2, 6]), Numeric("again", [6, 2, 8, 2, 10, 18, 4, 12])
    for test in (likelihood_ratio_tests, score_tests):
        first, second, only = test(EIGHT, [x, again, Factor("only", ["one"], [0] * 8)])
        assert (first.df, second.df, only.df) == (0, 0, 0)
        assert "collinear" in first.reason and "collinear" in second.reason
        assert only.reason == "not estimable: one level only"
        (none,) = test(Survival([1, 2], [False, False]), [Numeric("x", [0, 1])])
        assert (none.statistic, none.reason) == (None, "not estimable: no events")
        one, two = (
            Factor("one", ["a", "b"], [0, 0, 1, 1] * 2),
            Factor("two", "cd", [0, 1, 0, 1] * 2),
        )
        a, b, product = test(EIGHT, [one, two, Interaction(one, two)])
        assert a.reason == b.reason == "not tested: part of one x two; test that first"
        assert product.df == 1 and product.reason is None

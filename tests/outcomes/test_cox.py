"""Is Cox regression right by hand, by finite differences, and against R?"""

import math

import numpy as np
import pytest
from pytest import approx

from outcomes._regression.model import prepare
from outcomes.cox import cox, likelihood_ratio
from outcomes.firth import firth
from outcomes.interactions import pairwise_interactions
from outcomes.sample import SampleError, Survival
from outcomes.selection import backward, screen, stepwise
from outcomes.term_tests import score_tests
from outcomes.terms import Factor, Interaction, Numeric


def test_one_coefficient_by_hand():
    """Deaths in the order x = 1, 0, 1, 0 give L = e/(2e+2) * 1/(e+2) * e/(e+1), e = exp(beta)."""
    sample = Survival([1, 2, 3, 4], [True] * 4)
    fit = cox(sample, [Numeric("x", [1, 0, 1, 0])], ties="breslow")
    # d log L / d beta = 2 - 2e/(e+1) - e/(e+2) = 0  <=>  e^2 - e - 4 = 0
    e = (1 + math.sqrt(17)) / 2
    found = fit.coefficient("x")
    assert found.hazard_ratio == approx(e)
    information = 2 * e / (e + 1) ** 2 + 2 * e / (e + 2) ** 2
    assert found.std_error == approx(1 / math.sqrt(information))
    assert fit.log_likelihood == approx(math.log(e * e / (2 * (e + 1) ** 2 * (e + 2))))
    assert fit.log_likelihood_null == approx(-math.log(24))
    # At zero: U = 2 - 2/2 - 1/3 = 2/3 and I = 2/4 + 2/9.
    assert fit.score.statistic == approx((2 / 3) ** 2 / (1 / 2 + 2 / 9))
    assert fit.wald.statistic == approx(math.log(e) ** 2 * information)


@pytest.mark.parametrize("ties, divisor", [("breslow", 6 * 6), ("efron", 6 * 4.5)])
def test_two_tied_deaths_by_hand(ties, divisor):
    """Days 1, 1, 2, 2; x = 1, 0 die on day 1, then x = 1 dies, x = 0 is left.

    Breslow: e / (2e+2)^2 * e/(e+1). Efron: e / ((2e+2) * (3/2)(e+1)) * e/(e+1).
    Both have the same maximum: 2 - 2e/(e+1) - e/(e+1) = 0, e = 2.
    """
    sample = Survival([1, 1, 2, 2], [True, True, True, False])
    fit = cox(sample, [Numeric("x", [1, 0, 1, 0])], ties=ties)
    assert fit.coefficient("x").hazard_ratio == approx(2)
    assert fit.log_likelihood == approx(math.log(2 / divisor * 2 / 3))


def numbers(rng, p):
    return [Numeric(f"x{place}", rng.normal(size=80)) for place in range(p)]


@pytest.mark.parametrize("ties", ["breslow", "efron"])
def test_score_and_information_are_the_derivatives(ties):
    """Central differences of the value and of the gradient, heavily tied days."""
    rng = np.random.default_rng(1)
    sample = Survival(rng.integers(1, 15, 80), rng.random(80) < 0.6)
    likelihood = prepare(sample, numbers(rng, 3), ties).likelihood
    beta, h = np.array([0.3, -0.7, 1.1]), 1e-5
    here = likelihood.at(beta)
    alone = likelihood.score(beta)
    assert alone is None or alone == approx(here.score, abs=1e-12)
    for place, step in enumerate(np.eye(3) * h):
        up, down = likelihood.at(beta + step), likelihood.at(beta - step)
        slope = (up.log_likelihood - down.log_likelihood) / (2 * h)
        assert here.score[place] == approx(slope, abs=1e-7)
        assert -here.information[place] == approx((up.score - down.score) / (2 * h), abs=1e-7)


def test_the_score_alone_minds_weights_strata_and_late_entry():
    rng = np.random.default_rng(3)
    days, event = rng.integers(3, 15, 80), rng.random(80) < 0.6
    sample = Survival(
        days, event, entry=days - rng.integers(1, 4, 80), weight=rng.uniform(1, 3, 80)
    )
    likelihood = prepare(sample, numbers(rng, 2), "efron", rng.integers(0, 2, 80)).likelihood
    beta = np.array([0.8, -1.0])
    assert likelihood.score(beta) == approx(likelihood.at(beta).score, abs=1e-12)


@pytest.mark.parametrize("ties", ["breslow", "efron"])
def test_the_log_form_of_the_likelihood_agrees(ties):
    rng = np.random.default_rng(2)
    sample = Survival(rng.integers(1, 15, 80), rng.random(80) < 0.6)
    likelihood = prepare(sample, numbers(rng, 2), ties).likelihood
    beta = np.array([2.0, -1.0])
    assert likelihood.far(beta) == approx(likelihood.at(beta).log_likelihood, rel=1e-12)


def test_coefficients_agree_with_r(data, golden):
    """R survival::coxph on 12 models, both ties: beta and SE 1e-8, limits and P with them."""
    rows = golden("cox_coefficients")
    for name, terms, ties in {(row["dataset"], row["terms"], row["ties"]) for row in rows}:
        mine = [r for r in rows if (r["dataset"], r["terms"], r["ties"]) == (name, terms, ties)]
        fit = cox(data[name].sample, data[name].named(terms), ties=ties)
        for column, rel in (("beta", 1e-8), ("std_error", 1e-8), ("p", 1e-6)):
            found = [getattr(coefficient, column) for coefficient in fit.coefficients]
            assert found == approx([float(row[column]) for row in mine], rel=rel, abs=1e-12), terms
        for column in ("lower", "upper"):
            found = [getattr(coefficient, column) for coefficient in fit.coefficients]
            assert found == approx([float(row[column]) for row in mine], rel=1e-8)


def test_tests_of_terms_and_models_agree_with_r(data, golden):
    """Likelihoods, LR, score and Wald 1e-8; the overall Wald test of every factor."""
    for row in golden("cox_fits"):
        source = data[row["dataset"]]
        fit = cox(source.sample, source.named(row["terms"]), ties=row["ties"])
        assert (fit.n, fit.events, fit.dropped) == tuple(
            int(row[name]) for name in ("n", "events", "dropped")
        )
        assert fit.log_likelihood == approx(float(row["log_likelihood"]), rel=1e-10)
        assert fit.log_likelihood_null == approx(float(row["log_likelihood_null"]), rel=1e-10)
        for name in ("likelihood_ratio", "score", "wald"):
            assert getattr(fit, name).statistic == approx(float(row[name]), rel=1e-8), name
        same = {name: row[name] for name in ("dataset", "terms", "ties")}
        tested = golden("cox_terms", **same)
        assert len(tested) == len(fit.terms)
        for term in tested:
            found = fit.term(term["term"].replace(":", " x "))
            assert found.statistic == approx(float(term["statistic"]), rel=1e-8)
            assert found.df == int(term["df"])
            assert found.p == approx(float(term["p"]), rel=1e-7)


def test_the_numbers_everybody_prints_for_the_transplant_data(data):
    bmt = data["bmt"]
    group = bmt.terms["group"]
    breslow = cox(bmt.sample, [group], ties="breslow")
    efron = cox(bmt.sample, [group], ties="efron")
    assert breslow.coefficient("group", "AML low").hazard_ratio == approx(0.5632, abs=5e-5)
    assert breslow.coefficient("group", "AML high").hazard_ratio == approx(1.4661, abs=5e-5)
    assert efron.coefficient("group", "AML high").hazard_ratio == approx(1.4673, abs=5e-5)


def test_the_level_of_confidence_is_the_one_asked_for(data):
    bmt = data["bmt"]
    narrow = cox(bmt.sample, [bmt.terms["age"]], level=0.5).coefficient("age")
    assert narrow.lower == approx(math.exp(narrow.beta - 0.6744897501960817 * narrow.std_error))


def test_covariance_belongs_to_the_coefficients(data):
    fit = cox(data["veteran"].sample, data["veteran"].named("trt + karno + celltype"))
    errors = [coefficient.std_error for coefficient in fit.coefficients]
    assert np.sqrt(np.diag(fit.covariance)) == approx(errors)
    with pytest.raises(ValueError, match="read-only"):
        fit.covariance[0, 0] = 0


def test_an_interaction_has_one_column_per_pair_of_other_levels(data):
    bmt = data["bmt"]
    both = Interaction(bmt.terms["group"], bmt.terms["mtx"])
    smaller = cox(bmt.sample, bmt.named("group + mtx"))
    larger = cox(bmt.sample, [bmt.terms["group"], bmt.terms["mtx"], both])
    assert [c.level for c in larger.coefficients if c.term == "group x mtx"] == [
        "AML low x yes",
        "AML high x yes",
    ]
    test = likelihood_ratio(smaller, larger)
    assert test.df == 2
    assert test.statistic == approx(2 * (larger.log_likelihood - smaller.log_likelihood))


def test_likelihood_ratio_refuses_fits_that_cannot_be_compared(data):
    lung = data["lung"]
    age, weight = lung.terms["age"], lung.terms["wt.loss"]
    small, large = cox(lung.sample, [age]), cox(lung.sample, [age, weight])
    with pytest.raises(SampleError, match="n: the fits differ"):
        likelihood_ratio(small, large)  # weight loss is missing in some
    known = lung.sample.where(weight.known)
    inner = cox(known, [age.where(weight.known)])
    assert likelihood_ratio(inner, large).df == 1
    with pytest.raises(SampleError, match=r"larger: lacks 'wt.loss'"):
        likelihood_ratio(large, inner)
    other = cox(known, [age.where(weight.known)], ties="breslow")
    with pytest.raises(SampleError, match="ties: the fits differ"):
        likelihood_ratio(other, large)


def test_the_model_without_terms_is_the_null_model(data):
    bmt = data["bmt"]
    null = cox(bmt.sample, [])
    full = cox(bmt.sample, [bmt.terms["group"]])
    assert null.log_likelihood == null.log_likelihood_null == full.log_likelihood_null
    assert likelihood_ratio(null, full).statistic == approx(full.likelihood_ratio.statistic)


def test_asking_for_what_is_not_there(data):
    fit = cox(data["bmt"].sample, [data["bmt"].terms["group"]])
    with pytest.raises(KeyError, match=r"name a level of 'group': \['AML low', 'AML high'\]"):
        fit.coefficient("group")  # two levels
    with pytest.raises(KeyError, match="'group' has no coefficient of level 'ALL'; there are"):
        fit.coefficient("group", "ALL")  # the reference
    with pytest.raises(KeyError, match=r"no term 'grp'; there are \['group'\]"):
        fit.coefficient("grp")
    with pytest.raises(KeyError, match="no term 'age'"):
        fit.term("age")


def test_arguments_of_another_kind_are_refused_with_the_remedy():
    sample, x = Survival([1, 2], [True, True]), Numeric("x", [0, 1])
    for fit in (cox, firth, backward, screen, stepwise, pairwise_interactions, score_tests):
        with pytest.raises(TypeError, match=r"terms: expected a list of .*, got ndarray; wrap it"):
            fit(sample, [x.values])
    for fit in (cox, firth):
        with pytest.raises(TypeError, match=r"terms: expected a list of .*, got Numeric; put it"):
            fit(sample, x)
        with pytest.raises(TypeError, match="sample: expected Survival, got list"):
            fit([x], sample)
        with pytest.raises(TypeError, match="strata: expected Factor, got list"):
            fit(sample, [x], strata=["a", "b"])
        with pytest.raises(ValueError, match="level: expected a number between 0 and 1"):
            fit(sample, [x], level=95)


def test_the_wald_test_of_any_columns_is_b_v_b(data):
    """Whatever the units: b'V^-1 b by a plain solve on the covariance that is printed."""
    veteran = data["veteran"]
    fit = cox(veteran.sample, list(veteran.terms.values()))
    beta = np.array([c.beta for c in fit.coefficients])
    for test in (*fit.terms, fit.wald):
        name = getattr(test, "term", None)
        mine = [i for i, c in enumerate(fit.coefficients) if name in (None, c.term)]
        part = fit.covariance[np.ix_(mine, mine)]
        assert test.statistic == approx(beta[mine] @ np.linalg.solve(part, beta[mine]), rel=1e-10)
        assert test.df == len(mine)


def test_refusals():
    sample = Survival([1, 2], [True, True])
    with pytest.raises(ValueError, match="ties: expected"):
        cox(sample, [], ties="midpoint")
    with pytest.raises(SampleError, match="a name occurs twice"):
        cox(sample, [Numeric("x", [1, 2]), Factor("x", ["a"], [0, 0])])
    with pytest.raises(SampleError, match="x: 1 rows, but the sample has 2"):
        cox(sample, [Numeric("x", [1])])


def test_a_likelihood_ratio_needs_the_same_term_in_both_models():
    sample = Survival(range(1, 9), [True] * 8)
    x, other = Numeric("x", [1, 0, 1, 0, 1, 1, 0, 0]), Numeric("x", [5, 1, 4, 2, 8, 1, 0, 3])
    z = Numeric("z", [0, 1, 1, 0, 0, 1, 0, 1])
    with pytest.raises(SampleError, match="larger: its 'x' has other values"):
        likelihood_ratio(cox(sample, [x]), cox(sample, [other, z]))


def test_weights_with_fractions_make_the_errors_robust_as_in_r():
    sample = Survival(range(1, 9), [True] * 8, weight=[0.5, 1, 1, 2, 1, 1, 1.5, 1])
    x = [Numeric("x", [1, 0, 1, 0, 1, 1, 0, 0])]
    assert cox(sample, x).robust and not cox(sample, x, robust=False).robust
    assert cox(sample, x).coefficients == cox(sample, x, robust=True).coefficients
    whole = Survival(range(1, 9), [True] * 8, weight=[2, 1, 1, 2, 1, 1, 3, 1])
    assert not cox(whole, x).robust

"""Does the effect of a number depend on a group, or on another number? By hand and against R."""

import numpy as np
import pytest
from pytest import approx

from outcomes.baseline import predicted_curve
from outcomes.cox import cox, likelihood_ratio
from outcomes.fine_gray import fine_gray
from outcomes.gray import gray_test, gray_tests
from outcomes.sample import CompetingRisks, SampleError, Survival
from outcomes.term_tests import likelihood_ratio_tests
from outcomes.terms import Factor, Interaction, Numeric

N = 40
RANDOM = np.random.default_rng(3)
AGE = Numeric("age", RANDOM.uniform(1, 18, N).round(1))
DOSE = Numeric("dose", RANDOM.uniform(2, 9, N).round(1))
SITE = Factor("site", ["a", "b", "c"], RANDOM.integers(0, 3, N))
SAMPLE = Survival(RANDOM.integers(1, 400, N), RANDOM.random(N) < 0.7)


def test_every_model_agrees_with_r(data, golden):
    """coxph(~ a * b) of a factor and a number, and of two numbers, in both ties: 1e-7."""
    rows = golden("numeric_interactions")
    for dataset, terms, ties in dict.fromkeys((r["dataset"], r["terms"], r["ties"]) for r in rows):
        mine = [r for r in rows if (r["dataset"], r["terms"], r["ties"]) == (dataset, terms, ties)]
        source = data[dataset]
        fit = cox(source.sample, source.named(terms), ties=ties)
        assert fit.n == int(mine[0]["n"])
        assert [one.beta for one in fit.coefficients] == approx(
            [float(row["beta"]) for row in mine], rel=1e-7
        )
        assert [one.std_error for one in fit.coefficients] == approx(
            [float(row["se"]) for row in mine], rel=1e-7
        )
        assert fit.log_likelihood == approx(float(mine[0]["log_likelihood"]), rel=1e-10)


@pytest.mark.parametrize("turned", [False, True])
def test_the_columns_are_the_products(turned):
    """The number within each level but the reference, whichever of the two comes first."""
    pair = Interaction(AGE, SITE) if turned else Interaction(SITE, AGE)
    fit = cox(SAMPLE, [SITE, AGE, pair])
    by_hand = [Numeric(f"x{code}", AGE.values * (SITE.codes == code)) for code in (1, 2)]
    other = cox(SAMPLE, [SITE, AGE, *by_hand])
    assert fit.log_likelihood == approx(other.log_likelihood, rel=1e-12)
    of_pair = [one for one in fit.coefficients if one.term == pair.name]
    assert [one.level for one in of_pair] == ["b", "c"]
    assert [one.beta for one in of_pair] == approx(
        [other.coefficient(one.name).beta for one in by_hand], rel=1e-8
    )


def test_two_numbers_give_one_column_and_one_degree_of_freedom():
    pair = Interaction(AGE, DOSE)
    small, fit = cox(SAMPLE, [AGE, DOSE]), cox(SAMPLE, [AGE, DOSE, pair])
    product = Numeric("product", AGE.values * DOSE.values)
    assert fit.coefficient("age x dose").beta == approx(
        cox(SAMPLE, [AGE, DOSE, product]).coefficient("product").beta, rel=1e-8
    )
    test = likelihood_ratio(small, fit)
    assert test.df == 1
    (*_, found) = likelihood_ratio_tests(SAMPLE, [AGE, DOSE, pair])
    assert (found.term, found.df) == ("age x dose", 1)
    assert found.statistic == approx(test.statistic, rel=1e-8)


def test_a_row_without_the_number_is_left_out():
    values = AGE.values.copy()
    values[:3] = np.nan
    some = Numeric("age", values)
    pair = Interaction(SITE, some)
    assert repr(pair) == "Interaction('site x age', n=40, missing=3)" and not pair.complete
    assert cox(SAMPLE, [SITE, some, pair]).n == N - 3
    assert pair.where(some.known).complete


def test_a_level_without_patients_has_no_product():
    levels = Factor("site", ["a", "b", "c", "nobody"], SITE.codes)
    fit = cox(SAMPLE, [levels, AGE, Interaction(levels, AGE)])
    (last,) = [one for one in fit.coefficients if (one.term, one.level) == ("site x age", "nobody")]
    assert last.beta is None and last.reason


def test_a_prediction_follows_from_both_parts():
    pair = Interaction(SITE, AGE)
    fit = cox(SAMPLE, [SITE, AGE, pair])
    young, old = (predicted_curve(fit, {"site": "b", "age": age}) for age in (5, 6))
    (product,) = [one for one in fit.coefficients if (one.term, one.level) == (pair.name, "b")]
    hazards = np.log(old.survival[2]) / np.log(young.survival[2])
    assert np.log(hazards) == approx(fit.coefficient("age").beta + product.beta, rel=1e-9)


def test_fine_gray_takes_it_too():
    risks = CompetingRisks(SAMPLE.days, RANDOM.integers(-1, 2, N), causes=["relapse", "death"])
    fit = fine_gray(risks, "relapse", [SITE, AGE, Interaction(SITE, AGE)])
    by_hand = [Numeric(f"x{code}", AGE.values * (SITE.codes == code)) for code in (1, 2)]
    other = fine_gray(risks, "relapse", [SITE, AGE, *by_hand])
    for one, product in zip(fit.coefficients[-2:], other.coefficients[-2:], strict=True):
        assert (one.beta, one.std_error) == approx((product.beta, product.std_error), rel=1e-7)


@pytest.mark.parametrize("call", [
    lambda risks: gray_test(risks, SITE, "relapse"),
    lambda risks: gray_tests(risks, SITE),
    lambda risks: fine_gray(risks, "relapse", [SITE]),
])  # fmt: skip
def test_late_entry_is_refused_where_no_method_is_known_with_what_to_do_instead(call):
    cause = RANDOM.integers(-1, 2, N)
    risks = CompetingRisks(SAMPLE.days, cause, causes=["relapse", "death"], entry=SAMPLE.days - 1)
    with pytest.raises(SampleError, match=r"entry: .*cox\(risks\.only\(cause\), "):
        call(risks)


def test_it_needs_both_parts_in_the_model():
    pair = Interaction(SITE, AGE)
    with pytest.raises(SampleError, match="'site x age' needs 'age' in the model; add it"):
        cox(SAMPLE, [SITE, pair])
    with pytest.raises(SampleError, match=r"made of another 'age' .* the same Numeric"):
        cox(SAMPLE, [SITE, Numeric("age", AGE.values + 1), pair])
    with pytest.raises(SampleError, match="different numbers of patients"):
        Interaction(SITE, Numeric("age", [1, 2]))
    assert cox(SAMPLE, [SITE, AGE, Interaction(SITE, Numeric("age", AGE.values))]).n == N

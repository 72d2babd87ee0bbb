"""Does a fit of another kind, or a column where a name belongs, say what to pass instead?"""

import numpy as np
import pytest

from outcomes.baseline import baseline_hazard, linear_predictors, predicted_curve, risk_scores
from outcomes.concordance import concordance, concordance_of
from outcomes.cox import cox, likelihood_ratio
from outcomes.fine_gray import fine_gray, predicted_incidence
from outcomes.firth import firth
from outcomes.imputation import impute
from outcomes.pooled_cox import pool_cox
from outcomes.proportional import proportional_hazards
from outcomes.residuals import residuals
from outcomes.sample import CompetingRisks, Survival
from outcomes.terms import Factor, Numeric

SAMPLE = Survival([1, 2, 3, 4], [1, 1, 0, 1])
RISKS = CompetingRisks([1, 2, 3, 4], [0, 1, -1, 0], causes=["relapse", "death"])
X = Numeric("x", [1, 0, 1, 0])
CENTRE = Factor("centre", ["a", "b"], [0, 1, 1, 0])
COX, FIRTH, FINE_GRAY = cox(SAMPLE, [X]), firth(SAMPLE, [X]), fine_gray(RISKS, "relapse", [X])
COPIES = impute([Numeric("x", [1, 0, np.nan, 0])], m=2, seed=1)

LOOKS_INTO_A_COX_FIT = {
    "proportional_hazards": proportional_hazards,
    "predicted_curve": lambda fit: predicted_curve(fit, {"x": 1}),
    "baseline_hazard": baseline_hazard,
    "linear_predictors": linear_predictors,
    "risk_scores": risk_scores,
    "residuals": lambda fit: residuals(fit, "score"),
    "concordance_of": concordance_of,
    "likelihood_ratio": lambda fit: likelihood_ratio(COX, fit),
    "likelihood_ratio, smaller": lambda fit: likelihood_ratio(fit, COX),
    "pool_cox": lambda fit: pool_cox([COX, fit]),
}


@pytest.mark.parametrize("name", LOOKS_INTO_A_COX_FIT)
@pytest.mark.parametrize(
    ("given", "remedy"),
    [
        (SAMPLE, r"got Survival; pass a fit, as cox\(sample, terms\) returns it"),
        (FIRTH, r"got FirthFit; .* pass cox\(sample, terms\)"),
        (FINE_GRAY, r"got FineGrayFit; a Fine-Gray fit has predicted_incidence\(fit, covariates\)"),
        (pool_cox([COX] * 2), "got PooledCox; pass the fits that were pooled"),
        (COPIES, r"got Imputations; fit each completed copy: \[cox\(sample, terms\) for terms in"),
    ],
    ids=lambda given: type(given).__name__,
)
def test_what_is_no_cox_fit_is_refused_and_the_remedy_named(name, given, remedy):
    with pytest.raises(TypeError, match=f"expected CoxFit, {remedy}"):
        LOOKS_INTO_A_COX_FIT[name](given)


def test_a_prediction_of_incidence_wants_a_fine_gray_fit():
    with pytest.raises(TypeError, match=r"FineGrayFit, got CoxFit; a Cox fit has predicted_curve"):
        predicted_incidence(COX, {"x": 1})
    with pytest.raises(TypeError, match=r"expected FineGrayFit, got .*fine_gray\(risks, cause"):
        predicted_incidence(RISKS, {"x": 1})


def test_imputations_are_fitted_copy_by_copy_and_then_pooled():
    for call in (pool_cox, lambda copies: cox(SAMPLE, copies)):
        with pytest.raises(TypeError, match=r"got Imputations; fit each completed copy: \[cox\("):
            call(COPIES)
    with pytest.raises(TypeError, match="fits: expected a list of fits, got CoxFit"):
        pool_cox(COX)
    assert pool_cox([cox(SAMPLE, terms) for terms in COPIES.completed]).m == 2


def test_a_cluster_is_a_column_of_names():
    for call in (
        lambda names: cox(SAMPLE, [X], cluster=names),
        lambda names: concordance(SAMPLE, [1, 2, 3, 4], cluster=names),
        lambda names: residuals(COX, "score", by=names),
    ):
        with pytest.raises(TypeError, match=r"names, one per row, got Factor; pass factor\.codes"):
            call(CENTRE)
        call(CENTRE.codes)


@pytest.mark.parametrize("given", ["yes", 1, CENTRE])
def test_robust_is_true_or_false(given):
    with pytest.raises(TypeError, match=r"robust: expected True or False, got .*cluster"):
        cox(SAMPLE, [X], robust=given)
    assert cox(SAMPLE, [X], robust=np.True_).robust is True


def test_cause_and_terms_are_not_swapped():
    with pytest.raises(TypeError, match="cause: expected str, got list; pass the name of a cause"):
        fine_gray(RISKS, [X], "relapse")

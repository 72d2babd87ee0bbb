"""Can every result be pickled, for a worker or a cache, and deep-copied, and is it the same?"""

import copy
import math
import pickle
from collections.abc import Mapping
from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from outcomes.baseline import predicted_curve
from outcomes.competing_endpoints import first_of
from outcomes.competing_risks import cumulative_incidence
from outcomes.concordance import concordance_of
from outcomes.counting_process import Change, counting_rows
from outcomes.cox import cox
from outcomes.descriptive import cross_table, summarise
from outcomes.endpoints import overall_survival
from outcomes.fine_gray import fine_gray, predicted_incidence
from outcomes.firth import firth
from outcomes.gray import gray_test
from outcomes.group_tests import kruskal_wallis
from outcomes.imputation import impute
from outcomes.interactions import pairwise_interactions
from outcomes.kaplan_meier import follow_up, kaplan_meier
from outcomes.landmark import compare_at, estimates_at, landmark
from outcomes.logrank import log_rank, trend_test
from outcomes.nelson_aalen import nelson_aalen
from outcomes.pairwise import pairwise_log_rank
from outcomes.partial_dates import complete_dates
from outcomes.pooled_cox import pool_cox
from outcomes.pooling import pool, pooled_wald
from outcomes.proportional import proportional_hazards
from outcomes.residuals import residuals
from outcomes.restricted_mean import compare_restricted_means, restricted_mean
from outcomes.sample import CompetingRisks, Survival
from outcomes.selection import screen, stepwise
from outcomes.term_tests import score_tests
from outcomes.terms import Factor, Interaction, Numeric

RNG = np.random.default_rng(7)
DAYS = RNG.integers(1, 300, 60)
SAMPLE = Survival(DAYS, RNG.random(60) < 0.7)
RISKS = CompetingRisks(DAYS, RNG.integers(-1, 2, 60), causes=["relapse", "death"])
GROUP = Factor("graft", ["BM", "PB", "CB"], RNG.integers(0, 3, 60))
SEX = Factor("sex", ["female", "male"], RNG.integers(0, 2, 60))
AGE = Numeric("age", RNG.normal(40, 10, 60))
GAPS = Numeric("ferritin", np.where(RNG.random(60) < 0.2, np.nan, RNG.normal(0, 1, 60)))
FIT = cox(SAMPLE, [GROUP, AGE])
CURVE, RELAPSE = kaplan_meier(SAMPLE), fine_gray(RISKS, "relapse", [GROUP, AGE])
FILLED = impute([GROUP, GAPS], outcome=SAMPLE, m=2, iterations=2, seed=1)
POOLED = pool([[1.0], [2.0], [3.0]], [[[1.0]]] * 3)
START, LATER = ["2010-01-01", "2010-02-01"], ["2010-03-01", "2011-01-01"]

RESULTS = [
    *(SAMPLE, RISKS, GROUP, AGE, Interaction(GROUP, SEX)),
    *(CURVE, nelson_aalen(SAMPLE), follow_up(SAMPLE), estimates_at(CURVE, [50])[0]),
    *(restricted_mean(CURVE, 100), compare_restricted_means(CURVE, CURVE, 100)),
    *(log_rank(SAMPLE, GROUP), trend_test(SAMPLE, GROUP), pairwise_log_rank(SAMPLE, GROUP)),
    *(landmark(SAMPLE, 20, GROUP), compare_at(CURVE, CURVE, 50)),
    *(cumulative_incidence(RISKS), cumulative_incidence(RISKS).of("relapse")),
    *(gray_test(RISKS, GROUP, "relapse"), RELAPSE),
    predicted_incidence(RELAPSE, {"graft": "PB", "age": 30}),
    *(FIT, cox(SAMPLE, [AGE], strata=SEX, robust=True), cox(SAMPLE, [SEX], ties="exact")),
    *(firth(SAMPLE, [GROUP, AGE]), proportional_hazards(FIT), residuals(FIT, "martingale")),
    *(concordance_of(FIT), predicted_curve(FIT, {"graft": "PB", "age": 30})),
    *(stepwise(SAMPLE, [GROUP, AGE]), screen(SAMPLE, [AGE])[0], score_tests(SAMPLE, [AGE])[0]),
    pairwise_interactions(SAMPLE, [GROUP, SEX])[0],
    *(FILLED, pool_cox([cox(SAMPLE, terms) for terms in FILLED.completed])),
    *(POOLED, pooled_wald(POOLED)),
    overall_survival(START, ["2010-03-01", None], LATER),
    first_of("graft", START, {"loss": LATER, "death": [None, None]}, LATER),
    *(counting_rows(SAMPLE, [Change("relapse", np.full(60, 5))]), complete_dates(["2010-03"])),
    *(summarise(AGE.values), cross_table(GROUP, SEX), kruskal_wallis([[1, 2], [3, 5]])),
]


def same(one: object, other: object) -> bool:
    """Whether two results hold the same, down to their arrays."""
    if type(one) is not type(other):
        return False
    if is_dataclass(one):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(
            one, other, equal_nan=one.dtype.kind in "fM"
        )
    if isinstance(one, Mapping):
        return list(one) == list(other) and all(same(one[name], other[name]) for name in one)
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and math.isnan(one):
        return math.isnan(other)
    # What keeps no fields of its own is the same when it is made of the same.
    return same(vars(one), vars(other)) if hasattr(one, "__dict__") else one == other


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: type(result).__name__)
@pytest.mark.parametrize("again", [lambda one: pickle.loads(pickle.dumps(one)), copy.deepcopy])
def test_a_result_is_the_same_after_pickling_and_copying(result, again):
    found = again(result)
    assert found is not result
    assert same(found, result)
    assert (str(found), repr(found)) == (str(result), repr(result))


def test_what_was_pickled_can_still_be_asked():
    fit = pickle.loads(pickle.dumps(FIT))
    assert concordance_of(fit) == concordance_of(FIT)
    relapse = pickle.loads(pickle.dumps(RELAPSE))
    asked = {"graft": "PB", "age": 30}
    found, before = (predicted_incidence(one, asked).at(50) for one in (relapse, RELAPSE))
    assert found == before


def test_counts_by_name_cannot_be_changed_before_or_after_copying():
    for fit in (RELAPSE, copy.deepcopy(RELAPSE)):
        assert fit.events == RISKS.events and repr(fit.events) == repr(RISKS.events)
        with pytest.raises(TypeError, match="does not support item assignment"):
            fit.events["relapse"] = 0

"""Does Fine and Gray's regression answer with a reason where there is no number, and refuse what makes no sense?"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from outcomes.fine_gray import fine_gray, predicted_incidence
from outcomes.reasons import Reason
from outcomes.sample import CENSORED, CompetingRisks, EmptySample, SampleError
from outcomes.terms import Factor, Interaction, Numeric
from tests.outcomes.fine_gray_data import (
    CAUSES,
    MONOTONE,
    NO_VARIANCE,
    made_up,
    numbers_of,
    without_numbers,
)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.permutations(["a", "b", "c"]), st.integers(1, 50))
def test_names_order_of_rows_and_origin_of_the_clock_do_not_matter(seed, levels, later):
    """Relabelled levels give the same model: their coefficients differ by the new reference's."""
    data = made_up(80, seed)
    fit = fine_gray(data.risks, "relapse", [data.group, data.x], censoring_groups=data.group)
    shuffled = np.random.default_rng(seed).permutation(80)
    codes = np.array([levels.index(name) for name in "abc"])[data.group.codes][shuffled]
    group = Factor("group", levels, codes)
    x = Numeric("x", data.x.values[shuffled])
    days, cause = data.risks.days[shuffled] + later, data.risks.cause[shuffled]
    risks = CompetingRisks(days, cause, causes=CAUSES)
    other = fine_gray(risks, "relapse", [x, group], censoring_groups=group)
    effect = {"a": 0.0} | {c.level: c.beta for c in fit.coefficients if c.level}
    for level in levels[1:]:
        wanted = effect[level] - effect[levels[0]]
        assert other.coefficient("group", level).beta == approx(wanted, abs=1e-8)
    assert other.coefficient("x").std_error == approx(fit.coefficient("x").std_error, rel=1e-8)
    assert other.term("group").statistic == approx(fit.term("group").statistic, rel=1e-7)
    assert other.pseudo_log_likelihood == approx(fit.pseudo_log_likelihood, rel=1e-10)


def test_a_level_without_events_has_no_number_and_leaves_the_others_alone():
    """At the limit its patients weigh nothing: with censoring of its own, the fit without them."""
    data = made_up()
    cause = np.where((data.group.codes == 2) & (data.risks.cause == 0), 1, data.risks.cause)
    risks = CompetingRisks(data.risks.days, cause, causes=CAUSES)
    fit = fine_gray(risks, "relapse", [data.group, data.x], censoring_groups=data.group)
    rest = data.group.codes != 2
    two = Factor("group", ["a", "b"], data.group.codes[rest])
    inner = fine_gray(risks.where(rest), "relapse", [two, data.x.where(rest)], censoring_groups=two)
    assert without_numbers(fit.coefficient("group", "c"), MONOTONE)
    for term, level in (("group", "b"), ("x", None)):
        mine, theirs = fit.coefficient(term, level), inner.coefficient(term, level)
        assert mine.beta == approx(theirs.beta, rel=1e-7)
        assert mine.std_error == approx(theirs.std_error, rel=1e-7)
    assert fit.pseudo_log_likelihood == approx(inner.pseudo_log_likelihood, rel=1e-9)
    assert fit.converged and fit.pseudo_likelihood_ratio.df == 3
    assert fit.wald.p is None and fit.wald.df == 3
    assert fit.term("group").p is None and fit.term("group").reason == MONOTONE
    assert np.isnan(fit.covariance[1]).all() and not np.isnan(fit.covariance[0, 2])
    # The others can still be predicted; a patient of the endless level cannot.
    mine = predicted_incidence(fit, {"group": "b", "x": 0.3})
    assert mine.at(40) == approx(predicted_incidence(inner, {"group": "b", "x": 0.3}).at(40))
    with pytest.raises(SampleError, match="group: c is not estimable: monotone"):
        predicted_incidence(fit, {"group": "c", "x": 0.3})


def test_nobody_at_the_reference_level_nothing_predicted_for_it():
    data = made_up()
    group = Factor("group", ["z", "a", "b", "c"], data.group.codes + 1)
    fit = fine_gray(data.risks, "relapse", [group, data.x])
    assert fit.coefficient("group", "a").reason is Reason.NO_REFERENCE
    assert fit.term("group").df == 2 and fit.term("group").p is not None
    with pytest.raises(SampleError, match="no patient analysed has 'group' 'z'"):
        predicted_incidence(fit, {"group": None, "x": 0.3})


def test_arguments_of_another_kind_are_refused():
    data = made_up()
    with pytest.raises(TypeError, match="risks: expected CompetingRisks, got Survival"):
        fine_gray(data.risks.only("relapse"), "relapse", [data.x])
    with pytest.raises(TypeError, match=r"terms: expected a list of .*, got Numeric"):
        fine_gray(data.risks, "relapse", data.x)
    with pytest.raises(TypeError, match="censoring_groups: expected Factor, got list"):
        fine_gray(data.risks, "relapse", [data.x], censoring_groups=["a"])
    with pytest.raises(ValueError, match="level: expected a number between 0 and 1"):
        fine_gray(data.risks, "relapse", [data.x], level=95)


@pytest.mark.parametrize("scale", [1, 1e-6, 1e6])
def test_a_number_that_orders_the_events_has_no_number(scale):
    """Whoever relapses next always has the largest value; who died stays, with the smallest."""
    days = np.array([3, 10, 11, 40, 300, 301, 2000, 2001])
    risks = CompetingRisks(days, [0, 0, 1, 0, 0, CENSORED, 0, 0], causes=CAUSES)
    fit = fine_gray(
        risks, "relapse", [Numeric("x", -np.where(risks.cause == 1, 9999, days) * scale)]
    )
    assert without_numbers(fit.coefficient("x"), MONOTONE)
    assert fit.pseudo_log_likelihood == approx(0, abs=1e-6)
    with pytest.raises(SampleError, match="nothing can be predicted"):
        predicted_incidence(fit, {"x": 5})


def test_no_event_of_the_cause():
    risks = CompetingRisks([1, 2, 3], [1, CENSORED, 1], causes=CAUSES)
    fit = fine_gray(risks, "relapse", [Numeric("x", [1, 2, 3])])
    assert without_numbers(fit.coefficient("x"), "not estimable: no events")
    assert fit.events == {"relapse": 0, "death": 2} and fit.term("x").reason is not None
    assert fit.pseudo_log_likelihood == fit.pseudo_log_likelihood_null == 0
    assert fit.pseudo_likelihood_ratio.p is None and fit.wald.p is None
    with pytest.raises(SampleError, match="no event of 'relapse'"):
        predicted_incidence(fit, {"x": 1})


def test_few_patients():
    """One patient; one event; all on one day; more columns than events: reasons, no error."""
    one = fine_gray(CompetingRisks([5], [0], causes=CAUSES), "relapse", [Numeric("x", [4.0])])
    assert one.coefficient("x").beta is None and one.pseudo_log_likelihood == 0
    # x = 0, 1, -1 at risk, the first relapses: b is 0 by symmetry, mean 0, information 2/3.
    single = CompetingRisks([1, 2, 3], [0, 1, CENSORED], causes=CAUSES)
    fit = fine_gray(single, "relapse", [Numeric("x", [0, 1, -1])])
    assert fit.coefficient("x").beta == approx(0, abs=1e-12)
    # Scores 0, -1/3, 1/3: the sandwich is 2/9 / (2/3)^2 = 1/2.
    assert fit.coefficient("x").std_error == approx(math.sqrt(1 / 2))
    # Two of three x = 1 and one of three x = 0 relapse, all on one day: e/(e+1) = 2/3.
    tied = CompetingRisks([4] * 6, [0, 0, CENSORED, 0, 1, CENSORED], causes=CAUSES)
    fit = fine_gray(tied, "relapse", [Numeric("x", [1, 1, 1, 0, 0, 0])])
    assert fit.coefficient("x").hazard_ratio == approx(2)
    rng = np.random.default_rng(1)
    for n in (2, 3, 5, 8):
        cause = np.arange(n) % 3 - 1
        cause[0] = 0
        wide = [Numeric(name, rng.normal(size=n)) for name in "abcd"]
        fit = fine_gray(CompetingRisks(np.arange(n), cause, causes=CAUSES), "relapse", wide)
        assert all((c.beta is None) == (c.reason is not None) for c in fit.coefficients)
        assert fit.wald.p is None or 0 <= fit.wald.p <= 1


def test_a_robust_covariance_without_room_has_no_error_or_no_test():
    """All relapse on one day: each meets exactly the hazard of its event, no score is left.

    In the second sample two columns have their numbers, but the scores of all patients lie along
    one line: no joint test.
    """
    tied = CompetingRisks([3, 3], [0, 0], causes=CAUSES)
    fit = fine_gray(tied, "relapse", [Numeric("x", [2, 0])])
    assert without_numbers(fit.coefficient("x"), NO_VARIANCE)
    assert fit.wald.p is None and fit.term("x").reason == NO_VARIANCE
    assert fit.pseudo_likelihood_ratio.statistic == approx(0, abs=1e-12)
    risks = CompetingRisks([1, 3, 2, 2, 3], [CENSORED, 0, 0, 1, 0], causes=CAUSES)
    pair = [Numeric("a", [1, 1, -1, -1, 2]), Numeric("b", [1, 0, 0, 0, 2])]
    fit = fine_gray(risks, "relapse", pair)
    assert numbers_of(fit, "reason") == [None, None]
    assert fit.wald.statistic is None and fit.wald.df == 2
    assert fit.term("a").p is not None


def test_collinear_and_empty_columns_are_dropped_and_named():
    data = made_up()
    total = Numeric("total", 3 * data.x.values - data.y.values)
    same = Numeric("same", np.full(120, 7.0))
    empty = Factor("group", ["a", "none", "b", "c"], np.array([0, 2, 3])[data.group.codes])
    fit = fine_gray(data.risks, "relapse", [data.x, data.y, total, same, empty])
    plain = fine_gray(data.risks, "relapse", [data.x, data.y, data.group])
    assert fit.aliased == ("total", "same") and fit.wald.df == 4
    aliased = "not estimable: collinear with the columns before it"
    assert without_numbers(fit.coefficient("total"), aliased) and fit.term("total").df == 0
    none = fit.coefficient("group", "none")
    assert without_numbers(none, "not estimable: no patient with this level")
    for term, level in (("x", None), ("group", "b"), ("group", "c")):
        found, wanted = fit.coefficient(term, level), plain.coefficient(term, level)
        assert found.beta == approx(wanted.beta, rel=1e-9)
        assert found.std_error == approx(wanted.std_error, rel=1e-9)
    assert fit.term("group").statistic == approx(plain.term("group").statistic, rel=1e-8)


def test_a_factor_with_a_single_level_has_no_column():
    data = made_up()
    fit = fine_gray(data.risks, "relapse", [Factor("all", ["a"], np.zeros(120, dtype=int))])
    assert fit.coefficients == () and fit.wald.df == 0
    assert fit.term("all").reason == "not estimable: one level only"
    # Without columns the prediction is the same for all.
    assert 0 < predicted_incidence(fit, {"all": "a"}).at(30) < 1


def test_missing_rows_are_dropped_and_counted():
    data = made_up()
    x, group = data.x.values.copy(), data.group.codes.copy()
    x[3], group[4] = np.nan, -1
    place = Factor("place", ["n", "s"], np.where(np.arange(120) == 5, -1, np.arange(120) % 2))
    terms = [Numeric("x", x), Factor("group", ["a", "b", "c"], group)]
    fit = fine_gray(data.risks, "relapse", terms, censoring_groups=place)
    rest = ~np.isin(np.arange(120), [3, 4, 5])
    inner = fine_gray(
        data.risks.where(rest),
        "relapse",
        [term.where(rest) for term in terms],
        censoring_groups=place.where(rest),
    )
    assert (fit.n, fit.dropped, inner.dropped) == (117, 3, 0)
    assert numbers_of(fit) == numbers_of(inner)
    assert fit.events == data.risks.where(rest).events


def test_limits_follow_the_level():
    data = made_up()
    wide, narrow = (fine_gray(data.risks, "death", [data.x], level=one) for one in (0.95, 0.5))
    a, b = wide.coefficient("x"), narrow.coefficient("x")
    assert a.lower < b.lower < b.hazard_ratio == a.hazard_ratio < b.upper < a.upper
    assert a.upper == approx(math.exp(a.beta + 1.959963984540054 * a.std_error))


def test_predictions_follow_interactions():
    data = made_up()
    sex = Factor("sex", ["m", "f"], (data.y.values > 0).astype(int))
    both = Interaction(data.group, sex)
    fit = fine_gray(data.risks, "relapse", [data.group, sex, both])
    ratio = [
        math.log(1 - predicted_incidence(fit, {"group": group, "sex": sex}).at(50))
        for group, sex in (("b", "f"), ("a", "m"))
    ]
    columns = [("group", "b"), ("sex", "f"), ("group x sex", "b x f")]
    total = sum(fit.coefficient(*column).beta for column in columns)
    assert ratio[0] / ratio[1] == approx(math.exp(total))


def test_refusals():
    data = made_up()
    with pytest.raises(SampleError, match="cause: 'infection' is none of"):
        fine_gray(data.risks, "infection", [data.x])
    with pytest.raises(SampleError, match="x: 2 rows, but the sample has 120"):
        fine_gray(data.risks, "relapse", [Numeric("x", [1, 2])])
    with pytest.raises(SampleError, match="place: 2 rows"):
        place = Factor("place", ["n", "s"], [0, 1])
        fine_gray(data.risks, "relapse", [data.x], censoring_groups=place)
    with pytest.raises(EmptySample, match="censoring_groups"):
        place = Factor("place", ["n", "s"], [-1] * 120)
        fine_gray(data.risks, "relapse", [data.x], censoring_groups=place)
    for name, column in (("entry", [-1, 2]), ("weight", [1, 2])):
        risks = CompetingRisks([3, 4], [0, 1], causes=CAUSES, **{name: column})
        with pytest.raises(SampleError, match=f"{name}: .*cause-specific hazard"):
            fine_gray(risks, "relapse", [Numeric("x", [1, 2])])
    fit = fine_gray(data.risks, "relapse", [data.x, data.group])
    for patient, fault in (
        ({"x": 1}, "'group' is missing"),
        ({"x": "a", "group": "a"}, "'x' must be a number"),
        ({"x": 1, "group": "d"}, "'group' has no level 'd'"),
        ({"x": 1, "group": "a", "z": 1}, "no term 'z'"),
    ):
        with pytest.raises(SampleError, match=fault):
            predicted_incidence(fit, patient)
    with pytest.raises(KeyError, match="name a level of 'group'"):
        fit.coefficient("group")
    with pytest.raises(KeyError, match="no term 'age'"):
        fit.term("age")
    with pytest.raises(ValueError, match="day: expected"):
        predicted_incidence(fit, {"x": 1, "group": "a"}).at(-1)

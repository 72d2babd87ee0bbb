"""Does Cox regression say what it cannot estimate, and keep what it can?"""

import numpy as np
import pytest
from pytest import approx
from scipy.optimize import linprog

from outcomes._regression import newton
from outcomes._regression.model import prepare
from outcomes.cox import cox, likelihood_ratio
from outcomes.interactions import pairwise_interactions
from outcomes.sample import EmptySample, SampleError, Survival
from outcomes.selection import backward, screen, stepwise
from outcomes.term_tests import likelihood_ratio_tests, score_tests
from outcomes.terms import Factor, Interaction, Numeric

MONOTONE = "not estimable: monotone likelihood"
NUMBERS = ("beta", "std_error", "hazard_ratio", "lower", "upper", "z", "p")
TIES = pytest.mark.parametrize("ties", ["breslow", "efron"])


def made_up(n=60, seed=5):
    """n patients, three levels of which the last never has an event, and a number."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 3, n)
    event = (rng.random(n) < 0.7) & (codes != 2)
    return Survival(rng.integers(1, 40, n), event), codes, rng.normal(size=n)


def without_numbers(coefficient, reason):
    return coefficient.reason == reason and all(
        getattr(coefficient, name) is None for name in NUMBERS
    )


@TIES
def test_a_level_without_events_has_no_number_and_leaves_the_others_alone(ties):
    """At the limit its patients weigh nothing: the rest is the fit without them."""
    sample, codes, x = made_up()
    group, number = Factor("group", ["a", "b", "c"], codes), Numeric("x", x)
    fit = cox(sample, [group, number], ties=ties)
    rest = codes != 2
    inner = cox(
        sample.where(rest),
        [Factor("group", ["a", "b"], codes[rest]), number.where(rest)],
        ties=ties,
    )
    assert without_numbers(fit.coefficient("group", "c"), MONOTONE)
    for term, level in (("group", "b"), ("x", None)):
        mine, theirs = fit.coefficient(term, level), inner.coefficient(term, level)
        assert mine.beta == approx(theirs.beta, rel=1e-7)
        assert mine.std_error == approx(theirs.std_error, rel=1e-7)
    assert fit.log_likelihood == approx(inner.log_likelihood, rel=1e-9)
    assert fit.term("group").p is None and fit.term("group").reason == MONOTONE
    assert fit.term("x").p == approx(inner.term("x").p, rel=1e-6)
    assert fit.wald.p is None and fit.wald.df == 3 and fit.wald.reason == MONOTONE
    assert fit.likelihood_ratio.df == 3 and fit.score.p is not None
    assert np.isnan(fit.covariance[1]).all() and not np.isnan(fit.covariance[0, 2])


@TIES
def test_a_reference_without_events_leaves_no_level_with_a_number(ties):
    sample, codes, x = made_up()
    group, number = Factor("group", ["c", "a", "b"], (codes + 1) % 3), Numeric("x", x)
    fit = cox(sample, [group, number], ties=ties)
    rest = codes != 2
    inner = cox(
        sample.where(rest),
        [Factor("group", ["a", "b"], codes[rest]), number.where(rest)],
        ties=ties,
    )
    assert all(without_numbers(fit.coefficient("group", level), MONOTONE) for level in "ab")
    assert fit.coefficient("x").beta == approx(inner.coefficient("x").beta, rel=1e-6)
    assert fit.coefficient("x").std_error == approx(inner.coefficient("x").std_error, rel=1e-6)
    assert fit.log_likelihood == approx(inner.log_likelihood, rel=1e-9)


def test_two_levels_without_events():
    sample, codes, x = made_up(90)
    codes = np.where((codes == 2) & (x > 0), 3, codes)
    fit = cox(sample, [Factor("group", ["a", "b", "c", "d"], codes), Numeric("x", x)])
    assert without_numbers(fit.coefficient("group", "c"), MONOTONE)
    assert without_numbers(fit.coefficient("group", "d"), MONOTONE)
    assert fit.coefficient("group", "b").beta is not None
    assert fit.coefficient("x").beta is not None


@TIES
def test_a_cell_without_events_still_has_a_likelihood_ratio(ties):
    """The limit is the fit in which the cell's patients weigh nothing."""
    sample, codes, x = made_up(120)
    first = Factor("first", ["a", "b"], np.where(codes == 0, 0, 1))
    second = Factor("second", ["no", "yes"], np.where((codes == 2) | (x > 0.5), 1, 0))
    cell = (first.codes == 1) & (second.codes == 1)
    sample = Survival(sample.days, sample.event & ~cell)
    both = Interaction(first, second)
    smaller = cox(sample, [first, second], ties=ties)
    larger = cox(sample, [first, second, both], ties=ties)
    inner = cox(sample.where(~cell), [first.where(~cell), second.where(~cell)], ties=ties)
    test = likelihood_ratio(smaller, larger)
    assert without_numbers(larger.coefficient("first x second"), MONOTONE)
    assert test.df == 1
    gained = 2 * (inner.log_likelihood - smaller.log_likelihood)
    assert test.statistic == approx(gained, rel=1e-8)


@TIES
@pytest.mark.parametrize("scale", [1, 1e-6, 1e6])
def test_a_number_that_orders_the_deaths_has_no_number(ties, scale):
    """Whoever dies next always has the largest value: the likelihood tends to 1."""
    days = np.array([3, 10, 11, 40, 300, 301, 2000])
    fit = cox(Survival(days, [True] * 7), [Numeric("x", -days * scale)], ties=ties)
    assert without_numbers(fit.coefficient("x"), MONOTONE)
    assert fit.log_likelihood == approx(0, abs=1e-6)
    assert fit.likelihood_ratio.statistic == approx(2 * np.log(5040), rel=1e-6)


def test_a_score_that_is_no_number_adds_nothing_to_a_step():
    class Lost:
        spread = np.array([1.0])

        def score(self, beta):
            return np.array([np.nan])

    one = np.ones(1)
    assert newton._onward(Lost(), np.eye(1), np.zeros(1), one, step=one / 2) == [0.5]


@TIES
def test_no_events(ties):
    fit = cox(Survival([1, 2, 3], [False] * 3), [Numeric("x", [1, 2, 3])], ties=ties)
    assert without_numbers(fit.coefficient("x"), "not estimable: no events")
    assert fit.log_likelihood == fit.log_likelihood_null == 0
    assert fit.likelihood_ratio.df == 0 and fit.likelihood_ratio.p is None
    assert fit.term("x").p is None and fit.aliased == ()


def test_one_event_by_hand():
    """x = 0, 1, -1 at risk, the first dies: b is 0 by symmetry, information 2/3."""
    fit = cox(Survival([1, 2, 3], [True, False, False]), [Numeric("x", [0, 1, -1])])
    assert fit.coefficient("x").beta == approx(0, abs=1e-12)
    assert fit.coefficient("x").std_error == approx((3 / 2) ** 0.5)
    assert fit.log_likelihood == approx(-np.log(3))


def test_one_patient():
    fit = cox(Survival([5], [True]), [Numeric("x", [4.0])])
    assert fit.coefficient("x").beta is None and fit.log_likelihood == 0


def test_all_ties_breslow_by_hand():
    """Two of three x = 1 and one of three x = 0 die, all on one day: e/(e+1) = 2/3."""
    sample = Survival([4] * 6, [True, True, False, True, False, False])
    fit = cox(sample, [Numeric("x", [1, 1, 1, 0, 0, 0])], ties="breslow")
    assert fit.coefficient("x").hazard_ratio == approx(2)
    assert fit.coefficient("x").std_error == approx((3 * 2 / 9) ** -0.5)


def test_everybody_dies_on_the_same_day():
    """Efron: e = 1 by symmetry only if the groups are alike; Breslow the same."""
    sample = Survival([4] * 4, [True] * 4)
    for ties in ("breslow", "efron"):
        fit = cox(sample, [Numeric("x", [1, 1, 0, 0])], ties=ties)
        assert fit.coefficient("x").beta == approx(0, abs=1e-12)


def test_a_death_on_day_0_counts():
    early = cox(Survival([0, 2, 3, 4], [True] * 4), [Numeric("x", [1, 0, 1, 0])])
    later = cox(Survival([1, 2, 3, 4], [True] * 4), [Numeric("x", [1, 0, 1, 0])])
    assert early.coefficient("x").beta == later.coefficient("x").beta


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_scale_and_origin_of_a_number_do_not_matter(data, factor):
    veteran = data["veteran"]
    plain = cox(veteran.sample, veteran.named("karno + age + celltype"))
    karno = Numeric("karno", veteran.terms["karno"].values * factor)
    age = Numeric("age", veteran.terms["age"].values / factor + 2000)
    scaled = cox(veteran.sample, [karno, age, veteran.terms["celltype"]])
    assert scaled.coefficient("karno").beta * factor == approx(plain.coefficient("karno").beta)
    assert scaled.coefficient("karno").z == approx(plain.coefficient("karno").z, rel=1e-7)
    assert scaled.wald.statistic == approx(plain.wald.statistic, rel=1e-5)
    assert scaled.log_likelihood == approx(plain.log_likelihood, rel=1e-9)


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_badly_scaled_numbers_keep_eight_digits(data, factor):
    veteran = data["veteran"]
    plain = cox(veteran.sample, veteran.named("karno + diagtime"))
    karno = Numeric("karno", veteran.terms["karno"].values * factor)
    diagtime = Numeric("diagtime", veteran.terms["diagtime"].values / factor)
    scaled = cox(veteran.sample, [karno, diagtime])
    assert scaled.coefficient("karno").beta * factor == approx(
        plain.coefficient("karno").beta, rel=1e-8
    )
    assert scaled.coefficient("diagtime").std_error / factor == approx(
        plain.coefficient("diagtime").std_error, rel=1e-8
    )
    assert scaled.wald.statistic == approx(plain.wald.statistic, rel=1e-8)


def test_collinear_and_constant_columns_are_dropped_and_named(data):
    veteran = data["veteran"]
    karno, age = veteran.terms["karno"], veteran.terms["age"]
    total = Numeric("total", 3 * karno.values - age.values)
    same = Numeric("same", np.full(veteran.sample.n, 7.0))
    fit = cox(veteran.sample, [karno, age, total, same, veteran.terms["trt"]])
    plain = cox(veteran.sample, [karno, age, veteran.terms["trt"]])
    assert fit.aliased == ("total", "same")
    reason = "not estimable: collinear with the columns before it"
    assert without_numbers(fit.coefficient("total"), reason)
    assert fit.term("total").df == 0 and fit.term("total").p is None
    assert fit.coefficient("trt").beta == approx(plain.coefficient("trt").beta, rel=1e-10)
    assert fit.wald.df == 3
    assert likelihood_ratio(plain, fit).df == 0


def test_an_aliased_level_is_named_with_its_factor():
    rng = np.random.default_rng(3)
    codes = rng.integers(0, 3, 80)
    sample = Survival(rng.integers(1, 99, 80), rng.random(80) < 0.7)
    group = Factor("group", ["a", "b", "c"], codes)
    fit = cox(sample, [Numeric("is_c", codes == 2), group])
    assert fit.aliased == ("group: c",)
    assert fit.term("group").df == 1


def test_levels_without_patients():
    sample, codes, _ = made_up()
    keep = codes != 2
    sample, codes = sample.where(keep), codes[keep]
    empty = cox(sample, [Factor("group", ["a", "none", "b"], codes * 2)])
    plain = cox(sample, [Factor("group", ["a", "b"], codes)])
    reason = "not estimable: no patient with this level"
    assert without_numbers(empty.coefficient("group", "none"), reason)
    assert empty.coefficient("group", "b").beta == approx(plain.coefficient("group", "b").beta)
    assert empty.term("group").df == 1 and empty.aliased == ()


def test_an_empty_reference_gives_no_ratio_against_it_but_still_a_test():
    sample, codes, _ = made_up()
    keep = codes != 2
    sample, codes = sample.where(keep), codes[keep]
    fit = cox(sample, [Factor("group", ["none", "a", "b"], codes + 1)])
    plain = cox(sample, [Factor("group", ["a", "b"], codes)])
    reason = "not estimable: no patient with the reference level"
    assert all(without_numbers(fit.coefficient("group", level), reason) for level in "ab")
    assert fit.term("group").p == approx(plain.term("group").p)


@pytest.mark.parametrize("others", [(), (Numeric("h", [1, 1, 1, 0, 1, 0]),)])
def test_an_empty_reference_hides_no_level_that_runs_away(others):
    # Level b has no event: without its reason the test of the factor would find P = 0.
    sample = Survival([1, 11, 33, 39, 73, 73], [False, False, True, True, True, True])
    group = Factor("group", ["none", "b", "c", "d"], [1, 1, 2, 2, 3, 3])
    fit = cox(sample, [*others, group], ties="breslow")
    test = fit.term("group")
    assert (test.statistic, test.p, test.reason) == (None, None, MONOTONE)


def test_a_factor_with_a_single_level_has_no_column():
    fit = cox(Survival([1, 2], [True, True]), [Factor("group", ["a"], [0, 0])])
    assert fit.coefficients == () and fit.term("group").df == 0
    assert fit.term("group").reason == "not estimable: one level only"


def test_missing_rows_are_dropped_and_counted():
    sample = Survival([1, 2, 3, 4, 5, 6], [True] * 6)
    x = Numeric("x", [1, 0, np.nan, 1, 0, 1])
    group = Factor("group", ["a", "b"], [0, 1, 1, -1, 1, 0])
    fit = cox(sample, [x, group])
    assert (fit.n, fit.events, fit.dropped) == (4, 4, 2)
    with pytest.raises(EmptySample, match="no patient has all of"):
        cox(sample, [Numeric("x", [np.nan] * 6)])


def test_patients_censored_before_the_first_event_change_nothing_but_n():
    sample, _, x = made_up()
    first = int(sample.days[sample.event].min())
    more = Survival(np.append(sample.days, first - 1), np.append(sample.event, False))
    plain = cox(sample, [Numeric("x", x)])
    wider = cox(more, [Numeric("x", np.append(x, 50.0))])
    assert wider.n == plain.n + 1
    assert wider.coefficient("x").beta == approx(plain.coefficient("x").beta, rel=1e-9)


def test_efron_and_breslow_agree_without_ties():
    sample, _, x = made_up()
    distinct = Survival(np.arange(1, 61), sample.event)
    fits = [cox(distinct, [Numeric("x", x)], ties=ties) for ties in ("breslow", "efron")]
    assert fits[0].coefficient("x").beta == approx(fits[1].coefficient("x").beta, rel=1e-12)


def test_an_outlier_far_out_is_followed():
    """Newton's first steps would overflow; the fit must still end where the gradient is 0."""
    sample, _, x = made_up(200)
    x = np.where(np.arange(200) == 7, 5000.0, x)
    found = cox(sample, [Numeric("x", x)]).coefficient("x")
    likelihood = prepare(sample, [Numeric("x", x)], "efron").likelihood
    scaled = np.array([found.beta * np.std(x)])
    assert likelihood.at(scaled).score == approx(0, abs=1e-6)


def ordered_columns(sample, x):
    """Per column, whether some coefficients that never lower the likelihood use it.

    Monotone likelihood is a linear programme: directions c with c'x of whoever fails at least
    c'x of everybody at risk, and once more than that (Jacobsen, Scand J Stat 1989;16:335-349).
    """
    rows = [
        x[i] - x[j]
        for i in np.flatnonzero(sample.event)
        for j in np.flatnonzero(sample.days >= sample.days[i])
    ]
    limits = {
        "A_ub": -np.array(rows),
        "b_ub": np.zeros(len(rows)),
        "bounds": [(-1, 1)] * x.shape[1],
    }
    goals = np.vstack((np.eye(x.shape[1]), -np.eye(x.shape[1])))
    reached = [-linprog(-goal, **limits).fun > 1e-7 for goal in goals]
    return [any(pair) for pair in zip(*np.split(np.array(reached), 2), strict=True)]


@pytest.mark.parametrize("seed", range(40))
def test_monotone_columns_are_exactly_those_of_the_linear_programme(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(6, 25))
    event = rng.random(n) < 0.6
    event[0] = True
    sample = Survival(rng.integers(1, 30, n), event)
    x = np.column_stack((rng.integers(0, 2, (n, 2)), np.round(rng.normal(size=n), 1)))
    fit = cox(sample, [Numeric(name, x[:, place]) for place, name in enumerate("abc")])
    usable = [place for place, name in enumerate("abc") if name not in fit.aliased]
    found = [fit.coefficients[place].reason == MONOTONE for place in usable]
    assert found == ordered_columns(sample, x[:, usable])


def test_values_that_no_event_tells_apart_are_not_called_collinear():
    """The second patient enters when the first has died: nobody is ever compared."""
    alone = cox(Survival([1, 2], [True, False], entry=[0, 1]), [Numeric("x", [1.0, 2.0])])
    assert alone.coefficient("x").reason == "not estimable: no event tells its values apart"
    assert alone.aliased == ("x",)


@pytest.mark.parametrize(
    "call", [score_tests, likelihood_ratio_tests, pairwise_interactions, stepwise, backward, screen]
)
def test_unknown_ties_are_refused_at_every_door(call):
    sample = Survival(range(1, 7), [True] * 6)
    with pytest.raises(ValueError, match="ties: expected one of 'breslow', 'efron', 'exact'"):
        call(sample, [Factor("f", ["a", "b"], [0, 1] * 3)], ties="Efron")


@pytest.mark.parametrize("ties", ["efron", "exact"])
def test_rows_stay_in_one_piece_when_columns_are_taken(ties):
    """The sums over risk sets read row after row."""
    sample, codes, x = made_up()
    group = Factor("group", ["a", "b", "c"], codes)
    taken = prepare(sample, [Numeric("x", x), group], ties).only(["group"]).likelihood
    assert taken is not None and taken.values.flags.c_contiguous


def test_an_interaction_is_made_of_the_factors_of_the_model():
    sample = Survival(range(1, 9), [True] * 8)
    sex, stage = (
        Factor("sex", ["m", "f"], [0, 1] * 4),
        Factor("stage", ["1", "2"], [0, 0, 1, 1] * 2),
    )
    other = Factor("stage", ["1", "2"], [1, 0, 1, 0] * 2)
    with pytest.raises(SampleError, match="'sex x stage' is made of another 'stage'"):
        cox(sample, [sex, stage, Interaction(sex, other)])
    same = Factor("stage", ["1", "2"], [0, 0, 1, 1] * 2)
    assert cox(sample, [sex, stage, Interaction(sex, same)]).n == 8

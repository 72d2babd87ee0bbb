"""Is multiple imputation right by hand, against R's mice, and at the edges?"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from outcomes._imputation.chained import Chain
from outcomes._imputation.draws import informative, line, nearest
from outcomes._imputation.level_draws import augmentation, choice, levels_drawn, probabilities
from outcomes._imputation.predictors import cumulative_hazard, prepared
from outcomes.cox import cox
from outcomes.imputation import impute
from outcomes.pooled_cox import pool_cox
from outcomes.sample import CompetingRisks, SampleError, Survival
from outcomes.terms import Factor, Interaction, Numeric
from tests.outcomes.golden_tables import read_golden
from tests.outcomes.imputation_data import completed_by_r, incomplete

NAN = math.nan


def values_of(term):
    return term.codes if isinstance(term, Factor) else term.values


# --- by hand -------------------------------------------------------------------------------------


def test_hazard_at_the_own_time_by_hand():
    """Days 1+, 2, 2, 4: two of three die on day 2, the last on day 4: 0, 2/3, 2/3, 2/3 + 1."""
    sample = Survival([1, 2, 2, 4], [False, True, True, True])
    assert cumulative_hazard(sample) == approx([0, 2 / 3, 2 / 3, 5 / 3])
    # The last enters after day 2: then both of two die on day 2, and he gathers only day 4.
    late = Survival([1, 2, 2, 4], [False, True, True, True], entry=[-1, -1, -1, 2])
    assert cumulative_hazard(late) == approx([0, 1, 1, 1])
    # Without the second: one of two dies on day 2; a row out of play has the hazard of its day.
    fewer = Survival([1, 2, 2, 4], [False, True, True, True], weight=[1, 0, 1, 1])
    assert cumulative_hazard(fewer) == approx([0, 1 / 2, 1 / 2, 3 / 2])


def test_donors_by_hand():
    """Known 0, 10, 11, 12, 30. Two donors for 10.4: 10 and 11, each half the time; 40: 30 and 12."""
    near, rng = np.array([30.0, 10.0, 0.0, 12.0, 11.0]), np.random.default_rng(1)
    found = near[nearest(near, np.repeat([10.4, 40.0], 2000), 2, rng)]
    for part, pair in ((found[:2000], (10, 11)), (found[2000:], (12, 30))):
        assert set(part) == set(pair)
        assert (part == pair[0]).mean() == approx(0.5, abs=0.04)
    assert set(near[nearest(near, np.full(500, 11.0), 1, rng)]) == {11}
    assert set(near[nearest(near, np.full(500, 11.0), 9, rng)]) == set(near)
    # Of equal values another one each time.
    first = [int(nearest(np.zeros(3), np.zeros(1), 1, rng)[0]) for _ in range(900)]
    assert np.bincount(first) == approx(np.full(3, 300), abs=60)


def test_a_line_and_its_posterior_by_hand():
    """y = 1, 3, 5, 3 at x = -1, 0, 1, 0: intercept 3, slope 2, no residual but 0: no spread.

    y = 0, 2, 4, 6 on a constant: mean 3, S = 20, 3 df: sigma^2 is 20/chi^2(3), mean 20, and the
    mean is drawn from a t with 3 df and scale sqrt(20/3/4).
    """
    x = np.array([[1.0] * 4, [-1.0, 0.0, 1.0, 0.0]])
    rng = np.random.default_rng(2)
    exact = line(np.array([1.0, 3.0, 5.0, 3.0]), x, np.array([True, True]), rng)
    assert exact.fitted == approx([3, 2])
    assert exact.drawn == approx([3, 2])
    drawn = np.array(
        [
            line(np.array([0.0, 2.0, 4.0, 6.0]), x, np.array([True, False]), rng).drawn
            for _ in range(4000)
        ]
    )
    assert (drawn[:, 1] == 0).all()
    t = np.abs(drawn[:, 0] - 3) / math.sqrt(20 / 3 / 4)
    # Student's t with 3 df: half of it within 0.7649, nine tenths within 2.3534.
    assert [(t < 0.7649).mean(), (t < 2.3534).mean()] == approx([0.5, 0.9], abs=0.025)


def test_a_table_of_counts_by_hand():
    """Without augmentation levels a, b, c in 2, 4, 6 patients: logs of 4/2 and 6/2."""
    constant = np.ones((1, 12))
    level = np.repeat([0, 1, 2], (2, 4, 6))
    rng, start = np.random.default_rng(3), np.zeros((2, 1))
    found = choice(level, 3, constant, constant[:, :1], np.array([True]), start, rng)
    assert found.fitted.ravel() == approx([math.log(2), math.log(3)])
    assert probabilities(found.fitted @ constant)[:, 0] == approx([2 / 12, 4 / 12, 6 / 12])
    drawn = levels_drawn(np.tile([[1 / 6], [2 / 6], [3 / 6]], 6000), rng)
    assert np.bincount(drawn) / 6000 == approx([1 / 6, 2 / 6, 3 / 6], abs=0.02)
    # The draw around log(2) has variance 1/2 + 1/4.
    draws = [
        choice(level, 3, constant, constant[:, :1], np.array([True]), start, rng).drawn[0, 0]
        for _ in range(1000)
    ]
    assert np.var(draws) == approx(3 / 4, rel=0.15)


def test_augmentation_by_hand():
    """One predictor 0, 2, 4 (mean 2, SD 2), two levels: rows at 2 +- 1, each level both ways.

    Four rows weigh 2 together: a constant and a slope. At 0, 0, 0, 1 half an SD below the mean
    would be less than the least: it is held there.
    """
    x = np.array([[1.0] * 3, [0.0, 2.0, 4.0]])
    more = augmentation(x[:, :2], x[:, 2:], 2)
    assert more.x.tolist() == [[1, 1, 1, 1], [3, 1, 3, 1]]
    assert more.level.tolist() == [0, 0, 1, 1]
    assert more.weight.tolist() == [0.5] * 4
    rare = np.array([[1.0] * 4, [0.0, 0.0, 0.0, 1.0]])
    assert augmentation(rare[:, :2], rare[:, 2:], 2).x[1].min() == 0


def test_predictors_that_add_nothing_are_left_out():
    """A copy, a constant beside the first and a sum go; a column among others stays."""
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=(2, 50))
    x = np.array([np.ones(50), a, a, np.full(50, 3.0), b, a + b, np.zeros(50), a**2])
    kept, lower = informative(x, np.ones(8, dtype=bool))
    assert kept.tolist() == [0, 1, 4, 7]
    assert lower @ lower.T == approx(x[kept] @ x[kept].T)
    kept, _ = informative(x, np.array([True, False, True, True, True, True, True, True]))
    assert kept.tolist() == [0, 2, 4, 7]


# --- against R -----------------------------------------------------------------------------------


def test_the_regressions_are_those_of_mice():
    """Fitted values in the first data set that mice completed: line 1e-9, logistic 1e-7.

    nnet, which mice calls for several levels, stops by its own rule: 1e-5.
    """
    sample, terms = incomplete()
    columns, design = prepared(terms, sample, {})
    chain = Chain([c for c in columns if len(c.fill)], design, 5, np.random.default_rng(1))
    full = {term.name: values_of(term) for term in completed_by_r()[0]}
    for gap in chain.columns:
        chain._fill(gap, full[gap.name][gap.fill].astype(float))
    for gap in chain.columns:
        if gap.name not in ("bili", "hepato", "stage"):
            continue  # R was asked for one column of each kind
        rows = read_golden("imputation_regressions", column=gap.name)
        usable = np.ones(len(chain.design), dtype=bool)
        usable[gap.rows] = False
        x_fit, x_fill = chain.design[:, gap.fit], chain.design[:, gap.fill]
        if gap.name == "bili":
            y = (gap.value[gap.fit] - gap.centre) / gap.scale
            found = gap.centre + gap.scale * (line(y, x_fit, usable, chain.rng).fitted @ x_fill)
            assert found == approx([float(row["value"]) for row in rows], rel=1e-9)
            continue
        levels = gap.term.levels
        start = np.zeros((len(levels) - 1, len(design)))
        level = gap.value[gap.fit].astype(np.intp)
        fit = choice(level, len(levels), x_fit, x_fill, usable, start, chain.rng)
        shares = probabilities(fit.fitted @ x_fill)
        place = {int(row): at for at, row in enumerate(gap.fill)}
        ours = [shares[levels.index(row["level"]), place[int(row["row"])]] for row in rows]
        tolerance = 1e-7 if len(levels) == 2 else 1e-5
        assert ours == approx([float(row["value"]) for row in rows], abs=tolerance)


@pytest.mark.parametrize("methods", ["default", "normal"])
def test_pooled_estimates_are_distributed_as_those_of_mice(methods):
    """30 runs of 5 imputations: mean estimate and SE within one SD between runs of mice.

    The mean of mice is itself of 40 runs; the SD of ours may not be of another order either.
    """
    sample, terms = incomplete()
    asked = {"bili": "normal", "albumin": "normal"} if methods == "normal" else {}
    runs = []
    for seed in range(30):
        found = impute(terms, outcome=sample, m=5, iterations=5, seed=seed, methods=asked)
        pooled = pool_cox([cox(sample, copy) for copy in found.completed])
        each = [c.log_hazard for c in pooled.coefficients]
        runs.append([(one.estimate, one.std_error, one.missing_information) for one in each])
    rows = read_golden("imputation_runs", methods=methods)
    means, spreads = np.mean(runs, axis=0), np.std(runs, axis=0, ddof=1)
    for mean, spread, row in zip(means, spreads, rows, strict=True):
        for place, name in enumerate(("estimate", "error", "fmi")):
            one_sd = float(row[f"{name}_sd"])
            assert mean[place] == approx(float(row[name]), abs=one_sd), (name, row)
            assert one_sd / 3 < spread[place] < 3 * one_sd


# --- laws ----------------------------------------------------------------------------------------


@st.composite
def incomplete_terms(draw):
    """Three columns, at least two patients known in each, in any state of collinearity."""
    n = draw(st.integers(3, 25))
    some = st.lists(st.booleans(), min_size=n, max_size=n)
    columns = []
    for name in ("a", "b", "c"):
        known = np.array(draw(some))
        known[:2] = True
        values = np.array(draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)))
        if name == "c":
            columns.append(Numeric(name, np.where(known, values, NAN)))
        else:
            levels = "xyzw" if name == "a" else "xy"
            codes = np.where(known, values % len(levels), -1)
            columns.append(Factor(name, levels, codes))
    days = draw(st.lists(st.integers(0, 30), min_size=n, max_size=n))
    return Survival(days, draw(some)), columns


@settings(max_examples=40, deadline=None)
@given(incomplete_terms(), st.integers(0, 2**32))
def test_laws_of_imputation(data, seed):
    """Known values stay, drawn ones were seen, seeds decide, copies do not depend on m."""
    sample, terms = data
    found = impute(terms, outcome=sample, m=3, iterations=2, seed=seed)
    again = impute(terms, outcome=sample, m=2, iterations=2, seed=seed)
    assert found.m == 3
    for copy in found.completed:
        assert [term.name for term in copy] == ["a", "b", "c"]
        for before, after in zip(terms, copy, strict=True):
            assert after.known.all()
            old, new = values_of(before), values_of(after)
            assert (new[before.known] == old[before.known]).all()
            assert set(new) <= set(old[before.known])
    for one, other in zip(again.completed, found.completed, strict=False):
        for a, b in zip(one, other, strict=True):
            assert (values_of(a) == values_of(b)).all()
    incomplete_names = [term.name for term in terms if not term.known.all()]
    assert [column.name for column in found.columns] == incomplete_names
    for column in found.columns:
        assert column.trace.shape == (2, 3)
        assert not column.trace.flags.writeable


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_the_unit_of_a_number_does_not_matter(unit):
    sample, terms = incomplete()
    shifted = [
        Numeric(term.name, term.values * unit + 7 * unit) if isinstance(term, Numeric) else term
        for term in terms
    ]
    ours = impute(terms, outcome=sample, m=1, iterations=2, seed=5, methods={"bili": "normal"})
    theirs = impute(shifted, outcome=sample, m=1, iterations=2, seed=5, methods={"bili": "normal"})
    for a, b in zip(ours.completed[0], theirs.completed[0], strict=True):
        if isinstance(a, Numeric):
            assert b.values / unit - 7 == approx(a.values, abs=1e-6)
        else:
            assert (a.codes == b.codes).all()


def test_the_seed_alone_decides():
    sample, terms = incomplete()
    state = np.random.get_state()[1].tolist()
    one, other = (impute(terms, outcome=sample, m=1, iterations=1, seed=s) for s in (1, 2))
    assert (values_of(one.completed[0][1]) != values_of(other.completed[0][1])).any()
    assert np.random.get_state()[1].tolist() == state
    assert (one.seed, one.iterations) == (1, 1)


def test_chains_from_different_beginnings_agree():
    """The trace of ten chains shows no drift: between chains as little as within them."""
    sample, terms = incomplete()
    trace = impute(terms, outcome=sample, iterations=20, seed=6).column("bili").trace[5:]
    between, within = trace.mean(axis=0).var(ddof=1), trace.var(axis=0, ddof=1).mean()
    shrink = math.sqrt((14 / 15 * within + between) / within)  # Gelman and Rubin's R
    assert shrink < 1.1


# --- edges ---------------------------------------------------------------------------------------


def test_nothing_missing_gives_the_terms_themselves():
    age = Numeric("age", [1, 2, 3])
    found = impute([age], m=2, seed=1)
    assert found.columns == ()
    assert all(copy == (age,) for copy in found.completed)
    with pytest.raises(KeyError, match="'age' was not imputed"):
        found.column("age")


def test_columns_of_one_value_and_levels_nobody_has():
    constant = Numeric("constant", [0.1, 0.1, NAN, 0.1, 0.1, 0.1])
    single = Factor("single", "ab", [1, -1, -1, -1, -1, -1])
    gap = Factor("gap", "abcd", [0, 3, -1, 0, -1, 3])
    found = impute([constant, single, gap], m=5, seed=1)
    for number, one, two in found.completed:
        assert (number.values == 0.1).all()
        assert (one.codes == 1).all()
        assert set(two.codes) == {0, 3}
        assert two.levels == ("a", "b", "c", "d")
    assert found.column("single").known == 1
    assert found.column("single").n == 5


def test_collinear_and_too_many_predictors_are_survived():
    """A column thrice, its double, more columns than patients; also without any noise."""
    rng = np.random.default_rng(8)
    x = rng.normal(size=12)
    gap = np.where(np.arange(12) < 3, NAN, 2 * x + 1)
    group = Factor("group", "abc", [-1, -1, *([0, 1, 2] * 3), 0])
    terms = [Numeric("gap", gap), group]
    terms += [Numeric(f"x{i}", x * (i + 1)) for i in range(3)]
    terms += [Numeric(f"z{i}", rng.normal(size=12)) for i in range(15)]
    for copy in impute(terms, m=3, seed=1, methods={"gap": "normal"}).completed:
        assert np.abs(copy[0].values[:3] - (2 * x[:3] + 1)).max() < 1e3
    few = [Numeric("gap", gap), Numeric("x0", x), Numeric("x1", 3 * x)]
    for copy in impute(few, m=3, seed=1, methods={"gap": "normal"}).completed:
        assert copy[0].values[:3] == approx(2 * x[:3] + 1)


def test_separation_is_tamed():
    """Above 0 everyone is b, below everyone a: no draw is certain, all are likely right."""
    x = np.concatenate((np.linspace(-2, -0.5, 20), np.linspace(0.5, 2, 20), [-1.5, 1.5]))
    codes = np.array([0] * 20 + [1] * 20 + [-1, -1])
    found = impute([Factor("f", "ab", codes), Numeric("x", x)], m=200, iterations=1, seed=1)
    drawn = np.array([copy[0].codes[-2:] for copy in found.completed])
    assert 0.75 < (drawn == [0, 1]).mean() < 1


def test_outcomes_without_events_and_with_competing_causes():
    terms = [Numeric("x", [1, NAN, 3, 4, 2, 5]), Factor("f", "ab", [0, 1, -1, 0, 1, 1])]
    days = [1, 2, 3, 4, 5, 6]
    for outcome in (
        Survival(days, [False] * 6),
        Survival([4] * 6, [True] * 6),
        CompetingRisks(days, [0, 1, -1, 0, 1, 0], causes=["relapse", "death"]),
        CompetingRisks(days, [0] * 6, causes=["relapse", "death"], weight=[1, 1, 0, 1, 2, 1]),
    ):
        copy = impute(terms, outcome=outcome, m=1, seed=1).completed[0]
        assert all(term.known.all() for term in copy)


def test_patients_out_of_play_are_completed_but_not_learnt_from():
    """Their values, 100, are nobody's donors; their gaps are filled."""
    x = [1.0, 2.0, 3.0, NAN, NAN, 100.0, 100.0]
    sample = Survival([1, 2, 3, 4, 5, 6, 7], [True] * 7, weight=[1, 1, 1, 1, 0, 0, 0])
    for (copy,) in impute([Numeric("x", x)], outcome=sample, m=10, seed=1).completed:
        assert set(copy.values[3:5]) <= {1, 2, 3}
        assert (copy.values[5:] == 100).all()


def test_auxiliaries_predict_but_are_not_returned():
    """The auxiliary tells the missing value closely, although one of its own is missing."""
    x = np.arange(40.0)
    gap = Numeric("gap", np.where(np.arange(40) % 7 == 3, NAN, x))
    helper = Numeric("helper", np.where(np.arange(40) == 20, NAN, 2 * x))
    found = impute([gap], auxiliaries=[helper], m=2, seed=1, methods={"gap": "normal"})
    for copy in found.completed:
        assert len(copy) == 1
        assert copy[0].values == approx(x, abs=1)
    assert [column.name for column in found.columns] == ["gap", "helper"]


def test_an_ordered_factor_may_be_matched_and_a_draw_may_vary_its_coefficients():
    sample, terms = incomplete()
    plain, matched, drawn = (
        impute(terms, outcome=sample, m=4, iterations=3, seed=1, methods=methods)
        for methods in ({}, {"stage": "pmm"}, {"stage": "multinomial-drawn"})
    )
    assert [plain.column("stage").method, matched.column("stage").method] == ["multinomial", "pmm"]
    for found in (plain, matched, drawn):
        assert found.column("stage").trace[-1].mean() == approx(2, abs=0.4)
    codes = [found.completed[0][-1].codes.tolist() for found in (plain, matched, drawn)]
    assert codes[0] != codes[1] and codes[0] != codes[2]


@pytest.mark.parametrize(
    "change, message",
    [
        ({"m": 0}, "m: must be at least 1"),
        ({"iterations": 0}, "iterations: must be at least 1"),
        ({"donors": 0}, "donors: must be at least 1"),
        ({"seed": -1}, "seed: must be at least 0"),
        ({"terms": []}, "nothing to complete"),
        ({"auxiliaries": [Numeric("x", [1, 2, 3])]}, "a name occurs twice"),
        ({"auxiliaries": [Numeric("y", [1, 2])]}, "y: 2 rows, but the sample has 3"),
        ({"auxiliaries": [Numeric("y", [NAN] * 3)]}, "y: no patient has a known value"),
        ({"outcome": Survival([1, 2], [True, True])}, "x: 3 rows, but the sample has 2"),
        ({"methods": {"z": "pmm"}}, r"no column is called \['z'\]"),
        ({"methods": {"x": "logistic"}}, "'logistic' does not suit x; use one of"),
        ({"methods": {"f": "multinomial"}}, "'multinomial' does not suit f"),
        ({"methods": {"g": "logistic"}}, "'logistic' does not suit g"),
    ],
)
def test_bad_requests_are_refused(change, message):
    terms = [
        Numeric("x", [1, NAN, 3]),
        Factor("f", "ab", [0, 1, -1]),
        Factor("g", "abc", [0, 1, 2]),
    ]
    with pytest.raises(SampleError, match=message):
        impute(**({"terms": terms, "seed": 1} | change))


def test_an_unknown_method_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"methods: expected one of 'pmm', .*; got 'forest'"):
        impute([Numeric("x", [1, NAN, 3])], seed=1, methods={"x": "forest"})


def test_completed_copies_are_shown_short():
    found = impute([Numeric("x", [1, NAN, 3])], m=2, seed=1)
    assert repr(found) == "Imputations(m=2, x: 1 imputed)"
    assert "trace" not in repr(found.column("x"))
    assert repr(impute([Numeric("x", [1, 2])], m=1, seed=1)).endswith("nothing to impute)")


def test_another_kind_of_argument_is_told_what_to_pass():
    x = Numeric("x", [1, np.nan, 3])
    for change, words in (
        (
            {"outcome": np.array([1, 2, 3])},
            r"outcome: expected Survival or Comp.*Survival\(days, ev",
        ),
        ({"seed": None}, "seed: expected one whole number, got NoneType; .* the same values"),
        ({"m": 2.5}, "m: expected one whole number, got float; pass one, such as m=10"),
        ({"terms": [np.array([1, 2, 3])]}, r'terms: expected Factor or Numeric.*Numeric\("age"'),
    ):
        with pytest.raises(TypeError, match=words):
            impute(**{"terms": [x], "seed": 1, "m": 2} | change)


def test_interactions_are_built_afterwards():
    f = Factor("f", "ab", [0, 1, -1])
    with pytest.raises(SampleError, match="build it from the completed ones"):
        impute([Interaction(f, f)], seed=1)

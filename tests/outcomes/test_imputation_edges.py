"""What does multiple imputation do at the edges, and what does it refuse?"""

import math

import numpy as np
import pytest
from pytest import approx

from outcomes.imputation import impute
from outcomes.sample import CompetingRisks, SampleError, Survival
from outcomes.terms import Factor, Interaction, Numeric
from tests.outcomes.imputation_data import incomplete

NAN = math.nan


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

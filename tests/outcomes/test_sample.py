"""Is bad input refused with a message that names the argument, the row and the remedy?"""

import numpy as np
import pandas
import pytest

from outcomes.cox import cox
from outcomes.sample import CompetingRisks, EmptySample, SampleError, Survival
from outcomes.terms import Factor, Interaction, Numeric


def test_whole_days_and_truth_values_are_kept_as_they_are():
    sample = Survival(days=[5, 0, 8.0], event=[True, 0, 1])
    assert sample.days.dtype == np.int32 and sample.days.tolist() == [5, 0, 8]
    assert sample.event.tolist() == [True, False, True]
    assert (sample.n, sample.events) == (3, 2)


@pytest.mark.parametrize(
    "days, event, words",
    [
        ([3, -1], [1, 0], "days: row 1 is negative"),
        ([3, float("nan")], [1, 0], "days: row 1 is missing"),
        ([3.5, 2], [1, 0], "days: row 0 is a fraction"),
        ([3, 2**31], [1, 0], "days: row 1 exceeds"),
        (["3", "4"], [1, 0], "days: expected whole numbers"),
        ([[3, 4]], [1, 0], "days: expected one column"),
        ([3, 4], [1], "event: 1 rows, but the sample has 2"),
        ([3, 4], [1, 2], "event: row 1 is neither"),
        ([3, 4], [True, None], "event: row 1 is missing"),
        ([3, 4], ["yes", "no"], "event: expected True/False.*as in column == 'yes'"),
        ([3, None], [1, 0], "days: row 1 is missing; .*rows count from 0"),
        ([3, pandas.NA], [1, 0], "days: row 1 is missing"),
        ([3, 4], [1, np.nan], "event: row 1 is missing"),
        ([3.5, 2], [1, 0], "keep whole days: months x 30.4375, rounded"),
        ([True, False], [3, 4], "days: expected whole numbers, got bool"),
    ],
)
def test_what_cannot_be_a_survival_time_is_refused(days, event, words):
    with pytest.raises(SampleError, match=words):
        Survival(days, event)


def test_an_entry_before_the_start_has_a_remedy_of_its_own():
    with pytest.raises(SampleError, match="entry: row 1 is below -1, which means at risk from day"):
        Survival([5, 5], [True, True], entry=[-1, -3])


def test_labels_and_codes_give_the_same_competing_risks():
    ended = ["death", "alive", "relapse", "alive"]
    causes = ["relapse", "death"]
    days, more = [3, 5, 9, 9], {"entry": [-1, 0, 2, 2], "weight": [1, 2, 0.5, 1]}
    named = CompetingRisks.from_labels(days, ended, causes=causes, censored="alive", **more)
    coded = CompetingRisks(days, [1, -1, 0, -1], causes=causes, **more)
    assert named.cause.tolist() == coded.cause.tolist()
    assert named.causes == coded.causes and named.events == {"relapse": 1, "death": 1}
    for column in ("days", "entry", "weight"):
        assert getattr(named, column).tolist() == getattr(coded, column).tolist()
    # cmprsk's codes: 0 censored, 1 and 2 the causes.
    shifted = CompetingRisks(days, np.array([2, 0, 1, 0]) - 1, causes=causes)
    assert shifted.cause.tolist() == coded.cause.tolist()


@pytest.mark.parametrize(
    "labels, options, words",
    [
        (["death", "lost"], {}, r"labels: row 1 holds a label outside \('death', 'censored'\)"),
        (["death", None], {}, "labels: row 1 is missing; write 'censored' for censored"),
        (
            ["death", np.nan],
            {"censored": "no"},
            "labels: row 1 is missing; write 'no' for censored",
        ),
        (["death", "no"], {"censored": "death"}, "censored: 'death' is one of the causes"),
        (["death"], {}, "event: 1 rows, but the sample has 2"),
    ],
)
def test_labels_that_name_no_cause_are_refused(labels, options, words):
    with pytest.raises(SampleError, match=words) as refusal:
        CompetingRisks.from_labels([1, 2], labels, causes=["death"], **options)
    assert "lost" not in str(refusal.value)


def test_text_as_codes_of_causes_points_to_the_labels():
    with pytest.raises(SampleError, match=r"cause: .*use CompetingRisks.from_labels for text"):
        CompetingRisks([1, 2], ["death", "-"], causes=["death"])


@pytest.mark.parametrize(
    "value, text",
    [
        (Survival([3, 4], [True, False]), "Survival(n=2, events=1)"),
        (
            Survival([3, 4], [True, False], entry=[0, 1], weight=[1, 2]),
            "Survival(n=2, events=1, late entry, weighted)",
        ),
        (CompetingRisks([3], [0], causes=["a", "b"]), "CompetingRisks(n=1, a=1, b=0)"),
        (Factor("sex", ["f", "m"], [0, 1, -1]), "Factor('sex', f=1, m=1, missing=1)"),
        (Factor("sex", ["f", "m"], [0, 0]), "Factor('sex', f=2, m=0)"),
        (Numeric("age", [1.5, np.nan]), "Numeric('age', n=2, missing=1)"),
        (
            Interaction(Factor("a", ["x"], [0, -1]), Factor("b", ["y"], [0, 0])),
            "Interaction('a x b', n=2, missing=1)",
        ),
    ],
)
def test_on_the_console_is_a_summary_and_no_value_of_a_patient(value, text):
    assert repr(value) == text


def test_nobody_is_an_empty_sample():
    with pytest.raises(EmptySample):
        Survival([], [])
    with pytest.raises(EmptySample):
        Survival([1], [True]).where(np.array([False]))


def test_samples_cannot_be_changed():
    days = np.array([1, 2], dtype=np.int32)
    sample = Survival(days, [True, False])
    days[0] = 99
    assert sample.days[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        sample.days[0] = 7
    with pytest.raises(AttributeError):
        sample.days = days


def test_a_factor_counts_its_levels_and_knows_what_is_missing():
    sex = Factor.from_labels("sex", ["M", None, "F", "M"], ["M", "F", "X"])
    assert sex.codes.tolist() == [0, -1, 1, 0]
    assert sex.counts == (2, 1, 0)
    assert sex.known.tolist() == [True, False, True, True]
    assert sex.where(sex.known).counts == (2, 1, 0)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: Factor.from_labels("sex", ["M", "m"], ["M", "F"]), "sex: row 1 holds a label"),
        (lambda: Factor("sex", ["M", "M"], [0]), "sex: levels must be distinct"),
        (lambda: Factor("sex", [], []), "sex: levels must be distinct"),
        (lambda: Factor("sex", ["M"], [0, 1]), "sex: row 1 has a code outside"),
        (lambda: Factor("sex", ["M"], [0.5]), "sex: codes must be whole.*use Factor.from_labels"),
        (lambda: Factor("sex", ["M"], ["M"]), "sex: codes must be whole.*use Factor.from_labels"),
        (
            lambda: Factor("sex", ["M"], [0, None]),
            "sex: row 1 is missing; code a missing one as -1",
        ),
        (lambda: Numeric("age", [1, np.inf]), "age: row 1 is infinite"),
        (lambda: Interaction(Factor("a", ["x"], [0]), Factor("b", ["y"], [0, 0])), "a x b"),
        (lambda: Factor("sex", ["M"], [0]).where(np.array([1])), "mask: expected 1 True/False"),
    ],
)
def test_terms_that_cannot_be_analysed_are_refused(make, words):
    with pytest.raises(SampleError, match=words):
        make()


@pytest.mark.parametrize("missing", [None, float("nan"), np.nan, pandas.NA, pandas.NaT])
def test_what_pandas_calls_missing_is_missing(missing):
    assert Factor.from_labels("sex", ["m", missing], ["f", "m"]).codes.tolist() == [1, -1]


def test_swapped_labels_and_levels_show_no_patient():
    patients = ["secret", "other", "secret"]
    for make, words in (
        (
            lambda: Factor.from_labels("sex", ["secret", "other"], patients),
            "sex: levels must be distinct .* got 3 of which 2 distinct; labels come before levels",
        ),
        (
            lambda: Factor.from_labels("sex", ["m", "f"], pandas.Series(["secret", "other"])),
            "sex: row 0 holds a label outside the 2 levels; .* labels come before levels",
        ),
        (
            lambda: Factor("sex", patients, [0, 1]),
            "sex: levels must be distinct .*; levels come before codes",
        ),
        (
            lambda: CompetingRisks.from_labels([1, 2, 3], ["censored"] * 3, causes=patients),
            "causes: must be distinct and at least one, got 3 names, 2 of them distinct",
        ),
    ):
        with pytest.raises(SampleError, match=words) as refusal:
            make()
        assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("causes", ["relapse", None, 2])
def test_causes_are_a_list_of_names(causes):
    for make in (
        lambda: CompetingRisks([1, 2], [0, -1], causes=causes),
        lambda: CompetingRisks.from_labels([1, 2], ["relapse", "censored"], causes=causes),
    ):
        with pytest.raises(TypeError, match=r'causes: expected a list, .* \["relapse", "death"\]'):
            make()


def test_columns_of_pandas_must_have_the_same_index():
    table = pandas.DataFrame({"t": [1, 2, 3], "d": [1, 0, 1], "w": [1.0, 1, 2]}, [7, 8, 9])
    turned = table[::-1]
    ended = table.d.map({1: "death", 0: "censored"})
    assert Survival(table.t, table.d == 1, weight=table.w).n == 3
    assert Survival(turned.t, table.d.to_numpy(), weight=list(table.w)).n == 3
    assert Survival(turned.t, turned.d).days.tolist() == [3, 2, 1]
    assert Survival(table.t.copy(), table.d.set_axis(table.index.copy())).events == 2
    for make, names in (
        (lambda: Survival(turned.t, table.d), "days and event"),
        (lambda: Survival(table.t, table.d, weight=turned.w), "event and weight"),
        (lambda: Survival(table.t, [1, 0, 1], entry=turned.t - 1), "days and entry"),
        (lambda: CompetingRisks(turned.t, table.d - 1, causes=["death"]), "days and cause"),
        (
            lambda: CompetingRisks.from_labels(turned.t, ended, causes=["death"]),
            "days and labels",
        ),
    ):
        words = rf"{names}: their rows have different labels .*align .* pass \.to_numpy\(\)"
        with pytest.raises(SampleError, match=words):
            make()


def test_codes_that_count_from_one_are_told_the_range():
    words = r"stage: row 2 has a code outside 0 to 1 of 2 levels; .* or use Factor.from_labels"
    with pytest.raises(SampleError, match=words):
        Factor("stage", ["early", "late"], [1, 1, 2])


@pytest.mark.parametrize(
    "terms, words",
    [
        ("group", r"terms: expected a list of Factor/Numeric/Interaction, got Factor; put it in a"),
        ("series", r"got Series; wrap it: Numeric\('name', values\)"),
        ("series in a list", r"got Series; wrap it"),
    ],
)
def test_terms_of_another_kind_are_refused_at_the_door(terms, words):
    group, age = Factor("group", ["a", "b"], [0, 1, 0, 1]), pandas.Series([1.0, 2.0, 3.0, 4.0])
    given = {"group": group, "series": age, "series in a list": [group, age]}[terms]
    with pytest.raises(TypeError, match=words):
        cox(Survival([1, 2, 3, 4], [True] * 4), given)


def test_an_interaction_needs_its_factors_in_the_model():
    rng = np.random.default_rng(5)
    sample = Survival(rng.integers(1, 400, 80), rng.random(80) < 0.7)
    a = Factor("a", ["no", "yes"], rng.integers(0, 2, 80))
    s = Factor("s", ["-", "+"], rng.integers(0, 2, 80))
    words = r"terms: interaction 'a x s' needs 's' in the model; add it"
    for terms in ([a, Interaction(a, s)], [a, Numeric("s", s.codes), Interaction(a, s)]):
        with pytest.raises(SampleError, match=words):
            cox(sample, terms)
    # A stratum has no effect of its own beside the strata: adding it changes no other number.
    alone = cox(sample, [a, Interaction(a, s, alone=True)], strata=s)
    beside = cox(sample, [a, s, Interaction(a, s)], strata=s)
    assert alone.log_likelihood == pytest.approx(beside.log_likelihood, rel=1e-12)
    keep = np.ones(80, dtype=bool)
    assert Interaction(a, s, alone=True).where(keep).alone


def test_a_refusal_never_shows_the_value_of_a_patient():
    with pytest.raises(SampleError) as refusal:
        Factor.from_labels("diagnosis", ["secret"], ["AML"])
    assert "secret" not in str(refusal.value)


def test_a_factor_may_have_more_levels_than_sixteen_bits_count():
    """40 000 matched pairs, each a stratum of its own."""
    pairs = np.repeat(np.arange(40_000), 2)
    factor = Factor("pair", [str(pair) for pair in range(40_000)], pairs)
    assert factor.codes[-1] == 39_999 and set(factor.counts) == {2}
    labels = Factor.from_labels("pair", [str(pair) for pair in pairs], factor.levels)
    assert np.array_equal(labels.codes, factor.codes)

"""Is Harrell's C right by hand, by counting every pair, and against R?"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from outcomes._regression.ranked_sums import ranked_sums
from outcomes.concordance import concordance, concordance_of
from outcomes.cox import cox
from outcomes.sample import EmptySample, SampleError, Survival
from outcomes.terms import Factor
from tests.outcomes.diagnostics_data import cases, fits, x_of
from tests.yardstick import in_sums

COUNTS = ("concordant", "discordant", "tied_score", "tied_day", "tied_both")
R_COUNTS = ("concordant", "discordant", "tied.x", "tied.y", "tied.xy")


def test_five_patients_by_hand():
    """Events on days 1, 2, 2, 5; a censoring on day 2. Scores 3, 3, 1, 1, 2.

    Day 1 (score 3) against all others: 3 lower, 1 equal. Day 2 (3) against the censored (1): lower,
    against day 5 (2): lower. Day 2 (1): equal, higher. One pair of events on one day.
    """
    sample = Survival([1, 2, 2, 2, 5], [1, 1, 1, 0, 1])
    found = concordance(sample, [3, 3, 1, 1, 2])
    assert tuple(getattr(found, name) for name in COUNTS) == (5, 1, 2, 1, 0)
    assert found.c == approx((5 + 2 / 2) / 8)
    assert found.somers_d == approx(0.5)
    # Row by row: concordant less discordant, and comparable pairs.
    net, pairs = np.array([3, 2, 0, 2, 1]), np.array([4, 3, 3, 3, 3])
    assert net.sum() == 2 * (5 - 1) and pairs.sum() == 2 * 8
    assert found.std_error == approx(math.sqrt((((net - 0.5 * pairs) / 8) ** 2).sum()) / 2)


@pytest.mark.parametrize("name", cases())
def test_models_agree_with_r(golden, name):
    """R concordance(fit), 1e-9: strata, late entry, weights."""
    agrees(concordance_of(fits()[name]), golden, name)


def test_free_scores_agree_with_r(golden):
    plain, late = cases()["veteran"], cases()["tied"]
    karno = plain.terms[2].values
    agrees(concordance(plain.sample, karno), golden, "karno")
    agrees(concordance(plain.sample, karno, strata=late.strata), golden, "karno_strata")
    agrees(concordance(late.sample, late.ids), golden, "late")
    agrees(concordance(plain.sample, karno, cluster=late.ids), golden, "clusters")


def agrees(found, golden, name):
    (row,) = golden("diagnostics_concordance", model=name)
    for mine, theirs in zip(COUNTS, R_COUNTS, strict=True):
        assert getattr(found, mine) == approx(float(row[theirs]), rel=1e-9, abs=1e-9), mine
    assert found.c == approx(float(row["c"]), rel=1e-9)
    assert found.std_error == approx(float(row["std_error"]), rel=1e-9)
    assert found.reason is None


WEIGHTS = {  # how a row's weight is drawn, and how closely C then agrees with two loops
    "halves": (lambda rng, n: rng.integers(0, 4, n) / 2, 1e-12),
    "tenths": (lambda rng, n: rng.integers(1, 12, n) / 10, 1e-12),
    "wide": (lambda rng, n: 10 ** rng.uniform(-8, 7, n), 1e-9),
}


@pytest.mark.parametrize("drawn", WEIGHTS)
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 30))
def test_it_is_the_count_of_every_pair(drawn, seed, n):
    """Ties everywhere, late entry, weights and strata, against two loops; error by jackknife."""
    draw, close = WEIGHTS[drawn]
    rng = np.random.default_rng(seed)
    days, event = rng.integers(0, 8, n), rng.random(n) < 0.6
    entry = np.maximum(days - rng.integers(1, 8, n), -1)
    weight, score = draw(rng, n), rng.integers(0, 4, n)
    weight[0] = 1
    stratum = rng.integers(0, 2, n)
    counts, net, pairs = dict.fromkeys(COUNTS, 0.0), np.zeros(n), np.zeros(n)
    for i in range(n):
        for j in range(n):
            both = weight[i] * weight[j]
            if i == j or not event[i] or stratum[i] != stratum[j] or not both:
                continue
            if event[j] and days[j] == days[i]:
                counts["tied_both" if score[i] == score[j] else "tied_day"] += both / 2
            elif entry[j] < days[i] and days[j] >= days[i]:
                sign = int(np.sign(score[i] - score[j]))
                counts[("tied_score", "concordant", "discordant")[sign]] += both
                net[[i, j]] += sign * weight[[j, i]]
                pairs[[i, j]] += weight[[j, i]]
    sample = Survival(days, event, entry=entry, weight=weight)
    found = concordance(sample, score, strata=Factor("stratum", ("a", "b"), stratum))
    total = counts["concordant"] + counts["discordant"] + counts["tied_score"]
    mine = {name: getattr(found, name) for name in COUNTS}
    assert mine == approx(counts, abs=max(1e-12, 1e-9 * total))
    assert [number for number in mine.values() if number < 0] == []
    assert [mine[name] for name in COUNTS if not counts[name] and mine[name]] == []
    if not total:
        assert (found.c, found.std_error, found.somers_d) == (None, None, None)
        assert found.reason == "not defined: no pair of rows can be compared"
        return
    somers = (counts["concordant"] - counts["discordant"]) / total
    assert found.somers_d == approx(somers, abs=close)
    influence = weight * (net - somers * pairs) / total
    assert found.std_error == approx(math.sqrt((influence**2).sum()) / 2, abs=1e-9)


def test_no_pair_is_none_whatever_the_weights():
    """One event, on day 5; twelve rows that all enter later: nobody is at risk beside it."""
    for seed in range(50):
        rng = np.random.default_rng(seed)
        sample = Survival(
            [5, *rng.integers(30, 50, 12)],
            [1, *[0] * 12],
            entry=[-1, *rng.integers(5, 30, 12)],
            weight=rng.integers(1, 12, 13) / 10,
        )
        found = concordance(sample, rng.integers(0, 4, 13))
        assert (found.concordant, found.discordant, found.tied_score) == (0, 0, 0)
        assert (found.c, found.std_error) == (None, None)


def test_a_small_pair_beside_large_weights_by_hand():
    """Event on day 1 (score 2), censored on day 2 (score 1): one concordant pair, 0.1 times 1e-8.

    The two rows of weight 1e9 enter later, the second on the day of the first's event: no pair.
    """
    sample = Survival(
        [1, 2, 5, 6], [1, 0, 1, 0], entry=[-1, -1, 4, 5], weight=[0.1, 1e-8, 1e9, 1e9]
    )
    found = concordance(sample, [2, 1, 1, 2])
    assert (found.concordant, found.discordant, found.c) == (approx(1e-9, rel=1e-12), 0, 1)


@pytest.mark.parametrize("together", [True, False])
def test_a_day_of_many_weights_ties_them_pair_by_pair(together):
    """Weights 1e7, 1e-8 and 3 on one day: 0.1 + 3e7 + 3e-8, all of one score or of three."""
    sample = Survival([4, 4, 4], [1, 1, 1], weight=[1e7, 1e-8, 3.0])
    found = concordance(sample, [1, 1, 1] if together else [1, 2, 3])
    whole = approx(3e7 + 0.1 + 3e-8, rel=1e-15)
    assert (found.tied_both, found.tied_day) == ((whole, 0) if together else (0, whole))


def test_a_score_turned_around_gives_the_rest():
    sample, karno = cases()["veteran"].sample, cases()["veteran"].terms[2].values
    up, down = concordance(sample, karno), concordance(sample, -karno)
    assert up.c + down.c == approx(1)
    assert up.std_error == approx(down.std_error)
    assert concordance(sample, 1e6 * karno + 1e9) == up


def test_ranked_sums_by_hand():
    """Ranks 2, 0, 1, 2 of weight 1, 2, 4, 8; rows 1 to 3 against rank 1 and 2, no row against 0,
    all rows against 0 and against 5, a rank that no row has."""
    sums = ranked_sums(np.array([2, 0, 1, 2]), np.array([1.0, 2, 4, 8]), 5)
    low, high = np.array([1, 1, 2, 0, 0]), np.array([4, 4, 2, 4, 4])
    rank = np.array([1, 2, 0, 0, 5])
    below, equal, above = sums.below_equal_above(low, high, rank)
    assert (below.tolist(), equal.tolist(), above.tolist()) == (
        [2, 6, 0, 0, 15],
        [4, 8, 0, 2, 0],
        [8, 0, 0, 13, 0],
    )


def test_a_hundred_thousand_rows_take_moments():
    rng = np.random.default_rng(3)
    n = 100_000
    days = rng.integers(0, 4000, n)
    sample = Survival(days, rng.random(n) < 0.5, entry=np.maximum(days - 900, -1))
    score = rng.normal(size=n)
    # To look at every pair would take forty; sorting and counting takes one or two.
    assert in_sums(lambda: concordance(sample, score)) < 10
    assert concordance(sample, score).c == approx(0.5, abs=0.01)


def test_clusters_and_strata_of_a_fit_are_honoured():
    case = cases()["tied"]
    together = concordance_of(case.fit(cluster=case.ids))
    apart = concordance_of(case.fit())
    assert together.c == apart.c
    assert together.std_error != approx(apart.std_error, rel=1e-3)


def test_rows_without_a_stratum_are_left_out_as_in_cox():
    sample = Survival([1, 2, 3, 4, 5], [1, 1, 0, 1, 1], weight=[1, 1, 1, 1, 0])
    strata = Factor("s", ("a",), [0, 0, 0, -1, -1])
    found = concordance(sample, [3, 1, 2, 9, 9], strata=strata)
    alone = concordance(Survival([1, 2, 3], [1, 1, 0]), [3, 1, 2])
    assert (found.n, found.dropped, alone.dropped) == (3, 1, 0)
    assert (found.c, found.std_error) == (alone.c, alone.std_error)


def test_bad_input_names_the_row():
    sample = Survival([1, 2, 3], [1, 1, 0])
    with pytest.raises(SampleError, match="score: row 1 is missing"):
        concordance(sample, [1, math.nan, 2])
    with pytest.raises(SampleError, match="score: 2 rows, but the sample has 3"):
        concordance(sample, [1, 2])
    with pytest.raises(SampleError, match="cluster: row 2 has none"):
        concordance(sample, [1, 2, 3], cluster=["a", "b", None])
    with pytest.raises(TypeError, match="strata: expected Factor, got list"):
        concordance(sample, [1, 2, 3], strata=["a", "a", "b"])
    with pytest.raises(EmptySample):
        concordance(sample, [1, 2, 3], strata=Factor("s", ("a",), [-1, -1, -1]))
    with pytest.raises(SampleError, match="cluster: 1 rows, but the sample has 3"):
        concordance(sample, [1, 2, 3], cluster=[1])
    split = cox(Survival([1, 2, 3, 4], [1, 1, 0, 0]), [x_of(1, 1, 0, 0)])
    with pytest.raises(SampleError, match="x is not estimable: monotone likelihood"):
        concordance_of(split)
    assert concordance_of(cox(sample, [x_of(1, 1, 1)])).c == 0.5  # constant: all scores equal

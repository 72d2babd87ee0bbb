"""Are residuals of Cox models, and the robust covariance made of them, right?"""

import math

import numpy as np
import pytest
from pytest import approx

from outcomes._regression.hazards import hazards
from outcomes._regression.score_residuals import sandwich, score_residuals_of
from outcomes.cox import cox
from outcomes.residuals import residuals
from outcomes.sample import SampleError, Survival
from outcomes.terms import Factor, Numeric
from tests.outcomes.diagnostics_data import cases, fits, x_of

KINDS = ("martingale", "deviance", "score", "schoenfeld", "scaled schoenfeld", "dfbeta", "dfbetas")


def test_four_patients_by_hand():
    """x = 1, 0, 1, 0; the first, second and fourth die in turn, the third leaves on day 3.

    L = e/(2e+2) * 1/(e+2) * 1 is largest where 1/(e+1) = e/(e+2), e = sqrt(2).
    Hazard steps 1/(2e+2) = (e-1)/2, 1/(e+2) = 1 - e/2, 1; cumulative (e-1)/2, 1/2, 3/2.
    """
    e = math.sqrt(2)
    fit = cox(Survival([1, 2, 3, 4], [1, 1, 0, 1]), [x_of(1, 0, 1, 0)])
    left = [1 - e * (e - 1) / 2, 1 / 2, -e / 2, -1 / 2]
    assert residuals(fit, "martingale").values == approx(left)
    # deviance: sign(m) sqrt(-2 (m + d log(d - m)))
    expected = [1 - left[0], 1 / 2, e / 2, 3 / 2]
    signs, events = (1, 1, -1, -1), (1, 1, 0, 1)
    assert residuals(fit, "deviance").values == approx(
        [
            s * math.sqrt(-2 * (m + d * math.log(h)))
            for s, m, d, h in zip(signs, left, events, expected, strict=True)
        ]
    )
    # Means of x at risk: e/(e+1) = 2 - e, e/(e+2) = e - 1, 0.
    means = np.array([2 - e, e - 1, 0])
    schoenfeld = residuals(fit, "schoenfeld")
    assert schoenfeld.values[:, 0] == approx([1, 0, 0] - means)
    assert (schoenfeld.rows.tolist(), schoenfeld.days.tolist()) == ([0, 1, 3], [1, 2, 4])
    assert schoenfeld.columns == ("x",)
    steps = np.array([(e - 1) / 2, 1 - e / 2, 1])
    score = [
        (1 - means[0]) - e * steps[0] * (1 - means[0]),
        -means[1] + steps[0] * means[0] + steps[1] * means[1],
        -e * (steps[0] * (1 - means[0]) + steps[1] * (1 - means[1])),
        steps @ means,
    ]
    assert residuals(fit, "score").values[:, 0] == approx(score)
    variance = 1 / (means * (1 - means)).sum()
    assert residuals(fit, "dfbeta").values[:, 0] == approx(np.multiply(score, variance))
    assert residuals(fit, "dfbetas").values[:, 0] == approx(np.multiply(score, variance**0.5))
    assert residuals(fit, "scaled schoenfeld").values[:, 0] == approx(
        ([1, 0, 0] - means) * variance * 3 + math.log(e)
    )


def test_two_tied_deaths_by_hand():
    """x = 1, 0 die on day 1, x = 1 dies on day 2, x = 0 is left: e = 2 by either rule.

    Day 1, all at risk: 2e + 2 = 6, the two who die 3. Breslow: hazard 2/6 for all. Efron: 1/6 and
    1/(6 - 3/2) = 2/9; those who die meet all of the first and half of the second, 5/18.
    """
    sample, x = Survival([1, 1, 2, 2], [1, 1, 1, 0]), [x_of(1, 0, 1, 0)]
    efron = residuals(cox(sample, x, ties="efron"), "martingale").values
    assert efron == approx(
        [1 - 2 * 5 / 18, 1 - 5 / 18, 1 - 2 * (7 / 18 + 1 / 3), -(7 / 18 + 1 / 3)]
    )
    breslow = residuals(cox(sample, x, ties="breslow"), "martingale").values
    assert breslow == approx([1 / 3, 2 / 3, -1 / 3, -2 / 3])
    exact = cox(sample, x, ties="exact")
    hazard = 2 / (2 * exact.coefficient("x").hazard_ratio + 2)
    assert residuals(exact, "martingale").values[1] == approx(1 - hazard)  # Breslow's, as R


@pytest.mark.parametrize("name", cases())
def test_residuals_of_rows_agree_with_r(golden, name):
    """Every fifth row and the sums of squares of all rows, relative 1e-8."""
    fit = fits()[name]
    rows = golden("diagnostics_rows", model=name)
    for kind in ("martingale", "deviance", "score", "dfbeta", "dfbetas"):
        found = residuals(fit, kind)
        values = found.values.reshape(fit.n, -1)
        names = [kind] if not found.columns else [f"{kind}{j + 1}" for j in range(values.shape[1])]
        wanted = np.array([[float(row[column]) for column in names] for row in rows])
        size = np.sqrt(wanted[0] / fit.n)  # residuals near 0 are compared on the scale of all
        assert (values**2).sum(axis=0) == approx(wanted[0], rel=1e-8)
        assert np.abs((values[::5] - wanted[1:]) / size).max() < 1e-8
        assert list(found.rows) == list(fit.analysed.rows)
        assert found.days is None and not found.values.flags.writeable


@pytest.mark.parametrize("name", cases())
def test_residuals_of_events_agree_with_r(golden, name):
    """Sums over every fourth stratum and day; all of them sum to nothing."""
    fit = fits()[name]
    rows = golden("diagnostics_events", model=name)
    for kind, column in (("schoenfeld", "schoenfeld"), ("scaled schoenfeld", "scaled")):
        found = residuals(fit, kind)
        strata = fit.analysed.strata[np.searchsorted(fit.analysed.rows, found.rows)]
        for row in rows:
            here = (found.days == int(row["day"])) & (strata == int(row["stratum"]))
            wanted = [float(row[f"{column}{j + 1}"]) for j in range(found.values.shape[1])]
            assert found.values[here].sum(axis=0) == approx(wanted, rel=1e-8, abs=1e-10)
        assert list(np.lexsort((found.days, strata))) == list(range(fit.events))
    if cases()[name].sample.weight is None:
        assert np.abs(residuals(fit, "schoenfeld").values.sum(axis=0)).max() < 1e-7


def test_residuals_of_one_patients_rows_add_up_as_in_r(golden):
    fit, ids = fits()["heart"], cases()["heart"].ids
    rows = golden("diagnostics_collapsed")
    for kind, column in (("martingale", 0), ("deviance", 0), ("dfbeta", 0)):
        found = residuals(fit, kind, by=ids)
        assert len(found.groups) == len(found.rows) == 103
        values = found.values.reshape(103, -1)[:, column]
        for row in rows:
            here = list(found.groups).index(int(row["id"]))
            assert values[here] == approx(float(row[kind]), rel=1e-8)
            assert ids[found.rows[here]] == int(row["id"])


@pytest.mark.parametrize("by", ["rows", "clusters"])
def test_the_robust_covariance_agrees_with_r(golden, by):
    wanted = [float(row["covariance"]) for row in golden("diagnostics_robust", by=by)]
    more = {"robust": True} if by == "rows" else {"cluster": cases()["tied"].ids}
    fit = cases()["tied"].fit(**more)
    assert sandwich(fit.analysed).ravel() == approx(wanted, rel=1e-8)
    assert fit.covariance.ravel() == approx(wanted, rel=1e-8)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_dfbeta_is_the_slope_of_the_coefficient_in_the_weight_of_a_row(ties):
    """Central differences of refits; a law that no formula for ties is needed for."""
    rng = np.random.default_rng(5)
    days, event = rng.integers(1, 9, 40), rng.random(40) < 0.7
    entry, x = np.maximum(days - rng.integers(2, 9, 40), -1), rng.normal(size=(2, 40))
    terms = [Numeric("a", x[0]), Numeric("b", x[1])]
    event[:2] = False  # with Efron's ties a death's weight acts on its tie in another way

    def beta(weight):
        fit = cox(Survival(days, event, entry=entry, weight=weight), terms, ties=ties)
        return np.array([c.beta for c in fit.coefficients])

    change = residuals(cox(Survival(days, event, entry=entry), terms, ties=ties), "dfbeta").values
    for row in (0, 1):
        step = np.where(np.arange(40) == row, 1e-4, 0.0)
        slope = (beta(1 + step) - beta(1 - step)) / 2e-4
        assert change[row] == approx(slope, rel=1e-5, abs=1e-9)


def test_martingales_sum_to_nothing_in_every_stratum():
    for name, fit in fits().items():
        weight = cases()[name].sample.weight
        weight = np.ones(fit.n) if weight is None else weight[fit.analysed.rows]
        left = weight * residuals(fit, "martingale").values
        for code in np.unique(fit.analysed.strata):
            assert abs(left[fit.analysed.strata == code].sum()) < 1e-9
        total = (weight[:, None] * score_residuals_of(hazards(fit.analysed))).sum(axis=0)
        assert np.abs(total).max() < 1e-6


def test_rows_and_columns_say_what_they_belong_to():
    """A missing value, a row of weight 0, a level nobody has and a copy of a column."""
    sample = Survival(
        [3, 9, 4, 8, 5, 7, 6, 2], [1, 0, 1, 1, 1, 0, 1, 1], weight=[1, 1, 0, 1, 1, 1, 1, 1]
    )
    x = Numeric("x", [1, 2, 9, np.nan, 4, 2, 3, 3])
    copy = Numeric("copy", 2 * x.values + 1)
    group = Factor("group", ("a", "b", "c"), [1, 1, 1, 0, 0, 0, 1, 0])
    fit = cox(sample, [group, x, copy])
    found = residuals(fit, "dfbeta")
    assert found.columns == ("group: b", "x")
    assert found.rows.tolist() == [0, 1, 4, 5, 6, 7]
    assert residuals(fit, "schoenfeld").rows.tolist() == [7, 0, 4, 6]
    alone = residuals(cox(sample, [group, x]), "dfbeta")
    assert found.values == approx(alone.values)


def test_no_event_one_patient_and_late_rows_leave_nothing():
    quiet = cox(Survival([3, 4], [0, 0]), [x_of(1, 2)])
    assert residuals(quiet, "martingale").values.tolist() == [0, 0]
    assert residuals(quiet, "deviance").values.tolist() == [0, 0]
    assert residuals(quiet, "dfbeta").values.shape == (2, 0)
    assert residuals(quiet, "schoenfeld").values.shape == (0, 0)
    alone = cox(Survival([3], [1]), [x_of(5)])
    assert residuals(alone, "martingale").values.tolist() == [0]
    assert residuals(alone, "score").values.shape == (1, 0)
    sample = Survival([2, 3, 4, 9], [1, 1, 1, 0], entry=[-1, -1, -1, 5])
    late = cox(sample, [x_of(2, 1, 2, 7)])  # the last row is at risk at no event
    assert residuals(late, "martingale").values[3] == 0
    assert not residuals(late, "score").values[3:].any()


def test_what_cannot_be_had_is_refused():
    sample = Survival([1, 1, 2, 2], [1, 1, 1, 0])
    exact = cox(sample, [x_of(1, 0, 1, 0)], ties="exact")
    for kind in KINDS[2:]:
        with pytest.raises(SampleError, match=f"fit: {kind} residuals are not defined for ties="):
            residuals(exact, kind)
    with pytest.raises(SampleError, match="ties: score residuals, and so robust errors, are not"):
        cox(sample, [x_of(1, 0, 1, 0)], ties="exact", robust=True)
    fit = cox(sample, [x_of(1, 0, 1, 0)])
    with pytest.raises(ValueError, match="kind: expected one of"):
        residuals(fit, "pearson")
    with pytest.raises(SampleError, match="by: 2 rows, but the sample has 4"):
        residuals(fit, "score", by=[1, 2])
    with pytest.raises(SampleError, match="by: schoenfeld residuals belong to events"):
        residuals(fit, "schoenfeld", by=[1, 1, 2, 2])
    split = cox(Survival([1, 2, 3, 4], [1, 1, 0, 0]), [x_of(1, 1, 0, 0)])
    with pytest.raises(SampleError, match=r"fit: x is not estimable: monotone likelihood"):
        residuals(split, "martingale")


def test_numbers_far_from_one_do_no_harm():
    """The unit of a column changes its own residuals by the unit and nothing else."""
    case = cases()["veteran"]
    karno = case.terms[2].values
    tiny, huge = (
        cox(case.sample, [*case.terms[:2], Numeric("karno", karno * unit + 2000 * unit)])
        for unit in (1e-6, 1e6)
    )
    for kind in ("martingale", "deviance", "dfbetas"):
        assert residuals(tiny, kind).values == approx(residuals(huge, kind).values, rel=1e-7)
    ratio = residuals(huge, "score").values[:, -1] / residuals(tiny, "score").values[:, -1]
    assert ratio == approx(np.full(len(ratio), 1e12), rel=1e-6)


def test_the_deviance_of_a_group_with_several_events_by_hand():
    """sign(M) sqrt(-2 (M + N log((N - M) / N))), for N events of the group and M their residuals."""
    sample = Survival([1, 2, 3, 4, 5, 6], [1, 1, 0, 1, 1, 1])
    fit = cox(sample, [Numeric("x", [2, 0, 0, 1, 0, 2])])
    groups = ["a", "a", "a", "b", "b", "b"]
    left = residuals(fit, "martingale", by=groups).values
    events = np.array([2, 3])
    expected = np.sign(left) * np.sqrt(-2 * (left + events * np.log((events - left) / events)))
    assert residuals(fit, "deviance", by=groups).values == approx(expected)
    assert (np.abs(expected) > 0.05).all()

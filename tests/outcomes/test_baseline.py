"""Are baseline hazards, predicted curves and risk scores right by hand and against R?"""

import math

import numpy as np
import pytest
from pytest import approx

from outcomes.baseline import baseline_hazard, linear_predictors, predicted_curve, risk_scores
from outcomes.cox import cox
from outcomes.kaplan_meier import kaplan_meier
from outcomes.sample import SampleError, Survival
from outcomes.terms import Factor, Interaction, Numeric
from tests.outcomes.diagnostics_data import cases, fits, x_of

# The covariates of golden/diagnostics.R; patient 0 is the baseline.
VETERANS = (
    {"trt": "1", "celltype": "squamous", "karno": 60, "age": 55},
    {"trt": "2", "celltype": "adeno", "karno": 20, "age": 70},
)
PATIENTS = {
    "veteran": VETERANS,
    "breslow": VETERANS,
    "lung": ({"age": 70, "ph.ecog": 1},),
    "heart": ({"age": -3, "year": 2, "transplant": "1", "surgery": 1},),
    "tied": ({"karno": 40, "celltype": "large"},),
    "tied_breslow": ({"karno": 40, "celltype": "large"},),
}


def test_four_patients_by_hand():
    """x = 1, 0, 1, 0; the first, second and fourth die in turn, the third leaves on day 3.

    e = sqrt(2) as in test_residuals: steps h = 1/(2e+2), 1/(e+2), 1, sums (e-1)/2, 1/2, 3/2.
    With one death a day the variance of the baseline is sum(h^2) + (sum(h m))^2 / sum(m (1-m)),
    m = 2 - e, e - 1, 0 the means of x at risk.
    """
    e = math.sqrt(2)
    fit = cox(Survival([1, 2, 3, 4], [1, 1, 0, 1]), [x_of(1, 0, 1, 0)])
    base = baseline_hazard(fit)
    steps, means = np.array([(e - 1) / 2, 1 - e / 2, 1]), np.array([2 - e, e - 1, 0])
    variance = 1 / (means * (1 - means)).sum()
    assert base.day.tolist() == [1, 2, 4]
    assert base.hazard == approx(np.cumsum(steps))
    assert base.survival == approx(np.exp(-np.cumsum(steps)))
    assert base.std_error**2 == approx(
        np.cumsum(steps**2) + np.cumsum(steps * means) ** 2 * variance
    )
    one = predicted_curve(fit, {"x": 1})
    pull = np.cumsum(steps * (1 - means))
    assert one.hazard == approx(e * np.cumsum(steps))
    assert one.std_error**2 == approx(2 * (np.cumsum(steps**2) + pull**2 * variance))
    assert (one.at(0.5), one.hazard_at(0)) == (1.0, 0.0)
    assert one.at(3) == one.at(2) == approx(math.exp(-e / 2))
    assert one.hazard_at(99) == approx(1.5 * e)
    with pytest.raises(ValueError, match="day: expected a number from 0 on"):
        one.at(-1)


def test_two_tied_deaths_by_hand():
    """As in test_residuals: e = 2; Efron's steps 1/6 + 2/9 and 1/3, Breslow's 1/3 and 1/3."""
    sample, x = Survival([1, 1, 2, 2], [1, 1, 1, 0]), [x_of(1, 0, 1, 0)]
    assert baseline_hazard(cox(sample, x)).hazard == approx([7 / 18, 13 / 18])
    assert baseline_hazard(cox(sample, x, ties="breslow")).hazard == approx([1 / 3, 2 / 3])
    exact = cox(sample, x, ties="exact")  # the hazard is Breslow's, as in R
    e = exact.coefficient("x").hazard_ratio
    assert baseline_hazard(exact).hazard[0] == approx(2 / (2 * e + 2))


@pytest.mark.parametrize("name", cases())
def test_curves_agree_with_r(golden, name):
    """R survfit(fit, newdata) and basehaz on every fourth event day of each stratum."""
    fit = fits()[name]
    rows = golden("diagnostics_curves", model=name)
    assert {row["patient"] for row in rows} == {"0", "1", "2"} or len(PATIENTS[name]) == 1
    for key in sorted({(int(row["patient"]), int(row["stratum"])) for row in rows}):
        stratum = fit.strata[key[1]] if fit.strata else None
        if key[0]:
            offset = 0.0 if cases()[name].offset is None else 0.5
            covariates = PATIENTS[name][key[0] - 1]
            curve = predicted_curve(fit, covariates, stratum=stratum, offset=offset)
        else:
            curve = baseline_hazard(fit, stratum=stratum)
        assert curve.stratum == stratum
        mine = [row for row in rows if (int(row["patient"]), int(row["stratum"])) == key]
        places = np.searchsorted(curve.day, [int(row["day"]) for row in mine])
        assert curve.day[places].tolist() == [int(row["day"]) for row in mine]
        lower, upper = curve.limits()
        found = {
            "hazard": curve.hazard,
            "survival": curve.survival,
            "std_error": curve.std_error,
            "lower": lower,
            "upper": upper,
        }
        for column in found if key[0] else ("hazard",):
            wanted = [float(row[column]) for row in mine]
            assert found[column][places] == approx(wanted, rel=1e-8), (key, column)


@pytest.mark.parametrize("name", cases())
def test_linear_predictors_agree_with_r(golden, name):
    eta = linear_predictors(fits()[name])
    rows = golden("diagnostics_rows", model=name)
    assert eta[::5] == approx([float(row["lp"]) for row in rows[1:]], rel=1e-8, abs=1e-9)
    assert (eta**2).sum() == approx(float(rows[0]["lp"]), rel=1e-8)
    centred = linear_predictors(fits()[name], "mean")
    assert centred == approx(eta - eta.mean())
    assert risk_scores(fits()[name]) == approx(np.exp(centred))
    assert not eta.flags.writeable


def test_without_covariates_breslow_is_nelson_aalen():
    """A coefficient of 0: the hazard is sum(d/n), its variance sum(d/n^2)."""
    days, event = [1, 1, 2, 3, 3, 5] * 2, [1, 0, 1, 1, 1, 0] * 2
    fit = cox(Survival(days, event), [x_of(*[0] * 6, *[1] * 6)], ties="breslow")
    base, curve = baseline_hazard(fit), kaplan_meier(Survival(days, event))
    died = curve.died > 0
    steps = curve.died[died] / curve.at_risk[died]
    assert abs(fit.coefficient("x").beta) < 1e-12
    assert base.hazard == approx(np.cumsum(steps))
    lower, upper = base.limits(0.9)
    assert np.all(lower < base.survival) and np.all(base.survival < upper) and upper.max() <= 1


def test_interactions_follow_from_their_factors():
    case = cases()["veteran"]
    trt, cell = case.terms[:2]
    fit = cox(case.sample, [trt, cell, Interaction(trt, cell)])
    both = predicted_curve(fit, {"trt": "2", "celltype": "large"})
    beta = [fit.coefficient("trt"), fit.coefficient("celltype", "large")]
    beta.append(fit.coefficient("trt x celltype", "2 x large"))
    risk = math.exp(sum(c.beta for c in beta))
    assert both.hazard == approx(risk * baseline_hazard(fit).hazard)


def test_a_robust_fit_lends_its_covariance_to_the_curve():
    case = cases()["tied"]
    plain = predicted_curve(case.fit(), PATIENTS["tied"][0], stratum="0")
    robust = predicted_curve(case.fit(cluster=case.ids), PATIENTS["tied"][0], stratum="0")
    assert robust.hazard == approx(plain.hazard)
    assert robust.std_error != approx(plain.std_error, rel=1e-3)


def test_a_day_has_its_own_error_and_limits():
    """The columns of limits() and S se(H), read at a day; nothing is in doubt before an event."""
    fit = fits()["veteran"]
    curve = predicted_curve(fit, VETERANS[0])
    lower, upper = curve.limits(0.9)
    for row in (0, 7, len(curve.day) - 1):
        day = int(curve.day[row])
        found = curve.interval_at(day, 0.9)
        assert (found.lower, found.upper) == approx((lower[row], upper[row]), rel=1e-12)
        assert (found.level, found.kind) == (0.9, "log")
        assert curve.std_error_at(day) == approx(curve.survival[row] * curve.std_error[row])
    assert curve.interval_at(0).lower == curve.interval_at(0).upper == 1
    assert curve.std_error_at(0) == 0
    with pytest.raises(ValueError, match="day: expected a number from 0 on"):
        curve.interval_at(-1)


def test_a_constant_number_is_like_all_others_or_not_at_all():
    case = cases()["veteran"]
    karno = case.terms[2]
    fit = cox(case.sample, [karno, Numeric("dose", np.full(137, 0.1))])
    near, plain = predicted_curve(fit, {"karno": 60, "dose": 0.1}), cox(case.sample, [karno])
    assert near.hazard == approx(predicted_curve(plain, {"karno": 60}).hazard)
    with pytest.raises(SampleError, match="dose is not estimable: no event tells its values apart"):
        predicted_curve(fit, {"karno": 60, "dose": 0.2})


def test_no_value_is_the_reference_level_and_an_offset_is_a_number():
    fit = fits()["veteran"]
    named, bare = dict(VETERANS[0]) | {"trt": "1"}, dict(VETERANS[0]) | {"trt": None}
    assert np.array_equal(predicted_curve(fit, named).hazard, predicted_curve(fit, bare).hazard)
    with pytest.raises(SampleError, match="offset: expected a finite number, got nan"):
        predicted_curve(fit, named, offset=math.nan)


def test_strata_without_events_stay_at_one():
    """And a stratum has to be named, but only when there are strata."""
    sample = Survival([1, 2, 3, 4, 5, 6], [1, 1, 0, 1, 0, 0])
    centre = Factor("centre", ("a", "b"), [0, 0, 0, 0, 1, 1])
    fit = cox(sample, [x_of(1, 0, 1, 0, 1, 0)], strata=centre)
    curve = predicted_curve(fit, {"x": 1}, stratum="b")
    assert (len(curve.day), curve.at(5), curve.hazard_at(5)) == (0, 1.0, 0.0)
    with pytest.raises(SampleError, match=r"stratum: None is none of \('a', 'b'\)"):
        predicted_curve(fit, {"x": 1})
    with pytest.raises(SampleError, match="the fit has no strata, got 'a'"):
        baseline_hazard(cox(sample, [x_of(1, 0, 1, 0, 1, 0)]), stratum="a")


def test_no_event_and_one_patient_have_flat_curves():
    quiet = cox(Survival([3, 4], [0, 0]), [x_of(1, 2)])
    assert len(baseline_hazard(quiet).day) == 0
    alone = baseline_hazard(cox(Survival([3], [1]), [x_of(5)]))
    assert (alone.day.tolist(), alone.hazard.tolist(), alone.std_error.tolist()) == ([3], [1], [1])


def test_what_cannot_be_predicted_is_refused():
    case = cases()["veteran"]
    fit = fits()["veteran"]
    good = dict(VETERANS[0])
    for bad, message in (
        ({"karno": None}, "'karno' must be a number, got None"),
        ({"karno": "60"}, "'karno' must be a number, got '60'"),
        ({"karno": math.nan}, "'karno' must be a number, got nan"),
        ({"celltype": "oat"}, "'celltype' has no level 'oat'"),
        ({"trt": 1}, "'trt' has no level 1"),
        ({"dose": 1}, "no term 'dose'; there are"),
        ({"karno": -1e6}, "too far from the patients analysed"),
    ):
        with pytest.raises(SampleError, match=message):
            predicted_curve(fit, good | bad)
    with pytest.raises(SampleError, match="'age' is missing; give every term"):
        predicted_curve(fit, {name: good[name] for name in ("trt", "celltype", "karno")})
    with pytest.raises(ValueError, match="reference: expected one of"):
        linear_predictors(fit, "median")
    copy = cox(case.sample, [case.terms[2], Numeric("copy", case.terms[2].values)])
    with pytest.raises(SampleError, match="copy is not estimable: collinear"):
        predicted_curve(copy, {"karno": 60, "copy": 60})
    empty = Factor("group", ("a", "b", "c"), np.arange(137) % 2)
    with pytest.raises(SampleError, match="no patient analysed has 'group' 'c'"):
        predicted_curve(cox(case.sample, [empty]), {"group": "c"})
    no_reference = Factor("group", ("a", "b", "c"), 1 + np.arange(137) % 2)
    with pytest.raises(SampleError, match="choose a reference level that has patients"):
        baseline_hazard(cox(case.sample, [no_reference]))


def test_numbers_far_from_zero_are_predicted_where_the_patients_are():
    """Calendar years: at year 0 there is nothing to say, at 1990 there is."""
    case = cases()["veteran"]
    year = Numeric("year", 1990 + case.terms[2].values)
    fit = cox(case.sample, [year])
    plain = cox(case.sample, [case.terms[2]])
    near = predicted_curve(fit, {"year": 2050})
    wanted = predicted_curve(plain, {"karno": 60})
    assert near.hazard == approx(wanted.hazard, rel=1e-8)
    assert near.std_error == approx(wanted.std_error, rel=1e-8)

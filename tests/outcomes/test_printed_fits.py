"""What does a fit show on a console: a table that can be read, and no patient?"""

import numpy as np
import pytest

from outcomes.baseline import baseline_hazard
from outcomes.cox import cox
from outcomes.fine_gray import fine_gray
from outcomes.firth import firth
from outcomes.pooled_cox import pool_cox
from outcomes.proportional import proportional_hazards
from outcomes.reasons import Reason
from outcomes.residuals import residuals
from outcomes.sample import CompetingRisks, Survival
from outcomes.selection import SPSS_FORWARD, backward, stepwise
from outcomes.terms import Factor, Numeric


def test_the_table_of_a_cox_model(data):
    bmt = data["bmt"]
    assert str(cox(bmt.sample, list(bmt.terms.values()))).split("\n") == [
        "Cox regression, Efron ties: n = 137, events = 83",
        "term   level          HR     95% CI         P",
        "group  AML low        0.580  0.320 to 1.05  0.0739",
        "group  AML high       1.46   0.816 to 2.63  0.201",
        "group  overall, 2 df                        0.00258",
        "mtx    yes            1.38   0.842 to 2.24  0.203",
        "age                   1.00   0.980 to 1.03  0.716",
    ]


def test_a_reason_stands_in_place_of_numbers_and_says_what_helps():
    x = Numeric("x", [1, 2, 3, np.nan])
    fit = cox(Survival([1, 2, 3, 4], [1, 1, 0, 1]), [x, Numeric("copy", [1, 2, 3, 4])], robust=True)
    assert str(fit).split("\n") == [
        "Cox regression, Efron ties, robust errors: n = 3, events = 2, 1 left out",
        "term  level  HR  95% CI  P",
        f"x            {Reason.MONOTONE}; {Reason.MONOTONE.remedy}",
        f"copy         {Reason.ALIASED}; {Reason.ALIASED.remedy}",
    ]


def fits():
    rng = np.random.default_rng(3)
    days, event = np.arange(1, 61), rng.random(60) < 0.7
    sample = Survival(days, event)
    terms = [Numeric("x", rng.normal(size=60)), Factor("g", ["a", "b", "c"], np.arange(60) % 3)]
    risks = CompetingRisks(
        days, np.where(event, np.arange(60) % 2, -1), causes=["relapse", "death"]
    )
    return {
        "Cox regression, Breslow ties": cox(sample, terms, ties="breslow"),
        "Firth's Cox regression, Efron ties": firth(sample, terms, level=0.9),
        "Fine-Gray regression of relapse": fine_gray(risks, "relapse", terms),
        "Cox regression pooled over 2 data sets, Efron ties": pool_cox([cox(sample, terms)] * 2),
    }


@pytest.mark.parametrize("heading", fits())
def test_every_fit_prints_a_table_and_a_short_line(heading):
    fit = fits()[heading]
    first, columns, *rows = str(fit).split("\n")
    assert first.startswith(f"{heading}: n = 60, events")
    assert f"{100 * fit.level:g}% CI" in columns
    assert [row.split()[0] for row in rows] == ["x", "g", "g", "g"]
    assert "overall, 2 df" in rows[-1]
    assert repr(fit).startswith(f"{type(fit).__name__}(n=60, events=")
    assert repr(fit).endswith("terms=['x', 'g'])")


def test_what_hangs_on_a_fit_shows_no_patient(data):
    bmt = data["bmt"]
    fit = cox(bmt.sample, list(bmt.terms.values()))
    more = [fit.inputs, fit.model, fit.model.prepared, fit.analysed, residuals(fit, "score")]
    more += [baseline_hazard(fit), fits()["Fine-Gray regression of relapse"].model]
    assert all("array" not in repr(one) and len(repr(one)) < 100 for one in more)
    assert repr(residuals(fit, "score")) == "Residuals('score', 137 rows)"
    days = len(set(bmt.sample.days[bmt.sample.event].tolist()))
    assert repr(baseline_hazard(fit)) == f"PredictedCurve(stratum=None, events on {days} days)"


def test_every_reason_says_what_helps():
    assert all(reason.remedy for reason in Reason)
    assert Reason.NO_EVENT == "not estimable: no events"


def test_the_table_of_a_selection(data):
    bmt = data["bmt"]
    found = backward(bmt.sample, list(bmt.terms.values()))
    assert cox(bmt.sample, bmt.named("group + mtx")).term("mtx").p == pytest.approx(0.155, abs=5e-4)
    assert str(found).split("\n") == [
        "Selection of terms: n = 137, events = 83",
        "step    term  P      by",
        "remove  age   0.716  wald",
        "remove  mtx   0.155  wald",
        "kept: group",
    ]
    nothing = stepwise(Survival([1, 2], [0, 0]), [Numeric("x", [0, 1])], rule=SPSS_FORWARD)
    heading = "Selection of terms: n = 2, events = 0"
    assert str(nothing).split("\n") == [heading, "no step", "kept: none"]


def test_the_table_of_a_test_of_proportional_hazards(data):
    bmt = data["bmt"]
    same = Factor("same", ["only"], np.zeros(bmt.sample.n, dtype=int))
    found = proportional_hazards(cox(bmt.sample, [*bmt.terms.values(), same]))
    heading, columns, *rows = str(found).split("\n")
    assert heading == "Test of proportional hazards, trend over the Kaplan-Meier scale of time"
    assert columns.split() == ["term", "df", "chi-square", "P"]
    assert [row.split()[0] for row in rows] == ["group", "mtx", "age", "same", "overall"]
    overall = found.overall
    assert rows[-1].split() == ["overall", "4", f"{overall.statistic:#.3g}", f"{overall.p:#.3g}"]
    assert rows[-2].split(maxsplit=1)[1] == f"{Reason.ONE_LEVEL}; {Reason.ONE_LEVEL.remedy}"
    assert "\n" not in repr(found)

"""Does compute answer what a pencil answers, on a handful of patients?"""

from dataclasses import replace
from datetime import date, timedelta
from math import erfc, sqrt
from typing import Any

import pytest

from outcomes.endpoints import DAYS_PER_YEAR
from reports.results import FlowStep, LeftOut
from reports.study import (
    Category,
    Characteristics,
    CountOf,
    CrossTable,
    EndPoint,
    FollowUp,
    Is,
    KaplanMeierFigure,
    Known,
    LogRankP,
    MedianOf,
    MedianSurvival,
    Quantity,
    ShareOf,
    SideBySide,
    Step,
    Study,
    SurvivalTable,
)
from tests.reports.computed import compute, number, values_of

START = date(2010, 1, 1)
SEX = Category("sex", "Sex", "sex", {"M": "Male", "F": "Female"})
BOYS = (Is("sex", "M"),)
STUDY = Study(
    id="by_hand",
    version="1",
    title="By hand",
    citation="",
    doi="",
    cohort=(
        Step("all", "All", ()),
        Step("known", "Sex known", (Known("sex"),), excluded="Sex unknown"),
    ),
    end_point=EndPoint("Survival", "transplant_date"),
    convention="R",
    tables=(
        Characteristics("t1", "", "", (SEX, Quantity("age", "Age", "age_at_transplant", 1))),
        SurvivalTable("t2", "", "", SEX, at_years=10 / DAYS_PER_YEAR),
        CrossTable("t3", "", "", SEX, Category("tbi", "TBI", "tbi", {"no": "", "yes": ""})),
        SideBySide(
            "t4",
            "",
            "",
            {"known": "Known", "excluded": "Excluded"},
            (MedianSurvival("os", ""), FollowUp("time", "", "all", "maximum")),
        ),
    ),
    figures=(KaplanMeierFigure("f1", "", "", SEX, ticks_months=(0, 1)),),
    texts={
        "Sentence": (
            CountOf("boys.n", "Boys", BOYS),
            ShareOf("boys.pct", "Boys, %", BOYS, among=(Is("tbi", "yes"),)),
            MedianOf("age.boys", "Age of boys", "age_at_transplant", BOYS),
            LogRankP("sex.p", "P", SEX),
            FollowUp("alive.median", "", "survivors"),
            FollowUp("alive.months", "", "survivors", "minimum", "months"),
        )
    },
)


def child(sex: str, days: int, died: bool, age: float, tbi: str) -> dict[str, Any]:
    end = (START + timedelta(days)).isoformat()
    return {
        "patient": f"{sex}{days}{age}",
        "sex": sex,
        "tbi": tbi,
        "age_at_transplant": age,
        "transplant_date": START.isoformat(),
        "death": "yes" if died else "no",
        "death_date": end if died else None,
        "last_contact_date": end,
    }


#        died 5, died 8, left 8, died 12   |   left 40, died 61   |   sex unknown
ROWS = [
    child("M", 5, True, 2.0, "yes"),
    child("M", 8, True, 4.0, "no"),
    child("M", 8, False, 6.0, "yes"),
    child("M", 12, True, 8.0, "yes"),
    child("F", 40, False, 1.0, "no"),
    child("F", 61, True, 3.0, ""),
    child("", 7, True, 9.0, ""),
]
RESULTS = compute(ROWS, STUDY)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("t1.sex.M.n", 4),
        ("t1.sex.M.pct", 400 / 6),
        ("t1.age.median", 3.5),
        ("t2.sex.M.n", 4),
        ("t2.sex.M.deaths", 3),
        ("t2.sex.M.risk", 1),
        ("t2.sex.M.s", 50.0),  # 3/4 x 2/3
        ("t2.sex.M.median", 10.0),  # 50 % from day 8 to day 12: R takes the middle
        ("t2.sex.F.s", 100.0),
        ("t2.sex.F.median", 61.0),
        ("t2.global.n", 6),
        ("t2.global.s", 100 * 5 / 6 * 4 / 5),
        ("t3.M.yes.n", 3),
        ("t3.M.no.n", 1),
        ("t3.F.n", 1),
        ("t4.known.n", 6),
        ("t4.excluded.n", 1),
        ("t4.known.time", 61),
        ("t4.excluded.os", 7.0),
        ("boys.n", 4),
        ("boys.pct", 100.0),
        ("age.boys", 5.0),
        ("alive.median", 24.0),
        ("alive.months", 8 / 30.4375),
    ],
)
def test_the_numbers_are_those_of_the_pencil(key, value):
    assert number(RESULTS, key) == pytest.approx(value)


def test_the_log_rank_test_by_hand():
    # day 5: 4 of 6 boys; day 8: 3 of 5; day 12: 1 of 3; day 61: no boy left
    expected = 4 / 6 + 3 / 5 + 1 / 3
    variance = 4 / 6 * 2 / 6 + 3 / 5 * 2 / 5 + 1 / 3 * 2 / 3
    statistic = (3 - expected) ** 2 / variance
    assert number(RESULTS, "sex.p") == pytest.approx(erfc(sqrt(statistic / 2)))
    assert number(RESULTS, "t2.logrank.p") == number(RESULTS, "sex.p")


def test_the_convention_of_the_study_decides_the_median():
    spss = compute(ROWS, replace(STUDY, convention="SPSS"))
    assert number(spss, "t2.sex.M.median") == 8.0


def test_the_flow_counts_who_leaves():
    gone = LeftOut("Sex unknown", 1, pytest.approx(100 / 7), "flow.known.excluded")
    assert RESULTS.flow == (
        FlowStep("All", 7, None, (gone,), "flow.all"),
        FlowStep("Sex known", 6, pytest.approx(600 / 7), key="flow.known"),
    )


def test_the_figure_steps_at_deaths_and_ends_with_the_last_patient():
    boys, girls = RESULTS.figures[0].series
    days = [month * 365.25 / 12 for month in boys.months]
    assert days == pytest.approx([0, 5, 8, 12])
    assert boys.survival == pytest.approx((1, 3 / 4, 1 / 2, 0))
    assert [(m * 365.25 / 12, s) for m, s in boys.censor] == [pytest.approx((8, 0.5))]
    assert (boys.at_risk, girls.at_risk) == ((4, 0), (2, 2))
    assert RESULTS.figures[0].test == "Log-rank P = 0.091"


def test_a_curve_carried_forward_says_so():
    late = compute(
        ROWS,
        replace(STUDY, tables=(replace(STUDY.tables[1], at_years=100 / DAYS_PER_YEAR),), texts={}),
    )
    values = values_of(late)
    assert values["t2.sex.M.s"].value == 0
    assert "died, so survival is 0" in str(values["t2.sex.M.s"].footnote)
    alive = [*ROWS[:4], child("F", 40, False, 1.0, "no")]
    late = compute(
        alive,
        replace(STUDY, tables=(replace(STUDY.tables[1], at_years=100 / DAYS_PER_YEAR),), texts={}),
    )
    assert "on day 40, was the last" in str(values_of(late)["t2.sex.F.s"].footnote)


def test_what_happens_after_the_cutoff_has_not_happened():
    cut = replace(STUDY, end_point=EndPoint("Survival", "transplant_date", cutoff="2010-01-10"))
    results = compute(ROWS, cut)  # nine days after the transplant
    assert number(results, "t2.global.deaths") == 2
    assert number(results, "t4.known.time") == 9
    alive = replace(cut, texts={"": (CountOf("alive", "", (Is("death", "no"),)),)})
    assert number(compute(ROWS, alive), "alive") == 4


def test_the_event_may_be_failure_or_death():
    relapsed = [{**row, "failure_date": "2010-01-03"} for row in ROWS]
    either = EndPoint("Disease-free survival", "transplant_date", "failure or death")
    results = compute(relapsed, replace(STUDY, end_point=either))
    assert number(results, "t2.global.median") == 2
    assert "failure or death" in " ".join(results.method)

"""Do end points, horizons, fixed models and competing risks come out as the pencil says?"""

from dataclasses import replace
from datetime import date, timedelta
from math import erfc, log, sqrt
from typing import Any

import pytest

from reports.render.figures import svg
from reports.render.figures_as_numbers import numbers_of
from reports.render.html import report_page
from reports.render.pdf import pdf
from reports.results import Results
from reports.study import (
    Category,
    CumulativeIncidence,
    CumulativeIncidenceFigure,
    EndPoint,
    FollowUp,
    Is,
    KaplanMeierFigure,
    LogRankP,
    MedianOf,
    MedianSurvival,
    MultivariableCox,
    SideBySide,
    Step,
    Study,
    SurvivalAt,
    SurvivalAtHorizons,
    SurvivalTable,
    UnivariateCox,
    UnivariateLogRank,
    yes_no,
)
from tests.reports.computed import compute, number, values_of

START = date(2010, 1, 1)
SEX = Category("sex", "Sex", "sex", {"M": "Male", "F": "Female"})
TBI = yes_no("tbi", "TBI", "tbi")
TICKS = (0, 12, 24, 36)
STUDY = Study(
    id="more_by_hand",
    version="1",
    title="By hand",
    citation="",
    doi="",
    cohort=(Step("all", "All", ()),),
    end_point=EndPoint("Overall survival", "transplant_date"),
    end_points={"rfs": EndPoint("Relapse-free survival", "transplant_date", "failure or death")},
    subgroups={"boys": (Is("sex", "M"),)},
    convention="SPSS",
    tables=(
        SurvivalAtHorizons("t1", "Table 1", "", (1, 2, 3), end_points=("", "rfs")),
        SurvivalAtHorizons("t2", "Table 2", "", (2,), by=SEX),
        SurvivalTable("t3", "Table 3", "", SEX, end_point="rfs", unit="months"),
        UnivariateLogRank("t4", "Table 4", "", (SEX, TBI), at_years=2),
        CumulativeIncidence("t5", "Table 5", "", (0.5, 1, 2)),
        CumulativeIncidence("t6", "Table 6", "", (2,), by=SEX),
        SideBySide("t7", "Table 7", "", {"all": "All", "boys": "Boys"}, (
            SurvivalAt("os", "OS", 2), SurvivalAt("rfs", "RFS", 2, end_point="rfs"))),
    ),
    figures=(
        KaplanMeierFigure("f1", "Figure 1", "RFS", ticks_months=TICKS, end_point="rfs"),
        CumulativeIncidenceFigure("f2", "Figure 2", "Both causes", ticks_months=TICKS),
        CumulativeIncidenceFigure("f3", "Figure 3", "Relapse by sex", SEX, ticks_months=TICKS),
    ),
    texts={
        "Sentence": (
            SurvivalAt("os1", "", 1),
            SurvivalAt("os1.se", "", 1, "error"),
            SurvivalAt("os2.lo", "", 2, "lower"),
            MedianSurvival("os.median", "", unit="months", places=0),
            MedianSurvival("rfs.median", "", end_point="rfs", unit="years"),
            MedianSurvival("os.upper", "", statistic="upper", unit="months"),
            FollowUp("followup", "", "survivors", unit="years"),
            FollowUp("followup.days", "", "survivors", places=1),
            MedianOf("relapse", "", "days_to_failure", unit="months"),
            MedianOf("age", "", "age_at_transplant", places=1),
            LogRankP("rfs.p", "", SEX, end_point="rfs"),
        )
    },
)  # fmt: skip


def day(days: int | None) -> str | None:
    return None if days is None else (START + timedelta(days)).isoformat()


def child(
    sex: str, relapse: int | None, death: int | None, last: int, **more: Any
) -> dict[str, Any]:
    return {
        "patient": f"{sex}{last}",
        "sex": sex,
        "transplant_type": "allo",
        "allo_number": 2,
        "age_at_transplant": 8.25,
        "transplant_date": day(0),
        "failure": "no" if relapse is None else "yes",
        "failure_date": day(relapse),
        "days_to_failure": relapse,
        "death": "no" if death is None else "yes",
        "death_date": day(death),
        "last_contact_date": day(last),
        **more,
    }


ROWS = [
    child("M", None, 200, 200),
    child("M", 300, 400, 400),
    child("M", None, None, 500),
    child("M", 600, None, 900),
    child("F", None, None, 1000),
    child("F", 100, 800, 800),
]
RESULTS = compute(ROWS, STUDY)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        # Deaths on days 200 (6 at risk), 400 (5) and 800 (3).
        ("t1.global.1y.risk", 5),
        ("t1.global.1y.s", 100 * 5 / 6),
        ("t1.global.1y.se", 100 * sqrt(5 / 6 * 1 / 6 / 6)),  # nobody left before: binomial
        ("t1.global.2y.risk", 3),
        ("t1.global.2y.s", 100 * 4 / 6),
        ("t1.global.3y.s", 100 * 4 / 9),
        # First events on days 100, 200, 300 (6, 5, 4 at risk) and 600 (2).
        ("t1.rfs.global.1y.s", 50),
        ("t1.rfs.global.2y.s", 25),
        ("t1.rfs.global.2y.risk", 1),
        ("t2.sex.M.2y.s", 50),
        ("t2.sex.F.2y.s", 100),
        ("t3.global.events", 4),
        ("t3.global.median", 300 / 30.4375),
        ("t3.sex.M.n", 4),
        ("t4.sex.M.deaths", 2),
        ("t4.sex.M.s", 50),
        ("t4.sex.M.se", 25),
        # Relapses on days 100 (6 at risk), 300 (4), 600 (2); death without one on day 200 (5).
        ("t5.relapse.0.5y.ci", 100 / 6),
        ("t5.relapse.1y.ci", 100 * 2 / 6),
        ("t5.relapse.2y.ci", 100 * (2 / 6 + 1 / 2 * 1 / 2)),
        ("t5.relapse.2y.risk", 1),
        ("t5.nrm.0.5y.ci", 0),
        ("t5.nrm.2y.ci", 100 / 6),
        ("t6.sex.M.relapse.2y.ci", 100 * (3 / 4 * 1 / 3 + 1 / 2)),  # day 600: the last boy
        ("t6.sex.F.relapse.2y.ci", 50),
        ("t7.all.os", 100 * 4 / 6),
        ("t7.boys.os", 50),
        ("t7.boys.rfs", 0),
        ("os1", 100 * 5 / 6),
        ("os.median", 800 / 30.4375),
        ("rfs.median", 300 / 365.25),
        ("followup", 900 / 365.25),
        ("relapse", 300 / 30.4375),
    ],
)
def test_the_numbers_are_those_of_the_pencil(key, value):
    assert number(RESULTS, key) == pytest.approx(value, abs=1e-9)


def test_units_and_decimals_are_printed_as_asked():
    keys = ("os.median", "rfs.median", "followup", "followup.days", "relapse", "age")
    values = values_of(RESULTS)
    assert [values[key].text for key in keys] == ["26", "0.82", "2.46", "900.0", "9.9", "8.3"]


def test_deaths_are_deaths_and_other_end_points_have_events():
    tables = {table.id: table for table in RESULTS.tables}
    assert "Deaths" in tables["t4"].columns and "Events" in tables["t3"].columns
    assert tables["t1"].rows[4].label == "Relapse-free survival (6 patients, 4 events)"
    assert "Relapse-free survival: from the date of transplant" in " ".join(RESULTS.method)
    assert "patients without the event at last contact" in RESULTS.figures[0].caption


def test_the_log_rank_tests_of_a_table_and_of_the_text_are_one():
    one = compute(ROWS, replace(STUDY, texts={"": (LogRankP("p", "", SEX),)}))
    assert number(one, "p") == number(RESULTS, "t4.sex.p") != number(RESULTS, "rfs.p")


def test_an_error_of_nothing_is_a_sentence():
    value = values_of(RESULTS)["t2.sex.F.2y.se"]
    assert value.reason == "Not estimable: survival is 100% or 0%."
    assert "carried forward" in str(values_of(RESULTS)["t1.global.3y.s"].footnote)


def test_gray_compares_the_groups():
    # The example of outcomes.gray, whose P of 0.0934 is that of R cmprsk.
    rows = [child("M", 3, 4, 4), child("M", 5, 6, 6), child("F", None, 6, 6), child("F", 9, 9, 9)]
    results = compute([{**row, "patient": str(i)} for i, row in enumerate(rows)], STUDY)
    assert number(results, "t6.relapse.p") == pytest.approx(0.0934, abs=5e-5)
    assert results.figures[2].test == "Gray's test P = 0.093"
    assert number(results, "t6.relapse.p") != number(results, "t6.nrm.p")


def test_incidence_rises_from_nothing_to_the_last_patient():
    relapse, death = RESULTS.figures[1].series
    assert (relapse.rises, RESULTS.figures[0].series[0].rises) == (True, False)
    assert [month * 30.4375 for month in relapse.months] == pytest.approx([0, 100, 300, 600, 1000])
    assert relapse.survival == pytest.approx((0, 1 / 6, 1 / 3, 7 / 12, 7 / 12))
    assert death.survival == pytest.approx((0, 1 / 6, 1 / 6))
    assert relapse.at_risk == (6, 3, 1, 0)
    assert "3 and 1 events" in RESULTS.figures[1].caption


def test_the_numbers_of_an_incidence_end_with_the_last_patient():
    lines = dict(numbers_of(RESULTS.figures[1]).lines)
    assert lines["Relapse or progression"] == ("0.0% (6)", "33.3% (3)", "58.3% (1)", "(0)")
    drawn = svg(RESULTS.figures[1])
    assert "All patients" in drawn, "both causes share one row of patients at risk"
    assert "Male" in svg(RESULTS.figures[2])


def test_pages_show_every_word_and_are_read_back():
    page = report_page(RESULTS)
    assert "Cumulative incidence (%)" in page and "[no such value]" not in page
    assert pdf(RESULTS).startswith(b"%PDF")
    assert Results.from_json(RESULTS.to_json()).to_json() == RESULTS.to_json()


# --- models

BALANCED = [
    {**child(sex, None, 5 if place < deaths else None, 5), "patient": f"{sex}{tbi}{place}", "tbi": tbi}
    for sex, tbi, deaths in (("M", "no", 6), ("M", "yes", 2), ("F", "no", 3), ("F", "yes", 1))
    for place in range(10)
]  # fmt: skip


def modelled(word: MultivariableCox, rows: list[dict[str, Any]] = BALANCED) -> Results:
    tables = (UnivariateCox("t3", "", "", (SEX, TBI), ratio_places=3), word)
    return compute(rows, replace(STUDY, tables=tables, figures=(), texts={}))


def test_a_fixed_model_keeps_all_its_covariates():
    # All twelve die on one day (Breslow): the likelihood is that of two binomials, 8:4 and 9:3.
    word = MultivariableCox("t4", "", "", offered=(SEX, TBI), selection="none", ratio_places=3)
    results = modelled(word)
    values = values_of(results)
    assert number(results, "t4.sex.F.hr") == pytest.approx(0.5)
    assert number(results, "t4.tbi.yes.hr") == pytest.approx(1 / 3)
    assert (values["t4.tbi.yes.hr"].text, values["t3.sex.F.hr"].text) == ("0.333", "0.500")
    z = log(2) * sqrt(12 * 0.5 / 1.5**2)
    assert number(results, "t4.sex.F.p") == pytest.approx(erfc(z / sqrt(2)))
    assert results.tables[1].footnotes[0] == "Covariates: Sex, TBI, all of them in one model."
    assert "holds sex and TBI, in patients complete for all of them (" in " ".join(results.method)


def test_a_list_is_screened_without_a_table_of_its_own():
    # P of sex alone is 0.26, of TBI alone 0.0994.
    for selection in ("none", "backward"):
        word = MultivariableCox("t4", "", "", screened=(SEX, TBI), selection=selection)  # type: ignore[arg-type]
        values = values_of(modelled(word))
        assert values["t4.tbi.yes.hr"].value == pytest.approx(1 / 3)
        assert "t4.sex.F.hr" not in values
    nobody = MultivariableCox("t4", "", "", screened=(SEX,), selection="none")
    assert values_of(modelled(nobody))["t4.model"].reason == "No covariate passed the screen."


def test_a_fixed_model_of_few_events_is_a_sentence():
    word = MultivariableCox("t4", "", "", offered=(SEX, TBI), selection="none", end_point="rfs")
    few = [row for row in BALANCED if row["sex"] == "F"]
    assert values_of(modelled(word, few))["t4.model"].reason == (
        "Not estimated: 4 events for 1 coefficient; at least 5 each are needed."
    )


# --- nobody, nothing

ALL_WORDS = replace(
    STUDY,
    tables=(
        *STUDY.tables,
        UnivariateCox("cox", "", "", (SEX, TBI), end_point="rfs"),
        MultivariableCox("model", "", "", "cox", end_point="rfs"),
        MultivariableCox("fixed", "", "", offered=(SEX, TBI), selection="none"),
    ),
)
CASES = {
    "nobody": [],
    "one": ROWS[:1],
    "boys": ROWS[:4],
    "all alive": [child("M", None, None, 10), child("F", None, None, 20)],
    "all die on the day": [child("M", None, 0, 0), child("F", None, 0, 0)],
    "all relapse at once": [child("M", 1, 1, 1), child("F", 1, 1, 1)],
    "no last contact": [{**row, "last_contact_date": None, "death_date": None} for row in ROWS],
    "deaths without a date": [{**row, "death": "yes", "death_date": None} for row in ROWS],
    "sex unknown": [{**row, "sex": ""} for row in ROWS],
}


@pytest.mark.parametrize("case", CASES)
def test_every_cell_is_a_number_or_a_sentence_and_is_drawn(case):
    results = compute(CASES[case], ALL_WORDS)
    results.to_json()  # refuses NaN and infinity
    for key, value in values_of(results).items():
        assert (value.value is None) == bool(value.reason), key
        assert value.reason is None or value.reason.endswith("."), key
    for figure in results.figures:
        assert all(0 <= height <= 1 for s in figure.series for height in s.survival)
        svg(figure)


@pytest.mark.parametrize(
    ("case", "key", "sentence"),
    [
        ("nobody", "t1.rfs.global.1y.s", "No patients."),
        ("nobody", "t5.relapse.1y.ci", "No patients."),
        ("nobody", "t6.relapse.p", "No patients."),
        ("boys", "t6.sex.F.relapse.2y.ci", "No patients."),
        ("boys", "t6.relapse.p", "Not tested: no two levels were at risk"),
        ("all alive", "t4.sex.p", "Not tested: no deaths."),
        ("all alive", "rfs.p", "Not tested: no events."),
        ("all alive", "t5.relapse.1y.se", "Not estimable: nobody had the event by then"),
        ("all alive", "os.upper", "Not reached: survival never falls to 50%."),
        ("deaths without a date", "t5.nrm.1y.ci", "No patient with a known start and end"),
        ("sex unknown", "t6.relapse.p", "Sex is not known in any patient."),
    ],
)
def test_the_sentence_says_what_is_missing(case, key, sentence):
    assert sentence in str(values_of(compute(CASES[case], ALL_WORDS))[key].reason)


def test_a_figure_of_nobody_says_so():
    figures = compute([], STUDY).figures
    assert figures[1].series == () and figures[1].caption.endswith("No patients.")

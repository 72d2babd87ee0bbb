"""Do switches in time, landmarks and imputed models come out as the pencil says?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from math import erfc, exp, log, sqrt
from typing import Any

import pytest

from reports.criteria import Known, StudyError
from reports.render.html import report_page
from reports.render.pdf import pdf
from reports.results import Results, Table
from reports.study import (
    Category,
    EndPoint,
    ImputedCox,
    InteractionTests,
    Landmark,
    MultivariableCox,
    ProportionalHazards,
    Step,
    Study,
    Switch,
    TimeDependentCox,
    whether,
    yes_no,
)
from tests.reports.computed import compute, number, values_of

START = date(2010, 1, 1)
GOLDEN_RATIO = (sqrt(5) - 1) / 2
SEX = Category("sex", "Sex", "sex", {"M": "Male", "F": "Female"})
TBI = yes_no("tbi", "TBI", "tbi")
TREATMENT = Category(
    "treatment",
    "Treatment",
    "treatment",
    {"chemotherapy": "Chemotherapy", "palliative": "Palliative care", "second_hsct": "Transplant"},
)
GVHD = Switch("gvhd", "Chronic GvHD", "chronic_gvhd_date", yes_no("ever", "Ever", "chronic_gvhd"))
DLI = Switch("dli", "DLI", "first_dli_date")
STUDY = Study(
    id="models_by_hand",
    version="1",
    title="By hand",
    citation="",
    doi="",
    cohort=(Step("all", "All", ()),),
    end_point=EndPoint("Overall survival", "transplant_date"),
    convention="SPSS",
    tables=(
        TimeDependentCox("t1", "Table 1", "", (GVHD,)),
        Landmark("t2", "Table 2", "", GVHD, at_days=24, at_years=(0.05, 1)),
    ),
)  # fmt: skip


def day(days: int | None) -> str | None:
    return None if days is None else (START + timedelta(days)).isoformat()


def child(died: int, onset: int | None, **more: Any) -> dict[str, Any]:
    return {
        "patient": f"P{died}",
        "sex": "M",
        "tbi": "no",
        "transplant_type": "allo",
        "allo_number": 1,
        "transplant_date": day(0),
        "failure": "no",
        "failure_date": None,
        "death": "yes",
        "death_date": day(died),
        "last_contact_date": day(died),
        "chronic_gvhd": "no" if onset is None else "yes",
        "chronic_gvhd_date": day(onset),
        "first_dli_date": None,
        "treatment": "chemotherapy",
        **more,
    }


# With chronic GvHD and without, at risk on the days of death: 0:6, 0:5, 2:2, 1:2, 1:1, 1:0.
ROWS = [child(10, None), child(20, None), child(30, 25), child(40, None), child(50, None),
        child(60, 22)]  # fmt: skip
RESULTS = compute(ROWS, STUDY)


def table(results: Results, name: str) -> Table:
    return next(one for one in results.tables if one.id == name)


def hazard_ratio(sets: list[tuple[int, int]], died_with: int) -> float:
    """The ratio at which as many are expected to die with it as did; (with, without) at risk."""
    low, high = 1e-6, 1e6
    for _ in range(200):
        middle = sqrt(low * high)
        expected = sum(a * middle / (a * middle + b) for a, b in sets)
        low, high = (middle, high) if expected < died_with else (low, middle)
    return low


# --- switches in time


def test_the_ratio_of_a_switch_is_that_of_the_pencil():
    # 2 x / (1 + x) + x / (2 + x) = 1, the one who died with it while others were without.
    assert number(RESULTS, "t1.gvhd.hr") == pytest.approx(GOLDEN_RATIO, rel=1e-9)
    shares = [GOLDEN_RATIO / (1 + GOLDEN_RATIO)] * 2 + [GOLDEN_RATIO / (2 + GOLDEN_RATIO)]
    error = 1 / sqrt(sum(share * (1 - share) for share in shares))
    assert number(RESULTS, "t1.gvhd.hi") == pytest.approx(
        exp(log(GOLDEN_RATIO) + 1.959963985 * error), rel=1e-6
    )
    p = erfc(abs(log(GOLDEN_RATIO)) / error / sqrt(2))
    assert number(RESULTS, "t1.gvhd.p") == pytest.approx(p, rel=1e-6)
    assert (number(RESULTS, "t1.gvhd.n"), number(RESULTS, "t1.gvhd.deaths")) == (2, 2)


def test_immortal_time_makes_the_same_switch_look_better():
    naive = hazard_ratio([(2, 4), (2, 3), (2, 2), (1, 2), (1, 1)], died_with=1)
    assert number(RESULTS, "t1.naive.gvhd.hr") == pytest.approx(naive, rel=1e-6)
    assert naive < GOLDEN_RATIO
    assert "immortal time" in table(RESULTS, "t1").footnotes[-1]
    assert "Chronic GvHD: 2 while followed." in table(RESULTS, "t1").footnotes


@pytest.mark.parametrize(("onset", "n"), [(30, 1), (31, 1), (29, 2), (-5, 2)])
def test_a_switch_on_the_last_day_or_later_counts_for_nothing(onset, n):
    results = compute([*ROWS[:2], child(30, onset), *ROWS[3:]], STUDY)
    assert number(results, "t1.gvhd.n") == n
    told = " ".join(table(results, "t1").footnotes)
    assert ("1 too late to count" in told) == (n == 1)
    assert ("1 before the first day" in told) == (onset < 0)


def test_a_switch_on_an_unknown_day_leaves_its_patient_out():
    unknown = {"chronic_gvhd_date": None}
    rows = [*ROWS, child(70, 5, **unknown), child(80, None, chronic_gvhd="")]
    results = compute(rows, STUDY)
    assert number(results, "t1.gvhd.hr") == pytest.approx(GOLDEN_RATIO, rel=1e-9)
    assert table(results, "t1").n == 6
    assert (
        "Left out: 1 with chronic GvHD on an unknown day; "
        "1 of whom nobody knows whether chronic GvHD happened."
    ) in table(results, "t1").footnotes
    assert number(results, "t2.left_out.unknown") == 2


def test_covariates_are_counted_by_patient_and_not_by_row():
    word = TimeDependentCox("t1", "", "", (GVHD,), (SEX,))
    rows = [
        {**row, "patient": f"{sex}{row['patient']}", "sex": sex} for row in ROWS for sex in "MF"
    ]
    results = compute(rows, replace(STUDY, tables=(word,)))
    assert (number(results, "t1.sex.M.n"), number(results, "t1.sex.F.deaths")) == (6, 6)
    assert number(results, "t1.sex.F.hr") == pytest.approx(1)
    unknown = compute([*rows, child(90, None, sex="")], replace(STUDY, tables=(word,)))
    assert "Left out: 1 with a missing covariate." in table(unknown, "t1").footnotes


def test_a_published_ratio_is_told_against_the_reference_asked_for():
    model = MultivariableCox("m", "Table M", "", offered=(TREATMENT,), selection="none")
    word = TimeDependentCox(
        "t", "", "", (GVHD,), beside="m", compared=TREATMENT, against="palliative"
    )
    treatments = ("chemotherapy", "palliative", "second_hsct")
    rows = [
        child(10 * place + step, None, patient=f"{place}{step}", treatment=one)
        for place in range(1, 7)
        for step, one in enumerate(treatments)
    ]
    results = compute(rows, replace(STUDY, tables=(model, word)))
    first = number(results, "m.treatment.palliative.hr")
    second = number(results, "m.treatment.second_hsct.hr")
    assert number(results, "t.published.treatment.chemotherapy.hr") == pytest.approx(1 / first)
    assert number(results, "t.published.treatment.second_hsct.hr") == pytest.approx(second / first)
    labels = [row.label for row in table(results, "t").rows if row.heading]
    assert "Biased: Table M, counted from the first day, against palliative care" in labels


# --- landmark


def test_the_landmark_is_that_of_the_pencil():
    # Four live beyond day 24; one had chronic GvHD by then, and one has it on day 25, too late.
    assert [number(RESULTS, f"t2.{level}.n") for level in ("no", "yes")] == [3, 1]
    assert number(RESULTS, "t2.no.0.05y.s") == pytest.approx(100 / 3)  # deaths 6 and 16 days on
    assert number(RESULTS, "t2.no.0.05y.risk") == 1
    assert number(RESULTS, "t2.yes.0.05y.s") == pytest.approx(100)
    expected, variance = 1 / 4 + 1 / 3 + 1 / 2 + 1, 3 / 16 + 2 / 9 + 1 / 4
    chi2 = (1 - expected) ** 2 / variance
    assert number(RESULTS, "t2.logrank.p") == pytest.approx(erfc(sqrt(chi2 / 2)))
    assert (number(RESULTS, "t2.left_out.event"), number(RESULTS, "t2.left_out.censored")) == (2, 0)
    assert any(
        "1 with chronic GvHD after day 24" in note for note in table(RESULTS, "t2").footnotes
    )


def test_who_leaves_on_the_day_of_the_landmark_is_left_out():
    left = child(24, None, death="no", death_date=None)
    results = compute([*ROWS, left, child(61, 24)], STUDY)
    assert number(results, "t2.left_out.censored") == 1
    assert number(results, "t2.yes.n") == 2


# --- imputation

SIDES = [
    child(10 * place + step, None, patient=f"{place}{step}", treatment=one, sex="MF"[place % 2])
    for place in range(1, 11)
    for step, one in enumerate(("chemotherapy", "palliative"))
]
MODEL = MultivariableCox("m", "Table M", "", offered=(TREATMENT, SEX), selection="none")
TWO = replace(TREATMENT, levels={"chemotherapy": "Chemotherapy", "palliative": "Palliative care"})
MODEL_OF_TWO = replace(MODEL, offered=(TWO, SEX))
IMPUTED = replace(STUDY, tables=(MODEL_OF_TWO, ImputedCox("i", "", "", "m", TWO, times=5)))


def test_where_nothing_is_missing_the_two_models_are_one():
    results = compute(SIDES, IMPUTED)
    for part in ("hr", "lo", "hi"):
        one = number(results, f"i.complete.treatment.palliative.{part}")
        assert one == number(results, f"m.treatment.palliative.{part}")
    assert number(results, "i.imputed.treatment.palliative.hr") == pytest.approx(
        number(results, "i.complete.treatment.palliative.hr")
    )
    assert number(results, "i.imputed.treatment.palliative.fmi") < 0.2
    assert "Treatment is known in all 20 patients." in table(results, "i").footnotes


def test_the_imputed_count_and_no_one_is_left_out():
    lost = [{**row, "treatment": ""} if row["patient"] == "30" else row for row in SIDES]
    lost = [{**row, "sex": ""} if row["patient"] == "41" else row for row in lost]
    results = compute(lost, IMPUTED)
    assert (number(results, "i.complete.n"), number(results, "i.imputed.n")) == (18, 20)
    assert number(results, "i.imputed.deaths") == 20
    told = " ".join(table(results, "i").footnotes)
    assert "Imputed: Treatment, missing in 1 of 20 patients, 5 times" in told
    assert "so that nobody is left out: Sex (1)." in told
    assert number(results, "i.imputed.treatment.palliative.fmi") > 0


def test_a_seed_gives_the_same_bytes_and_another_seed_others():
    lost = [{**row, "treatment": ""} if row["patient"] < "40" else row for row in SIDES]
    again = compute(list(reversed(lost)), IMPUTED)
    assert compute(lost, IMPUTED).to_json() == again.to_json()
    other = ImputedCox("i", "", "", "m", TWO, times=5, seed=2)
    key = "i.imputed.treatment.palliative.hr"
    results = compute(lost, replace(IMPUTED, tables=(MODEL_OF_TWO, other)))
    assert number(results, key) != number(again, key)


# --- nobody, nothing

EVERY = replace(
    STUDY,
    tables=(
        *STUDY.tables,
        MODEL_OF_TWO,
        ImputedCox("i", "", "", "m", TWO, (TBI,), times=2),
        InteractionTests("x", "", "", "m"),
        InteractionTests("pair", "", "", "m", ((SEX, TBI),)),
        ProportionalHazards("z", "", "", "m"),
        TimeDependentCox("d", "", "", (DLI, GVHD), (SEX,), interacts=SEX),
        TimeDependentCox("b", "", "", (DLI,), (TBI,), TBI, "m", TWO, "palliative"),
        Landmark("l", "", "", DLI, 5000),
    ),
)
ALIVE = {"death": "no", "death_date": None}
CASES: dict[str, list[dict[str, Any]]] = {
    "nobody": [],
    "one": SIDES[:1],
    "full": [{**row, "chronic_gvhd_date": day(3), "chronic_gvhd": "yes"} for row in SIDES[::2]]
    + SIDES[1::2],
    "all alive": [{**row, **ALIVE} for row in SIDES],
    "one dead": [SIDES[0], *({**row, **ALIVE} for row in SIDES[1:])],
    "all die on the day": [{**row, "death_date": day(0)} for row in SIDES],
    "all changed": [{**row, "first_dli_date": day(0)} for row in SIDES],
    "changed before": [{**row, "first_dli_date": day(-9)} for row in SIDES],
    "treatment unknown": [{**row, "treatment": ""} for row in SIDES],
    "sex unknown": [{**row, "sex": ""} for row in SIDES],
    "one treatment": [{**row, "treatment": "palliative"} for row in SIDES],
    "no last contact": [{**row, "last_contact_date": None, "death_date": None} for row in SIDES],
    "onset unknown": [{**row, "chronic_gvhd": "yes"} for row in SIDES],
}


@pytest.mark.parametrize("case", CASES)
def test_every_cell_is_a_number_or_a_sentence(case):
    results = compute(CASES[case], EVERY)
    results.to_json()  # refuses NaN and infinity
    for key, value in values_of(results).items():
        assert (value.value is None) == bool(value.reason), key
        assert value.reason is None or value.reason.endswith("."), (key, value.reason)


@pytest.mark.parametrize(
    ("case", "key", "sentence"),
    [
        ("nobody", "t1.gvhd.hr", "No patients."),
        ("nobody", "i.model", "No patient is complete for the candidates."),
        ("nobody", "x.pairs", "Not tested: there is no final model."),
        ("nobody", "t2.logrank.p", "No patients."),
        ("all alive", "t1.gvhd.hr", "Not estimated: no deaths."),
        ("all alive", "i.model", "Not estimated: no deaths."),
        ("all alive", "z.global.p", "Not tested: there is no final model."),
        ("all alive", "t2.logrank.p", "Not tested: no deaths."),
        ("full", "d.dli.hr", "Not estimated: nobody had DLI while followed."),
        ("full", "d.dli.sex.p", "Not tested: nobody had DLI while followed."),
        ("full", "l.no.1y.s", "Nobody is followed beyond day 5000 with a known group."),
        ("full", "pair.sex.tbi.p", "Not tested: TBI not in the final model."),
        ("one dead", "d.sex.F.hr", "Not estimated: 1 death for 1 coefficient; at least 5 each"),
        ("treatment unknown", "i.model", "No patient is complete for the candidates."),
        ("treatment unknown", "b.published", "No patient is complete for the candidates."),
        ("sex unknown", "d.dli.hr", "No patient is complete for the covariates."),
        ("onset unknown", "t1.gvhd.hr", "No patient is complete for the covariates."),
    ],
)
def test_the_sentence_says_what_is_missing(case, key, sentence):
    assert sentence in str(values_of(compute(CASES[case], EVERY))[key].reason)


def test_a_treatment_that_nobody_in_the_population_has_is_not_imputed():
    steps = (
        Step("all", "All", ()),
        Step("known", "Known", (Known("treatment"),), excluded="Unknown"),
    )
    word = ImputedCox("i", "", "", "m", TWO, on="excluded")
    study = replace(IMPUTED, cohort=steps, tables=(MODEL_OF_TWO, word))
    lost = [{**row, "patient": f"x{row['patient']}", "treatment": ""} for row in SIDES]
    value = values_of(compute([*SIDES, *lost], study))["i.imputed.treatment.palliative.hr"]
    assert value.reason == "Not imputed: Treatment not known in any patient."


def test_what_is_not_in_the_final_model_is_not_imputed():
    word = ImputedCox("i", "", "", "m", TBI)
    results = compute(SIDES, replace(IMPUTED, tables=(MODEL_OF_TWO, word)))
    value = values_of(results)["i.imputed.treatment.palliative.hr"]
    assert value.reason == "Not imputed: TBI is not in the final model."


def test_a_model_without_variables_has_nothing_to_impute_or_to_test():
    empty = MultivariableCox("m", "", "", offered=(SEX,), remove_above=1e-9, enter_below=1e-10)
    values = values_of(compute(SIDES, replace(EVERY, tables=(empty, *EVERY.tables[3:7]))))
    assert values["m.model"].reason == values["i.model"].reason == "No variable was kept."
    assert values["x.pairs"].reason == "Not tested: there is no final model."
    assert values["z.global.p"].reason == "Not tested: there is no final model."
    one = replace(empty, selection="none")
    values = values_of(compute(SIDES, replace(EVERY, tables=(one, *EVERY.tables[3:7]))))
    assert values["x.pairs"].reason == "Not tested: the final model holds fewer than two groupings."
    assert values["z.sex.p"].value == values["z.global.p"].value


def test_pages_show_every_word_and_are_read_back():
    results = compute(CASES["full"], EVERY)
    assert "Biased" in report_page(results) and pdf(results).startswith(b"%PDF")
    assert Results.from_json(results.to_json()).to_json() == results.to_json()
    lost = [{**row, "treatment": ""} if row["patient"] < "12" else row for row in CASES["full"]]
    told = " ".join(compute(lost, EVERY).method)
    for phrase in ("Rubin's rules", "Grambsch", "one at a time", "immortal time", "(landmark)"):
        assert phrase in told


@pytest.mark.parametrize(
    ("word", "message"),
    [
        (lambda: ImputedCox("i", "", "", "m", TWO, times=1), "at least two times"),
        (lambda: ImputedCox("i", "", "", "m", TWO, seed=-1), "a seed is 0 or more"),
        (lambda: InteractionTests("x", "", "", "m", ((SEX, SEX),)), "interact with itself"),
        (lambda: Switch("s", "", "death"), "is a yes_no, not a date"),
        (lambda: Switch("s", "", "death_date", TREATMENT), "has two levels"),
        (lambda: TimeDependentCox("t", "", "", ()), "at least one switch"),
        (lambda: TimeDependentCox("t", "", "", (DLI, DLI)), "have one name, or"),
        (lambda: TimeDependentCox("t", "", "", (DLI,), (SEX,), TBI), "'tbi' is none of its"),
        (lambda: TimeDependentCox("t", "", "", (DLI,), beside="m"), "come together"),
        (
            lambda: TimeDependentCox("t", "", "", (DLI,), (), None, "m", TWO, "paliative"),
            "Did you mean 'palliative'",
        ),
        (lambda: Landmark("l", "", "", DLI, 0), "whole days"),
        (lambda: Landmark("l", "", "", DLI, 90, (2, 1)), "each after the one before it"),
        (lambda: whether("w", "", "treatment"), "name some of the codes"),
        (lambda: whether("w", "", "treatment", "dil"), "Did you mean 'dli'"),
        (lambda: replace(EVERY, tables=(InteractionTests("x", "", "", "n"),)), "MultivariableCox"),
        (lambda: replace(EVERY, tables=(ImputedCox("x", "", "", "n", TWO),)), "MultivariableCox"),
    ],
)
def test_a_word_that_cannot_be_meant_fails_when_written(word: Callable[[], object], message: str):
    with pytest.raises(StudyError, match=message):
        word()

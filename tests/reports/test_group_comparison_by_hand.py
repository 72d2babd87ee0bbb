"""Does a table of groups say what a pencil says: counts, means, and the P of the test that it names?"""

from __future__ import annotations

from dataclasses import replace
from math import erfc, exp, sqrt
from typing import Any

import pytest

from reports.render.html import report_page
from reports.render.pdf import pdf
from reports.results import Results, Row, Table
from reports.study import (
    Category,
    EndPoint,
    GroupComparison,
    Is,
    Quantity,
    Step,
    Study,
    StudyError,
    TimeBetween,
    TransplantsOf,
    yes_no,
)
from tests.reports.computed import compute, number, values_of

SEX = Category("sex", "Sex", "sex", {"M": "Boys", "F": "Girls"})
RISK = Category(
    "risk", "Risk", "bfm_risk_group", {"standard": "Low", "medium": "Middle", "high": "High"}
)
TBI = yes_no("tbi", "TBI", "tbi")
AGE = Quantity("age", "Age", "age_at_transplant", places=1)
TABLE = GroupComparison("t1", "Table 1", "Groups", SEX, (TBI, RISK, AGE), paper_test="one-sided")
STUDY = Study(
    id="groups_by_hand",
    version="1",
    title="By hand",
    citation="",
    doi="",
    cohort=(Step("all", "All", ()),),
    subgroups={"boys": (Is("sex", "M"),)},
    end_point=EndPoint("Survival", "transplant_date"),
    convention="SPSS",
    tables=(TABLE,),
    texts={
        "Times": (
            TransplantsOf("transplants", "Transplants"),
            TimeBetween("days", "Days", "transplant_date", "failure_date"),
            TimeBetween("first", "", "transplant_date", "failure_date", statistic="minimum"),
            TimeBetween(
                "last", "", "transplant_date", "failure_date", (Is("sex", "F"),), "", "maximum"
            ),
            TimeBetween("none", "", "transplant_date", "car_t_date", unit="years"),
        )
    },
)


def child(place: int, sex: str, tbi: str = "", age: float | None = None, **more: Any) -> Any:
    return {"patient": f"{place:03}", "sex": sex, "tbi": tbi, "age_at_transplant": age, **more}


def answered(rows: list[Any], **change: Any) -> Results:
    """The study with the word changed, on these rows."""
    convention = change.pop("convention", "SPSS")
    study = replace(STUDY, tables=(replace(TABLE, **change),), convention=convention)
    return compute(rows, study)


def reason(results: Results, key: str) -> str | None:
    return values_of(results)[key].reason


def labels(results: Results) -> list[str]:
    return [row.label for row in table_of(results).rows]


def table_of(results: Results) -> Table:
    return results.tables[0]


def row_of(results: Results, label: str) -> Row:
    return next(row for row in table_of(results).rows if row.label == label)


# Three of four boys and one of four girls with TBI; the boys are younger but for one.
EIGHT = [
    *(child(n, "M", tbi, age) for n, (tbi, age) in enumerate(zip(("yes",) * 3 + ("no",), (1, 2, 3, 8), strict=True))),
    *(child(n + 4, "F", tbi, age) for n, (tbi, age) in enumerate(zip(("yes",) + ("no",) * 3, (4, 5, 6, 7), strict=True))),
]  # fmt: skip


def test_fisher_adds_up_the_tables_as_rare_as_this_one() -> None:
    """Of the 70 ways to choose 4 of 8, 1, 16, 36, 16, 1 have 0 to 4 boys with TBI."""
    results = answered(EIGHT)
    assert number(results, "t1.tbi.yes.M.n") == 3
    assert number(results, "t1.tbi.yes.M.pct") == 75
    assert number(results, "t1.tbi.no.F.pct") == 75
    assert number(results, "t1.tbi.p") == pytest.approx(34 / 70)
    assert number(results, "t1.tbi.p1") == pytest.approx(17 / 70)
    assert number(results, "t1.sex.M.n") == 4
    assert number(results, "t1.sex.F.pct") == 50
    assert table_of(results).n == 8


def test_ranks_are_compared_as_spss_does_or_as_r_does() -> None:
    """The boys are ahead in 4 of 16 pairs; 8 are expected, with a variance of 4 * 4 * 9 / 12."""
    for convention, distance in (("SPSS", 4), ("R", 3.5)):
        results = answered(EIGHT, convention=convention)
        assert number(results, "t1.age.p") == pytest.approx(erfc(distance / sqrt(12) / sqrt(2)))
        assert number(results, "t1.age.M.median") == 2.5
        assert number(results, "t1.age.M.minimum") == 1
        assert number(results, "t1.age.F.maximum") == 7
        assert labels(results)[-4:] == ["Age, years", "Median", "Minimum", "Maximum"]
        assert "t1.age.p1" not in values_of(results)


def test_means_and_standard_deviations_by_the_test_that_is_stated() -> None:
    """2 ± 1 and 4 ± 1, three of each: t = sqrt(6) with 4 degrees of freedom."""
    ages = (("M", 1), ("M", 2), ("M", 3), ("F", 3), ("F", 4), ("F", 5))
    rows = [child(n, sex, age=age) for n, (sex, age) in enumerate(ages)]
    results = answered(rows, quantities="mean", quantity_test="t")
    assert number(results, "t1.age.M.mean") == 2
    assert number(results, "t1.age.F.sd") == 1
    stretch = sqrt(6) / sqrt(1 + 6 / 4)
    half = 3 / 8 * stretch * (1 - 6 / (12 * (1 + 6 / 4)))
    assert number(results, "t1.age.p") == pytest.approx(1 - 2 * half)
    assert "Welch's t test (age)" in " ".join(table_of(results).footnotes)
    assert "Welch" in " ".join(results.method)
    ranked = answered(rows, quantities="mean")
    # Ranks 1, 2, 3.5 and 3.5, 5, 6: 0.5 of 9 pairs, variance 9/12 * (7 - 6 / 30) with one tie.
    z = (4.5 - 0.5) / sqrt(9 / 12 * (7 - 6 / 30))
    assert number(ranked, "t1.age.p") == pytest.approx(erfc(z / sqrt(2)))
    assert "without correction for continuity (age)" in " ".join(table_of(ranked).footnotes)


def test_pearson_where_ten_and_more_are_expected() -> None:
    """10 of 20 and 5 of 20: 40 * (10 * 15 - 10 * 5)^2 / (20 * 20 * 15 * 25) = 8 / 3."""
    answers = ["yes"] * 10 + ["no"] * 10 + ["yes"] * 5 + ["no"] * 15
    rows = [child(n, "M" if n < 20 else "F", tbi) for n, tbi in enumerate(answers)]
    results = answered(rows)
    assert number(results, "t1.tbi.p") == pytest.approx(erfc(sqrt(8 / 3 / 2)))
    assert number(results, "t1.tbi.p1") == pytest.approx(0.0954, abs=1e-4)
    assert "Pearson chi-square (TBI)" in " ".join(table_of(results).footnotes)


def test_three_levels_by_the_exact_test_and_as_the_paper_by_pearson() -> None:
    """Low and middle are boys, both high are girls: 2 of the 6 ways are as rare; chi-square 4."""
    risks = ("standard", "medium", "high", "high")
    rows = [child(n, "MMFF"[n], bfm_risk_group=risk) for n, risk in enumerate(risks)]
    results = answered(rows)
    assert number(results, "t1.risk.p") == pytest.approx(1 / 3)
    assert number(results, "t1.risk.p1") == pytest.approx(exp(-2))
    assert "Pearson" in str(values_of(results)["t1.risk.p1"].footnote)


def test_three_groups_by_kruskal_and_wallis() -> None:
    """Ranks 1 to 6, two in each group: H = 12 / 42 * (9 + 49 + 121) / 2 - 21."""
    risks = ("standard", "standard", "medium", "medium", "high", "high")
    rows = [child(n, "M", age=n, bfm_risk_group=risk) for n, risk in enumerate(risks)]
    results = answered(rows, by=RISK, of=(AGE, TBI), paper_test="two-sided")
    assert number(results, "t1.age.p") == pytest.approx(exp(-(12 / 42 * 179 / 2 - 21) / 2))
    assert table_of(results).columns == ("Low", "%", "Middle", "%", "High", "%", "P")
    assert "t1.tbi.p1" not in values_of(results)


def test_unknown_values_are_told_and_not_counted() -> None:
    rows = [*EIGHT, child(8, "M"), child(9, "", "yes", 5)]
    results = answered(rows)
    assert number(results, "t1.tbi.yes.M.pct") == 75
    assert number(results, "t1.tbi.missing.M.n") == 1
    assert number(results, "t1.tbi.missing.F.n") == 0
    assert number(results, "t1.age.missing.M.n") == 1
    assert number(results, "t1.tbi.p") == pytest.approx(34 / 70)
    assert labels(results).count("Missing") == 3
    assert (table_of(results).n, number(results, "t1.sex.M.n")) == (9, 5)
    assert table_of(results).footnotes[-1] == "Left out, as the sex is not known: 1."
    assert "Missing" not in labels(answered(EIGHT, of=(TBI, AGE)))


def test_a_characteristic_that_nobody_knows_is_a_sentence() -> None:
    results = answered(EIGHT)
    for key in ("t1.risk.p", "t1.risk.p1", "t1.risk.high.M.pct"):
        assert reason(results, key) == "Not known in any patient."
    ageless = answered([child(n, "MF"[n % 2]) for n in range(4)])
    for key in ("t1.age.p", "t1.age.M.median"):
        assert reason(ageless, key) == "Not known in any patient."


def test_a_group_without_patients_is_not_tested() -> None:
    results = answered(EIGHT[:4])
    assert number(results, "t1.sex.F.n") == 0
    assert reason(results, "t1.tbi.yes.F.pct") == "No patients."
    assert reason(results, "t1.age.F.median") == "No patients."
    for key in ("t1.tbi.p", "t1.tbi.p1", "t1.age.p"):
        assert str(reason(results, key)).startswith("Not tested: fewer than two groups")


def test_one_value_for_all_is_not_tested() -> None:
    rows = [child(n, "MF"[n % 2], "yes", 7) for n in range(6)]
    results = answered(rows)
    for key in ("t1.tbi.p", "t1.tbi.p1", "t1.age.p"):
        assert reason(results, key) == "Not tested: all patients have the same."
    means = answered(rows, quantities="mean", quantity_test="t")
    assert str(reason(means, "t1.age.p")).startswith("Not tested: no spread")
    single = answered(rows[:2], quantities="mean")
    assert reason(single, "t1.age.M.sd") == "Not estimable from one patient."


def test_nobody_at_all_is_a_table_of_sentences() -> None:
    results = answered([], on="boys")
    for key, value in values_of(results).items():
        assert value.value in (0, None), key
        assert value.value == 0 or str(value.reason).endswith("."), key


def test_three_levels_of_whom_only_two_occur_are_a_table_of_two_by_two() -> None:
    risks = ("standard",) * 3 + ("high", "standard") + ("high",) * 3
    rows = [child(n, "M" if n < 4 else "F", bfm_risk_group=risk) for n, risk in enumerate(risks)]
    results = answered(rows)
    assert number(results, "t1.risk.p") == pytest.approx(34 / 70)
    assert number(results, "t1.risk.p1") == pytest.approx(17 / 70)
    assert number(results, "t1.risk.medium.M.n") == 0


def test_the_order_of_rows_changes_nothing() -> None:
    assert answered(EIGHT).to_json() == answered(EIGHT[::-1]).to_json()


def test_page_and_document_take_the_table() -> None:
    results = answered(EIGHT)
    page = report_page(results)
    assert "P, one-sided as the paper" in page
    assert "Mann-Whitney" in page
    assert pdf(results).startswith(b"%PDF")
    told = " ".join(results.method)
    assert "Table 1 compares groups, each characteristic by the test named below" in told
    assert "One-sided P values, as the paper computed them" in told


def test_times_between_two_dates_and_transplants() -> None:
    dates = {"transplant_date": "2010-01-01"}
    rows = [
        child(1, "M", **dates, failure_date="2010-01-11"),
        child(2, "M", **dates, failure_date="2010-01-31", second_transplant_date="2010-03-01"),
        child(3, "F", **dates, failure_date="2010-01-02"),
        child(4, "F", **dates),
    ]
    results = compute(rows, STUDY)
    assert number(results, "transplants") == 5
    assert number(results, "days") == 10
    assert number(results, "first") == 1
    assert number(results, "last") == 1
    assert reason(results, "none") == "No patient with both dates."


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"by": Category("sex", "", "sex", {"M": ""})}, "has one level"),
        ({"of": (TBI, TBI)}, "tbi is used twice"),
        ({"of": (SEX,)}, "sex is used twice"),
        ({"by": RISK, "of": (AGE,), "quantity_test": "t"}, "the t test is for two groups"),
    ],
)
def test_a_table_that_cannot_be_meant_fails_when_written(
    change: dict[str, Any], message: str
) -> None:
    with pytest.raises(StudyError, match=message):
        replace(TABLE, **change)


def test_a_time_needs_two_dates() -> None:
    with pytest.raises(StudyError, match="is a code, not a date"):
        TimeBetween("k", "", "transplant_date", "sex")
    with pytest.raises(StudyError, match="no population 'girls'"):
        replace(STUDY, tables=(replace(TABLE, on="girls"),))

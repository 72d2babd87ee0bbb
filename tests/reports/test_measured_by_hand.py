"""Are a number in a Cox model, and the years of a study, what they must be by pencil?"""

from dataclasses import replace

import pytest

from reports.results import Results
from reports.study import (
    Bands,
    EndPoint,
    Measured,
    MultivariableCox,
    Step,
    Study,
    UnivariateCox,
    YearOf,
)
from tests.reports.computed import compute, number, values_of
from tests.reports.roux_columns import roux_rows

# A number of 0 or 1 is a grouping of two levels: both must give the same hazard ratio.
AS_LEVELS = Bands("levels", "ECOG", "ecog", {"0": 0, "1": 1})
AS_NUMBER = Measured("number", "ECOG", "ecog")
PER_TWO = Measured("two", "ECOG", "ecog", per=2)
NOBODY = Measured("nobody", "Ferritin", "ferritin", per=1000)
STUDY = Study(
    id="measured",
    version="1",
    title="",
    citation="",
    doi="",
    cohort=(Step("all", "All", ()),),
    end_point=EndPoint("Overall survival", "transplant_date"),
    convention="SPSS",
    tables=(
        UnivariateCox("t1", "Table 1", "", (AS_LEVELS, AS_NUMBER, PER_TWO, NOBODY)),
        MultivariableCox("t2", "Table 2", "", offered=(AS_NUMBER,), selection="none"),
    ),
    texts={
        "Years": (
            YearOf("first", "", "transplant_date", "first"),
            YearOf("last", "", "transplant_date", "last"),
            YearOf("dli", "", "first_dli_date", "last", on="all"),
        )
    },
)


def answers(**more: object) -> Results:
    rows = [
        {**row, "ecog": float(position % 3 == 0), **more}
        for position, row in enumerate(roux_rows()[:60])
    ]
    rows[0]["ecog"] = None
    return compute(rows, STUDY)


RESULTS = answers(first_dli_date=None)


@pytest.mark.parametrize("part", ["hr", "lo", "hi", "p"])
def test_a_number_of_0_and_1_is_a_grouping_of_two_levels(part: str) -> None:
    assert number(RESULTS, f"t1.number.{part}") == pytest.approx(
        number(RESULTS, f"t1.levels.1.{part}")
    )
    assert number(RESULTS, f"t2.number.{part}") == number(RESULTS, f"t1.number.{part}")


def test_a_step_of_two_squares_the_ratio_and_leaves_p() -> None:
    one, two = (number(RESULTS, f"t1.{name}.hr") for name in ("number", "two"))
    assert two == pytest.approx((one or 0) ** 2)
    assert number(RESULTS, "t1.two.p") == pytest.approx(number(RESULTS, "t1.number.p"))


def test_a_number_has_one_line_with_its_unit_and_step() -> None:
    labels = [row.label for row in RESULTS.tables[0].rows]
    assert labels[3:] == [
        "ECOG: per 1 more",
        "ECOG: per 2 more",
        "Ferritin, ng/mL: per 1000 more",
    ]
    assert number(RESULTS, "t1.number.n") == 59  # one is not known
    deaths = [number(RESULTS, f"t1.levels.{level}.deaths") or 0 for level in "01"]
    assert number(RESULTS, "t1.number.deaths") == sum(deaths)


def test_what_nobody_has_and_what_all_have_alike_is_a_sentence() -> None:
    assert "not known in any patient" in str(values_of(RESULTS)["t1.nobody.hr"].reason)
    alike = values_of(answers(ferritin=800.0))["t1.nobody.hr"]
    assert alike.value is None and str(alike.reason).startswith("Not estimable")


def test_years_are_those_of_the_first_and_the_last_date() -> None:
    years = sorted(str(row["transplant_date"])[:4] for row in roux_rows()[:60])
    assert (number(RESULTS, "first"), number(RESULTS, "last")) == (int(years[0]), int(years[-1]))
    assert values_of(RESULTS)["dli"].reason == "No patients."
    nobody = compute([], replace(STUDY, tables=()))
    assert values_of(nobody)["first"].reason == "No patients."

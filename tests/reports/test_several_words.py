"""Do words that come several at once mean what they would say one by one?"""

import pytest

from reports.study import (
    ACUTE_GVHD,
    IN_REMISSION,
    FollowUp,
    Is,
    LogMinusLogFigure,
    MedianOf,
    MultivariableCox,
    ShareOf,
    StudyError,
    SurvivalTable,
    Switch,
    TimeBetween,
    happened,
    in_each,
    log_minus_log_of,
    median_and_range,
    median_of_each,
    share_of_each,
    yes_no,
)

ATG = yes_no("atg", "Antithymocyte globulin", "atg")
TBI = yes_no("tbi", "TBI", "tbi")


def test_the_same_tables_in_each_subgroup_are_numbered_on():
    tables = in_each(
        ("ALL", "AML"),
        SurvivalTable("s8", "Table S8", "Survival", ATG, at_years=2),
        MultivariableCox("s9", "Table S9", "Cox model", offered=(ATG,)),
    )
    assert tables == (
        SurvivalTable("s8", "Table S8", "Survival, ALL", ATG, at_years=2, on="ALL"),
        MultivariableCox("s9", "Table S9", "Cox model, ALL", offered=(ATG,), on="ALL"),
        SurvivalTable("s10", "Table S10", "Survival, AML", ATG, at_years=2, on="AML"),
        MultivariableCox("s11", "Table S11", "Cox model, AML", offered=(ATG,), on="AML"),
    )


def test_what_has_no_number_cannot_be_counted_on():
    with pytest.raises(StudyError, match="'Table S' does not end with a number"):
        in_each(("ALL",), SurvivalTable("s1", "Table S", "", ATG))


def test_a_share_and_a_median_of_each_level_know_joined_codes():
    late = Is("acute_gvhd_grade", "II", "III", "IV", "II-IV")
    assert ACUTE_GVHD.at("II-IV") == (late,)
    assert ACUTE_GVHD.at("0", "I") == (Is("acute_gvhd_grade", "0", "I"),)
    assert share_of_each("g", ACUTE_GVHD, on="failed")[2] == ShareOf(
        "g.II-IV.pct", "Grade II–IV, %", (late,), on="failed"
    )
    assert median_of_each("m", "median days", "days_to_failure", ATG) == (
        MedianOf("m.no", "No: median days", "days_to_failure", (Is("atg", "no"),)),
        MedianOf("m.yes", "Yes: median days", "days_to_failure", (Is("atg", "yes"),)),
    )


def test_a_level_that_is_none_is_refused():
    with pytest.raises(StudyError, match=r"no level 'II-VI'\. Did you mean 'II-IV'"):
        ACUTE_GVHD.at("II-VI")


def test_a_time_by_its_median_and_range():
    assert median_and_range(FollowUp("f", "Survivors", "survivors", unit="months")) == (
        FollowUp("f.median", "Survivors, median months", "survivors", unit="months"),
        FollowUp("f.min", "Shortest, months", "survivors", "minimum", "months"),
        FollowUp("f.max", "Longest, months", "survivors", "maximum", "months"),
    )
    held = TimeBetween("r", "Held", "failure_date", "death_date", places=1)
    assert [word.key for word in median_and_range(held)] == ["r.median", "r.min", "r.max"]
    assert {word.places for word in median_and_range(held)} == {1}


def test_a_check_by_eye_for_each_grouping():
    assert log_minus_log_of("l1", "Figure S1", ATG, TBI) == (
        LogMinusLogFigure(
            "l1", "Figure S1", "Check of proportional hazards, antithymocyte globulin", ATG
        ),
        LogMinusLogFigure("l2", "Figure S2", "Check of proportional hazards, TBI", TBI),
    )


def test_a_switch_on_its_date_in_those_with_a_code():
    switch = happened("again", "Again", "second_transplant_date", "treatment", "second_hsct")
    assert isinstance(switch, Switch) and switch.column == "second_transplant_date"
    assert switch.status is not None and tuple(switch.status.levels) == ("no", "yes")
    assert switch.status.at("yes") == (Is("treatment", "second_hsct"),)  # type: ignore[union-attr]
    assert len(switch.status.at("no")[0].codes) == 4  # type: ignore[union-attr]


def test_a_remission_counts_with_a_number_and_without():
    (condition,) = IN_REMISSION
    assert set(condition.codes) == {"CR1", "CR2", "CR3", "CR4+", "CR"}

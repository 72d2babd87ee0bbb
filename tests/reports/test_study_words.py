"""Does a study that cannot be meant fail when it is written, with the word that would be right?"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from reports.studies import STUDIES
from reports.studies.roux_2017_sfgmtc import INTERVAL, MONTHS, STUDY, TREATMENT
from reports.study import (
    DISEASE_STATUS,
    Bands,
    Below,
    Between,
    Category,
    CumulativeIncidence,
    CumulativeIncidenceFigure,
    EndPoint,
    FirstAllogeneicTransplant,
    InteractionP,
    InteractionTests,
    Is,
    KaplanMeierFigure,
    Known,
    LogMinusLogFigure,
    Measured,
    MedianOf,
    MedianSurvival,
    MultivariableCox,
    Quantity,
    SecondAllogeneicTransplant,
    SideBySide,
    Step,
    StudyError,
    SurvivalAt,
    SurvivalAtHorizons,
    SurvivalTable,
    Switch,
    TimeDependentCox,
    UnivariateLogRank,
    YearOf,
    whether,
    yes_no,
)
from tests.reports.roux_columns import columns_of

LDH = Measured("ldh", "LDH", "ldh")
DLI = Switch("dli", "DLI", "first_dli_date")


@pytest.mark.parametrize(
    ("word", "message"),
    [
        (lambda: Is("graft_sorce", "BM"), "no column 'graft_sorce'"),
        (lambda: Is("stem_cell_sorce", "BM"), "Did you mean 'stem_cell_source'"),
        (lambda: Is("treatment", "second_hct"), "no code 'second_hct'. Did you mean 'second_hsct'"),
        (lambda: Is("sex", "x"), "It has M, F"),
        (lambda: Is("sex"), "say which code"),
        (lambda: Is("age_at_transplant", "5"), "is a number, not a code or yes_no"),
        (lambda: Between("transplant_date", "2010-01-01", "2009-12-31"), "is after"),
        (lambda: Between("transplant_date", "1.1.2000", "2009-12-31"), "write dates as 2000-12-31"),
        (lambda: Between("sex", "2000-01-01", "2009-12-31"), "is a code, not a date"),
        (lambda: Below("sex", 18), "is a code, not a number"),
        (lambda: Known("fate"), "no column 'fate'"),
        (lambda: Category("sex", "Sex", "sex", {}), "name its levels"),
        (lambda: Category("sex", "Sex", "sex", {"M": "", "W": ""}), "no code 'W'"),
        (lambda: Category("s", "", "sex", {"M": ""}, {"X": ("F",)}), "'X', which is no level"),
        (lambda: Bands("age", "", "sex", {"0": 0}), "is a code, not a number"),
        (lambda: Bands("age", "", "age_at_transplant", {"b": 5, "a": 0}), "must start after"),
        (lambda: Bands("age", "", "age_at_transplant", {}), "where each band starts"),
        (lambda: Bands("d", "", "ldh", {"low": 0}, reference="lo"), "no band 'lo'. Did you mean"),
        (lambda: Quantity("age", "", "age"), "no column 'age'"),
        (
            lambda: Category("", "Sex", "sex", {"M": "", "F": ""}),
            "A Category labelled 'Sex' has no",
        ),
        (lambda: yes_no(" ", "TBI", "tbi"), "Give it a short one, such as 'sex'"),
        (lambda: whether("", "", "stem_cell_source", "BM"), "A Category has no name"),
        (lambda: Bands("", "Age", "age_at_transplant", {"a": 0}), "A Bands labelled 'Age' has no"),
        (lambda: Measured("", "LDH", "ldh"), "A Measured labelled 'LDH' has no name"),
        (lambda: Quantity("", "LDH", "ldh"), "A Quantity labelled 'LDH' has no name"),
        (
            lambda: InteractionTests("x", "", "", "m", ((TREATMENT, LDH),)),
            "'ldh' is a measured number",
        ),
        (lambda: InteractionP("x", "", (LDH, TREATMENT), "m"), "cut it into Bands"),
        (lambda: TimeDependentCox("d", "", "", (DLI,), (LDH,), LDH), "cut it into Bands"),
        (lambda: Switch("", "DLI", "first_dli_date"), "A Switch labelled 'DLI' has no name"),
        (lambda: Step("", "All", ()), "A Step labelled 'All' has no name"),
        (lambda: Measured("sex", "", "sex"), "is a code, not a number"),
        (lambda: Measured("ldh", "", "ldh", per=0), "needs a step above 0"),
        (lambda: YearOf("k", "", "allo_number", "first"), "is a number, not a date"),
        (lambda: MedianOf("k", "", "treatment"), "is a code, not a number"),
        (lambda: MedianOf("k", "", "age_at_transplant", unit="months"), "is in years"),
        (lambda: MedianOf("k", "", "allo_number", unit="years"), "is in no unit"),
        (lambda: MultivariableCox("t4", "", ""), "say which covariates it is made of"),
        (lambda: SurvivalAtHorizons("t", "", "", (2, 1)), "each after the one before it"),
        (lambda: SurvivalAtHorizons("t", "", "", (1,), ()), "at least one end point"),
        (lambda: CumulativeIncidence("t", "", "", ()), "write the horizons in years"),
        (
            lambda: UnivariateLogRank("t", "", "", (DISEASE_STATUS,), at_years=0),
            "horizons in years",
        ),
        (lambda: SurvivalTable("t", "", "", DISEASE_STATUS, at_years=0), "horizons in years"),
        (lambda: SurvivalAt("k", "", -1), "SurvivalAt 'k'"),
        (
            lambda: LogMinusLogFigure("l", "", "", DISEASE_STATUS, (0, 12)),
            "two ticks or more, after month",
        ),
        (
            lambda: LogMinusLogFigure("l", "", "", DISEASE_STATUS, (12,)),
            "two ticks or more, after month 0",
        ),
        (
            lambda: LogMinusLogFigure("l", "", "", DISEASE_STATUS, (12, 6)),
            "each after the one before it",
        ),
        (lambda: EndPoint("OS", "failure_day"), "Did you mean 'failure_date'"),
        (lambda: EndPoint("OS", "failure_date", cutoff="2014"), None),
        (lambda: EndPoint("OS", "failure_date", cutoff="end of 2014"), "write dates as"),
    ],
)
def test_a_wrong_word_fails_when_written(word: Callable[[], object], message: str | None):
    if message is None:
        word()
        return
    with pytest.raises(StudyError, match=message):
        word()


RFS = EndPoint("RFS", "failure_date", "failure or death", cutoff="2014-12-31")
BOYS = {**STUDY.subgroups, "boys": ()}
OF_FRS = MedianSurvival("k", "", end_point="frs")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cohort": ()}, "at least one step"),
        (
            {"cohort": (Step("all", "All", (), excluded="Gone"),)},
            "nobody can drop out at the first",
        ),
        ({"figures": (KaplanMeierFigure("", "F", ""),)}, "KaplanMeierFigure labelled 'F' has no"),
        ({"subgroups": {"": ()}}, "A subgroup has no name"),
        ({"figures": (KaplanMeierFigure("t1", "", ""),)}, "t1 is used twice"),
        ({"figures": (KaplanMeierFigure("f9", "", "", on="analyzed"),)}, "Did you mean 'analysed'"),
        ({"tables": (MultivariableCox("t4", "", "", "t3"),), "texts": {}}, "no UnivariateCox 't3'"),
        ({"tables": (SurvivalTable("t2", "", "", TREATMENT),)}, "no MultivariableCox 't4'"),
        ({"texts": {"": (OF_FRS,)}}, "k: no end point 'frs'. Did you mean 'rfs'"),
        ({"tables": (SideBySide("t9", "", "", {"": ""}, (OF_FRS,)),), "texts": {}}, "point 'frs'"),
        (
            {"tables": (SurvivalAtHorizons("t9", "", "", (1,), ("", "os")),), "texts": {}},
            "t9: no end point 'os'",
        ),
        (
            {"figures": (CumulativeIncidenceFigure("f9", "", "", on="failled"),)},
            "Did you mean 'failed'",
        ),
        ({"figures": (KaplanMeierFigure("f9", "", "", on="boy"),)}, "Did you mean 'boys'"),
        ({"subgroups": {"failed": ()}}, "failed is used twice"),
        ({"end_points": {"rfs": EndPoint("RFS", "failure_date")}}, "need the same cutoff"),
    ],
)
def test_a_study_that_does_not_hang_together_fails_when_loaded(change, message):
    with pytest.raises(StudyError, match=message):
        replace(STUDY, **({"end_points": {"rfs": RFS}, "subgroups": BOYS} | change))


def test_the_studies_are_known_by_their_id():
    assert STUDIES["roux_2017_sfgmtc"] is STUDY
    with pytest.raises(TypeError):
        STUDIES["another"] = STUDY  # type: ignore[index]


def test_bands_start_where_they_say():
    days = [None, 0, 91, 92, 182, 183, 364, 365, 4000]
    columns = columns_of({"days_to_failure": day} for day in days)
    assert list(INTERVAL.factor(columns).codes) == [-1, 0, 0, 1, 1, 2, 2, 3, 3]
    assert list(MONTHS.factor(columns).codes) == [-1, 0, 0, 0, 0, 1, 1, 2, 2]
    assert INTERVAL.levels[">=365"] == "≥365 days"
    assert MONTHS.levels["0-6"] == "0–6 months"


def test_a_value_before_the_first_band_is_missing():
    bands = Bands("age", "Age", "age_at_transplant", {"adult": 18})
    columns = columns_of([{"age_at_transplant": 17.99}, {"age_at_transplant": 18}])
    assert list(bands.factor(columns).codes) == [-1, 0]


def test_a_later_band_can_be_the_reference_and_is_told_first():
    starts = {"0-180": 0, "181-365": 181, ">365": 366}
    bands = Bands("interval", "", "days_to_failure", starts, reference=">365")
    columns = columns_of({"days_to_failure": day} for day in [None, -1, 0, 180, 181, 365, 366])
    assert bands.factor(columns).levels == tuple(bands.levels) == (">365", "0-180", "181-365")
    assert list(bands.factor(columns).codes) == [-1, -1, 1, 1, 2, 2, 0]


def test_codes_can_be_joined_and_others_are_missing():
    codes = ["CR3", "CR4+", "advanced", ""]
    columns = columns_of({"disease_status": code} for code in codes)
    assert list(DISEASE_STATUS.factor(columns).codes) == [2, 2, 3, -1]


def test_criteria_are_sentences_and_masks():
    rows = [
        {"transplant_type": "allo", "allo_number": 1, "transplant_date": "2009-12-31", "tbi": "no"},
        {"transplant_type": "allo", "allo_number": 2, "transplant_date": "2010-01-01"},
        {"transplant_type": "auto", "allo_number": None, "age_at_transplant": 18.0},
        {"transplant_type": "auto", "allo_number": None, "age_at_transplant": 17.99},
    ]
    columns = columns_of(rows)
    first = FirstAllogeneicTransplant()
    period = Between("transplant_date", "2000-01-01", "2009-12-31")
    young = Below("age_at_transplant", 18)
    second = SecondAllogeneicTransplant()
    assert list(first.holds(columns)) == [True, False, False, False]
    assert list(second.holds(columns)) == [False, True, False, False]
    assert second.sentence == "Second allogeneic transplant"
    assert list(period.holds(columns)) == [True, False, False, False]
    assert list(young.holds(columns)) == [False, False, False, True]
    assert list(Known("tbi").holds(columns)) == [True, False, False, False]
    assert period.sentence == "Date of transplant from 2000-01-01 to 2009-12-31"
    assert young.sentence == "Age at transplant below 18 years"
    assert Is("sex", "M", "F").sentence == "Sex: M or F"
    assert Known("tbi").sentence == "Total body irradiation is known"

"""What can a study show? Tables and figures; models are in model_words, numbers in text_words.

`on` names the population, "" being the last step of the cohort; `end_point` one of the study's end
points, "" being its main one. Every word has an id (tables and figures) or a key (numbers of the
text) by which its numbers are addressed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from reports.criteria import StudyError, checked_years
from reports.groupings import Grouping, Quantity
from reports.model_words import (
    ImputedCox,
    InteractionTests,
    Landmark,
    MultivariableCox,
    ProportionalHazards,
    TimeDependentCox,
    UnivariateCox,
)
from reports.numbers import Unit
from reports.text_words import SideWord

Cause = Literal["relapse", "non-relapse mortality"]


@dataclass(frozen=True)
class Characteristics:
    """Counts and percentages of the known values; medians and ranges of quantities."""

    id: str
    label: str
    title: str
    of: tuple[Grouping | Quantity, ...]
    on: str = ""


@dataclass(frozen=True)
class GroupComparison:
    """Characteristics by the levels of a grouping, each with the P of a two-sided test.

    quantities : how a number is told in each group, by median and range or by mean and SD.
    quantity_test : "rank" for Mann-Whitney (Kruskal-Wallis of more groups), "t" for Welch's t test.
    paper_test : "one-sided" adds the P as a paper computed it that printed one-sided exact tests.
    """

    id: str
    label: str
    title: str
    by: Grouping
    of: tuple[Grouping | Quantity, ...]
    quantities: Literal["median", "mean"] = "median"
    quantity_test: Literal["rank", "t"] = "rank"
    paper_test: Literal["two-sided", "one-sided"] = "two-sided"
    on: str = ""

    def __post_init__(self) -> None:
        word = f"GroupComparison {self.id!r}"
        if len(self.by.levels) < 2:
            raise StudyError(f"{word}: {self.by.name!r} has one level; two groups are compared.")
        names = [self.by.name, *(part.name for part in self.of)]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise StudyError(f"{word}: {', '.join(twice)} is used twice.")
        if self.quantity_test == "t" and len(self.by.levels) > 2:
            raise StudyError(f"{word}: the t test is for two groups; take the rank test.")


@dataclass(frozen=True)
class SurvivalTable:
    """Patients, survival after so many years, median survival with limits, and the log-rank test.

    unit, places : how medians are told; days stay whole or half, limits of days have one decimal.
    """

    id: str
    label: str
    title: str
    by: Grouping
    at_years: float = 1
    overall: str = "Global"
    on: str = ""
    end_point: str = ""
    unit: Unit = "days"
    places: int | None = None

    def __post_init__(self) -> None:
        checked_years(f"SurvivalTable {self.id!r}", (self.at_years,))


@dataclass(frozen=True)
class SurvivalAtHorizons:
    """Survival after so many years with standard error and limits: a block for each end point.

    end_points : those told, "" being the main one. by : a block for each level too.
    """

    id: str
    label: str
    title: str
    at_years: tuple[float, ...]
    end_points: tuple[str, ...] = ("",)
    by: Grouping | None = None
    on: str = ""

    def __post_init__(self) -> None:
        checked_years(f"SurvivalAtHorizons {self.id!r}", self.at_years)
        if not self.end_points:
            raise StudyError(f"SurvivalAtHorizons {self.id!r}: name at least one end point.")


@dataclass(frozen=True)
class CumulativeIncidence:
    """Cumulative incidence of relapse and of death without it, with limits, after so many years.

    Time runs from the origin of the end point. by : a block for each level, and Gray's tests.
    """

    id: str
    label: str
    title: str
    at_years: tuple[float, ...]
    by: Grouping | None = None
    on: str = ""
    end_point: str = ""

    def __post_init__(self) -> None:
        checked_years(f"CumulativeIncidence {self.id!r}", self.at_years)


@dataclass(frozen=True)
class UnivariateLogRank:
    """Patients, survival after so many years with its standard error, and the log-rank test."""

    id: str
    label: str
    title: str
    covariates: tuple[Grouping, ...]
    at_years: float = 1
    on: str = ""
    end_point: str = ""

    def __post_init__(self) -> None:
        checked_years(f"UnivariateLogRank {self.id!r}", (self.at_years,))


@dataclass(frozen=True)
class CrossTable:
    """Counts and row percentages of two groupings, with a test of independence.

    median : of this number among the patients counted in each row.
    """

    id: str
    label: str
    title: str
    rows: Grouping
    across: Grouping
    on: str = ""
    median: Quantity | None = None


@dataclass(frozen=True)
class KaplanMeierFigure:
    """Kaplan-Meier curves of all patients or of the levels of a grouping, with numbers at risk."""

    id: str
    label: str
    title: str
    by: Grouping | None = None
    ticks_months: tuple[int, ...] = (0, 12, 24, 36, 48)
    on: str = ""
    end_point: str = ""


@dataclass(frozen=True)
class CumulativeIncidenceFigure:
    """Cumulative incidence of both causes, or of one of them by the levels of a grouping.

    cause : the one that is drawn by group and tested by Gray's test; without groups both are drawn.
    """

    id: str
    label: str
    title: str
    by: Grouping | None = None
    cause: Cause = "relapse"
    ticks_months: tuple[int, ...] = (0, 12, 24, 36, 48)
    on: str = ""
    end_point: str = ""


@dataclass(frozen=True)
class LogMinusLogFigure:
    """Curves of log(−log S) over log time by the levels of a grouping: a check of proportional
    hazards by eye, beside a ProportionalHazards table.

    ticks_months : the first and the last are the ends of the time axis.
    """

    id: str
    label: str
    title: str
    by: Grouping
    ticks_months: tuple[int, ...] = (1, 2, 3, 6, 12, 24, 48)
    on: str = ""
    end_point: str = ""

    def __post_init__(self) -> None:
        ticks = (0, *self.ticks_months)
        if len(ticks) < 3 or any(low >= high for low, high in pairwise(ticks)):
            raise StudyError(
                f"LogMinusLogFigure {self.id!r}: a log axis needs two ticks or more, after month 0 "
                "and each after the one before it."
            )


@dataclass(frozen=True)
class SideBySide:
    """The same numbers in several populations, one column each."""

    id: str
    label: str
    title: str
    columns: Mapping[str, str]
    rows: tuple[SideWord, ...]


TableWord = (
    Characteristics
    | GroupComparison
    | SurvivalTable
    | SurvivalAtHorizons
    | CumulativeIncidence
    | UnivariateLogRank
    | UnivariateCox
    | MultivariableCox
    | ImputedCox
    | InteractionTests
    | ProportionalHazards
    | TimeDependentCox
    | Landmark
    | CrossTable
    | SideBySide
)
FigureWord = KaplanMeierFigure | CumulativeIncidenceFigure | LogMinusLogFigure

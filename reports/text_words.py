"""Which numbers can stand in the running text? Counts, shares, medians, follow-up and P values.

`on` names the population, "" being the last step of the cohort; `end_point` one of the study's end
points, "" being its main one. `key` is the address of the number.
"""

from dataclasses import dataclass
from typing import Literal

from reports.catalogue import column
from reports.criteria import Criterion, StudyError, checked_column, checked_years
from reports.groupings import Grouping, checked_groupings
from reports.numbers import Unit


@dataclass(frozen=True)
class CountOf:
    """How many patients meet the criteria."""

    key: str
    label: str
    where: tuple[Criterion, ...]
    on: str = ""


@dataclass(frozen=True)
class ShareOf:
    """Which percentage meets the criteria, among those who meet `among`."""

    key: str
    label: str
    where: tuple[Criterion, ...]
    among: tuple[Criterion, ...] = ()
    on: str = ""


def count_and_share(
    key: str, label: str, where: tuple[Criterion, ...], on: str = ""
) -> tuple[CountOf, ShareOf]:
    """Both of the same patients, as "159 (55%)": at `key`.n and `key`.pct."""
    return (
        CountOf(f"{key}.n", label, where, on),
        ShareOf(f"{key}.pct", f"{label}, %", where, on=on),
    )


@dataclass(frozen=True)
class DistinctOf:
    """How many different values a column has (centres)."""

    key: str
    label: str
    column: str
    on: str = ""

    def __post_init__(self) -> None:
        checked_column(self.column, f"DistinctOf {self.key!r}", "code")


@dataclass(frozen=True)
class YearOf:
    """The calendar year of the first or the last of some dates."""

    key: str
    label: str
    column: str
    which: Literal["first", "last"]
    on: str = ""

    def __post_init__(self) -> None:
        checked_column(self.column, f"YearOf {self.key!r}", "date")


@dataclass(frozen=True)
class MedianOf:
    """The median of a number among those who meet the criteria.

    unit : months or years for a column of days; "" leaves the number as it is.
    """

    key: str
    label: str
    column: str
    where: tuple[Criterion, ...] = ()
    on: str = ""
    unit: Unit | Literal[""] = ""
    places: int | None = None

    def __post_init__(self) -> None:
        checked_column(self.column, f"MedianOf {self.key!r}", "number")
        told = column(self.column).unit
        if self.unit and told != "days":
            raise StudyError(
                f"MedianOf {self.key!r}: only days are told in {self.unit}, and column "
                f"{self.column!r} is in {told or 'no unit'}."
            )


@dataclass(frozen=True)
class TimeBetween:
    """The time from one date to another among those who meet the criteria and have both dates."""

    key: str
    label: str
    start: str
    end: str
    where: tuple[Criterion, ...] = ()
    on: str = ""
    statistic: Literal["median", "minimum", "maximum"] = "median"
    unit: Unit = "days"
    places: int | None = None

    def __post_init__(self) -> None:
        for name in (self.start, self.end):
            checked_column(name, f"TimeBetween {self.key!r}", "date")


@dataclass(frozen=True)
class TransplantsOf:
    """How many transplants the patients had: one each, and the second of whom it is dated."""

    key: str
    label: str
    on: str = ""


@dataclass(frozen=True)
class FollowUp:
    """Observed time of all patients or of the survivors, or by reverse Kaplan-Meier."""

    key: str
    label: str
    patients: Literal["all", "survivors", "reverse"]
    statistic: Literal["median", "minimum", "maximum"] = "median"
    unit: Unit = "days"
    on: str = ""
    end_point: str = ""
    places: int | None = None


@dataclass(frozen=True)
class MedianSurvival:
    """The Kaplan-Meier median, or one of its 95% limits by the convention of the study."""

    key: str
    label: str
    on: str = ""
    end_point: str = ""
    statistic: Literal["median", "lower", "upper"] = "median"
    unit: Unit = "days"
    places: int | None = None


@dataclass(frozen=True)
class SurvivalAt:
    """Survival after so many years in percent, its standard error, or one of its 95% limits."""

    key: str
    label: str
    years: float
    statistic: Literal["survival", "error", "lower", "upper"] = "survival"
    on: str = ""
    end_point: str = ""

    def __post_init__(self) -> None:
        checked_years(f"SurvivalAt {self.key!r}", (self.years,))


@dataclass(frozen=True)
class LogRankP:
    """P of the log-rank test between the levels of a grouping."""

    key: str
    label: str
    by: Grouping
    on: str = ""
    end_point: str = ""


@dataclass(frozen=True)
class InteractionP:
    """Likelihood-ratio P for an interaction added to the final model of a table."""

    key: str
    label: str
    of: tuple[Grouping, Grouping]
    added_to: str

    def __post_init__(self) -> None:
        checked_groupings(f"InteractionP {self.key!r}", self.of)


SideWord = CountOf | ShareOf | MedianOf | TimeBetween | FollowUp | MedianSurvival | SurvivalAt
TextWord = SideWord | DistinctOf | TransplantsOf | YearOf | LogRankP | InteractionP

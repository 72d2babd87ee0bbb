"""What can a study show? The words for tables, figures and numbers of the text.

`on` names the population, "" being the last step of the cohort. Every word has an id (tables and
figures) or a key (numbers of the text) by which its numbers are addressed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from reports.criteria import Criterion, checked_column
from reports.groupings import Grouping, Quantity

ONE_YEAR = 365.25


@dataclass(frozen=True)
class Characteristics:
    """Counts and percentages of the known values; medians and ranges of quantities."""

    id: str
    label: str
    title: str
    of: tuple[Grouping | Quantity, ...]
    on: str = ""


@dataclass(frozen=True)
class SurvivalTable:
    """Patients, survival at a horizon, median survival with limits, and the log-rank test."""

    id: str
    label: str
    title: str
    by: Grouping
    at_days: float = ONE_YEAR
    horizon: str = "1 year"
    overall: str = "Global"
    on: str = ""


@dataclass(frozen=True)
class UnivariateCox:
    """One Cox model for each covariate, each on the patients in whom that covariate is known."""

    id: str
    label: str
    title: str
    covariates: tuple[Grouping, ...]
    on: str = ""


@dataclass(frozen=True)
class MultivariableCox:
    """Backward selection from the covariates that passed a screen, and those always offered.

    screened_by : id of the univariate table; its covariates with overall Wald P <= screen enter.
    """

    id: str
    label: str
    title: str
    screened_by: str
    offered: tuple[Grouping, ...] = ()
    screen: float = 0.20
    remove_above: float = 0.10
    enter_below: float = 0.05
    criterion: Literal["wald", "likelihood_ratio"] = "wald"
    on: str = ""


@dataclass(frozen=True)
class CrossTable:
    """Counts and row percentages of two groupings, with a test of independence."""

    id: str
    label: str
    title: str
    rows: Grouping
    across: Grouping
    on: str = ""


@dataclass(frozen=True)
class KaplanMeierFigure:
    """Kaplan-Meier curves of all patients or of the levels of a grouping, with numbers at risk."""

    id: str
    label: str
    title: str
    by: Grouping | None = None
    ticks_months: tuple[int, ...] = (0, 12, 24, 36, 48)
    on: str = ""


# --- numbers of the running text


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
class MedianOf:
    """The median of a number among those who meet the criteria."""

    key: str
    label: str
    column: str
    where: tuple[Criterion, ...] = ()
    on: str = ""

    def __post_init__(self) -> None:
        checked_column(self.column, f"MedianOf {self.key!r}", "number")


@dataclass(frozen=True)
class FollowUp:
    """Observed time of all patients or of the survivors, or by reverse Kaplan-Meier."""

    key: str
    label: str
    patients: Literal["all", "survivors", "reverse"]
    statistic: Literal["median", "minimum", "maximum"] = "median"
    unit: Literal["days", "months"] = "days"
    on: str = ""


@dataclass(frozen=True)
class MedianSurvival:
    """The Kaplan-Meier median."""

    key: str
    label: str
    on: str = ""


@dataclass(frozen=True)
class LogRankP:
    """P of the log-rank test between the levels of a grouping."""

    key: str
    label: str
    by: Grouping
    on: str = ""


@dataclass(frozen=True)
class InteractionP:
    """Likelihood-ratio P for an interaction added to the final model of a table."""

    key: str
    label: str
    of: tuple[Grouping, Grouping]
    added_to: str


SideWord = CountOf | ShareOf | MedianOf | FollowUp | MedianSurvival
TextWord = SideWord | DistinctOf | LogRankP | InteractionP


@dataclass(frozen=True)
class SideBySide:
    """The same numbers in several populations, one column each."""

    id: str
    label: str
    title: str
    columns: Mapping[str, str]
    rows: tuple[SideWord, ...]


TableWord = (
    Characteristics | SurvivalTable | UnivariateCox | MultivariableCox | CrossTable | SideBySide
)

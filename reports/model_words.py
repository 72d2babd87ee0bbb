"""What can a study say of hazards? The words for Cox models, their checks, and switches in time.

`on` names the population, "" being the last step of the cohort; `end_point` one of the study's end
points, "" being its main one; `of`, `added_to` and `beside` the id of a MultivariableCox.
"""

from dataclasses import dataclass
from typing import Literal

from reports.catalogue import suggestion
from reports.criteria import StudyError, checked_column, checked_name, checked_years
from reports.groupings import Category, Covariate, Grouping, checked_groupings


@dataclass(frozen=True)
class UnivariateCox:
    """One Cox model for each covariate, each on the patients in whom that covariate is known."""

    id: str
    label: str
    title: str
    covariates: tuple[Covariate, ...]
    on: str = ""
    end_point: str = ""
    ratio_places: int = 2


@dataclass(frozen=True)
class MultivariableCox:
    """One model of the covariates that passed a screen, and of those always offered.

    screened_by : id of the univariate table; its covariates with overall Wald P <= screen enter.
    screened : covariates screened in the same way without a table of their own.
    selection : "backward" removes from these and lets return; "none" keeps them all.
    """

    id: str
    label: str
    title: str
    screened_by: str = ""
    offered: tuple[Covariate, ...] = ()
    screened: tuple[Covariate, ...] = ()
    selection: Literal["backward", "none"] = "backward"
    screen: float = 0.20
    remove_above: float = 0.10
    enter_below: float = 0.05
    criterion: Literal["wald", "likelihood_ratio"] = "wald"
    on: str = ""
    end_point: str = ""
    ratio_places: int = 2

    def __post_init__(self) -> None:
        if not (self.screened_by or self.offered or self.screened):
            raise StudyError(f"MultivariableCox {self.id!r}: say which covariates it is made of.")


@dataclass(frozen=True)
class ImputedCox:
    """The final model of a table, on patients whose missing values are filled in several times.

    imputed : the grouping of that model for whose gaps this is done; all other gaps are filled too.
    predictors : covariates that help to guess, () being all that were offered to the model or
    screened for it; event and cumulative hazard always do. seed : same seed, same numbers.
    """

    id: str
    label: str
    title: str
    of: str
    imputed: Grouping
    predictors: tuple[Covariate, ...] = ()
    times: int = 10
    seed: int = 1
    on: str = ""
    ratio_places: int = 2

    def __post_init__(self) -> None:
        if self.times < 2:
            raise StudyError(f"ImputedCox {self.id!r}: Rubin's rules need at least two times.")
        if self.seed < 0:
            raise StudyError(f"ImputedCox {self.id!r}: a seed is 0 or more.")


@dataclass(frozen=True)
class InteractionTests:
    """Likelihood-ratio tests of interactions, each added alone to the final model of a table.

    pairs : of groupings of that model; () tests every pair.
    """

    id: str
    label: str
    title: str
    added_to: str
    pairs: tuple[tuple[Grouping, Grouping], ...] = ()

    def __post_init__(self) -> None:
        for first, second in self.pairs:
            checked_groupings(f"InteractionTests {self.id!r}", (first, second))
            if first.name == second.name:
                word = f"InteractionTests {self.id!r}"
                raise StudyError(f"{word}: {first.name!r} cannot interact with itself.")


@dataclass(frozen=True)
class ProportionalHazards:
    """Does a hazard ratio of the final model change over time? A test per covariate and of all."""

    id: str
    label: str
    title: str
    of: str


@dataclass(frozen=True)
class Switch:
    """Something that happens to a patient on a day of the follow-up, and then stays.

    column : its date; a missing date means never, unless `status` says otherwise.
    status : a grouping of two levels, not happened and happened. A patient in whom it happened on
    an unknown day, or who is in neither level and has no date, is left out and counted.
    """

    name: str
    label: str
    column: str
    status: Grouping | None = None

    def __post_init__(self) -> None:
        checked_name(self.name, "Switch", self.label)
        checked_column(self.column, f"Switch {self.name!r}", "date")
        if self.status is not None and len(self.status.levels) != 2:
            raise StudyError(f"Switch {self.name!r}: its status has two levels, no and yes.")


@dataclass(frozen=True)
class TimeDependentCox:
    """A Cox model in which each switch counts from its day on, not from the first day.

    covariates : known on the first day. interacts : one of them, tested with each switch.
    Below stands the biased comparison: that of the same switches as if known on the first day or,
    with `beside`, the ratios of `compared` in that final model against its level `against`.
    """

    id: str
    label: str
    title: str
    switches: tuple[Switch, ...]
    covariates: tuple[Covariate, ...] = ()
    interacts: Grouping | None = None
    beside: str = ""
    compared: Category | None = None
    against: str = ""
    on: str = ""
    end_point: str = ""
    ratio_places: int = 2

    def __post_init__(self) -> None:
        word = f"TimeDependentCox {self.id!r}"
        names = [part.name for part in (*self.switches, *self.covariates)]
        if not self.switches:
            raise StudyError(f"{word}: name at least one switch.")
        if len({*names, "period"}) <= len(names):
            raise StudyError(f"{word}: two of its parts have one name, or one is named 'period'.")
        if self.interacts is not None and self.interacts not in self.covariates:
            raise StudyError(f"{word}: {self.interacts.name!r} is none of its covariates.")
        checked_groupings(word, (self.interacts,) if self.interacts is not None else ())
        if bool(self.beside) != (self.compared is not None):
            raise StudyError(f"{word}: `beside` and `compared` come together.")
        if self.compared is not None and self.against not in self.compared.levels:
            hint = suggestion(self.against, self.compared.levels)
            raise StudyError(f"{word}: {self.compared.name!r} has no {self.against!r}.{hint}")


@dataclass(frozen=True)
class Landmark:
    """Who had the switch by a day against who had not, among those still followed after that day.

    at_days : the landmark, in days from the origin. at_years : horizons, counted from the landmark.
    """

    id: str
    label: str
    title: str
    switch: Switch
    at_days: int
    at_years: tuple[float, ...] = (1, 3)
    on: str = ""
    end_point: str = ""

    def __post_init__(self) -> None:
        checked_years(f"Landmark {self.id!r}", self.at_years)
        if self.at_days < 1 or self.at_days != int(self.at_days):
            raise StudyError(f"Landmark {self.id!r}: give whole days after the origin.")

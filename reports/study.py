"""In which words is a study written? Cohort, end point, and what is shown (reports.words).

A study is a value: reading it computes nothing, and a word that cannot be meant (an unknown column,
code, population or table) fails when the study is loaded, with the nearest name that exists.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from reports.catalogue import suggestion
from reports.criteria import (
    Below,
    Between,
    Criterion,
    FirstAllogeneicTransplant,
    Is,
    Known,
    SecondAllogeneicTransplant,
    StudyError,
    checked_column,
    checked_name,
)
from reports.groupings import Bands, Category, Measured, Quantity, whether, yes_no
from reports.model_words import (
    ImputedCox,
    InteractionTests,
    Landmark,
    MultivariableCox,
    ProportionalHazards,
    Switch,
    TimeDependentCox,
    UnivariateCox,
)
from reports.named import Word, named
from reports.numbers import PStyle
from reports.published import Paper, read
from reports.several import (
    happened,
    in_each,
    log_minus_log_of,
    median_and_range,
    median_of_each,
    share_of_each,
)
from reports.text_words import (
    CountOf,
    DistinctOf,
    FollowUp,
    InteractionP,
    LogRankP,
    MedianOf,
    MedianSurvival,
    ShareOf,
    SurvivalAt,
    TextWord,
    TimeBetween,
    TransplantsOf,
    YearOf,
    count_and_share,
)
from reports.usual import (
    ACUTE_GVHD,
    DISEASE_STATUS,
    DONOR_KIND,
    IN_REMISSION,
    STEM_CELL_SOURCE,
    TBI,
)
from reports.words import (
    Characteristics,
    CrossTable,
    CumulativeIncidence,
    CumulativeIncidenceFigure,
    FigureWord,
    GroupComparison,
    KaplanMeierFigure,
    LogMinusLogFigure,
    SideBySide,
    SurvivalAtHorizons,
    SurvivalTable,
    TableWord,
    UnivariateLogRank,
)

__all__ = [
    "ACUTE_GVHD",
    "DISEASE_STATUS",
    "DONOR_KIND",
    "IN_REMISSION",
    "STEM_CELL_SOURCE",
    "TBI",
    "Bands",
    "Below",
    "Between",
    "Category",
    "Characteristics",
    "CountOf",
    "CrossTable",
    "CumulativeIncidence",
    "CumulativeIncidenceFigure",
    "DistinctOf",
    "EndPoint",
    "FirstAllogeneicTransplant",
    "FollowUp",
    "GroupComparison",
    "ImputedCox",
    "InteractionP",
    "InteractionTests",
    "Is",
    "KaplanMeierFigure",
    "Known",
    "Landmark",
    "LogMinusLogFigure",
    "LogRankP",
    "Measured",
    "MedianOf",
    "MedianSurvival",
    "MultivariableCox",
    "ProportionalHazards",
    "Quantity",
    "SecondAllogeneicTransplant",
    "ShareOf",
    "SideBySide",
    "Step",
    "Study",
    "StudyError",
    "SurvivalAt",
    "SurvivalAtHorizons",
    "SurvivalTable",
    "Switch",
    "TimeBetween",
    "TimeDependentCox",
    "TransplantsOf",
    "UnivariateCox",
    "UnivariateLogRank",
    "YearOf",
    "count_and_share",
    "happened",
    "in_each",
    "log_minus_log_of",
    "median_and_range",
    "median_of_each",
    "printed_numbers",
    "share_of_each",
    "whether",
    "yes_no",
]

Convention = Literal["SPSS", "R"]


def printed_numbers(name: str) -> Paper:
    """What the paper printed, from `studies/published/<name>.json`: compared, never copied."""
    return read(name)


@dataclass(frozen=True)
class Step:
    """A box of the flow chart and the population it leaves, known to the tables by its name.

    excluded : the label of those who drop out here, when the paper counts them.
    """

    name: str
    label: str
    criteria: tuple[Criterion, ...]
    excluded: str = ""

    def __post_init__(self) -> None:
        checked_name(self.name, "Step", self.label)


@dataclass(frozen=True)
class EndPoint:
    """Time from a date to an event, censored at last contact; follow-up is cut at `cutoff`.

    event : "death" from any cause, or "failure or death", whichever comes first.
    """

    label: str
    origin: str
    event: Literal["death", "failure or death"] = "death"
    cutoff: str | None = None

    def __post_init__(self) -> None:
        checked_column(self.origin, f"EndPoint {self.label!r}", "date")
        if self.cutoff is not None:
            try:
                np.datetime64(self.cutoff, "D")
            except ValueError as fault:
                raise StudyError(f"EndPoint {self.label!r}: write dates as 2014-12-31.") from fault

    @property
    def counted(self) -> str:
        """What its events are called: "deaths" when every one of them is a death."""
        return "deaths" if self.event == "death" else "events"


@dataclass(frozen=True, eq=False)
class Study:
    """A published study, or one of our own when `paper` is None.

    convention : whose rules for ties, medians and limits the paper used (SPSS or R).
    end_points : further end points by the name under which the words ask for them.
    subgroups : parts of the analysed, by the name that `on` gives them.
    texts : numbers of the running text, under the heading of their sentence.
    remarks : {key of a number: the sentence printed under it}, whoever the patients are; those on
    the paper itself stand with its printed numbers.
    limits : what the reader must know of the design that is no number of the report; what is to be
    known of the paper stands with its printed numbers too.
    """

    id: str
    version: str
    title: str
    citation: str
    doi: str
    cohort: tuple[Step, ...]
    end_point: EndPoint
    convention: Convention
    tables: tuple[TableWord, ...]
    figures: tuple[FigureWord, ...] = ()
    texts: Mapping[str, tuple[TextWord, ...]] = field(default_factory=dict)
    p_style: PStyle = "0.001"
    paper: Paper | None = None
    remarks: Mapping[str, str] = field(default_factory=dict)
    limits: tuple[str, ...] = ()
    end_points: Mapping[str, EndPoint] = field(default_factory=dict)
    subgroups: Mapping[str, tuple[Criterion, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.cohort:
            raise StudyError(f"{self.id}: a cohort has at least one step.")
        if self.cohort[0].excluded:
            raise StudyError(f"{self.id}: nobody can drop out at the first step of the cohort.")
        self._refuse_repeats()
        if any(point.cutoff != self.end_point.cutoff for point in self.end_points.values()):
            raise StudyError(f"{self.id}: all end points need the same cutoff.")
        for word in (*self.tables, *self.figures, *self.text_words):
            self._refuse_unknown_names(word)

    @property
    def populations(self) -> tuple[str, ...]:
        """Names for `on`: "" (the last step), every step, "excluded", every subgroup."""
        return ("", *(step.name for step in self.cohort), "excluded", *self.subgroups)

    @property
    def all_remarks(self) -> dict[str, str]:
        """The remarks on the paper and those of the study itself."""
        return {**(self.paper.remarks if self.paper else {}), **self.remarks}

    def end_point_named(self, name: str) -> EndPoint:
        """The end point of a word, "" being the main one."""
        return self.end_points[name] if name else self.end_point

    @property
    def text_words(self) -> tuple[TextWord, ...]:
        """The numbers of the running text, without their headings."""
        return tuple(word for words in self.texts.values() for word in words)

    def _refuse_repeats(self) -> None:
        for word in (*self.tables, *self.figures):
            checked_name(word.id, type(word).__name__, word.label)
        ids = [word.id for word in (*self.tables, *self.figures)]
        for subgroup in self.subgroups:
            checked_name(subgroup, "subgroup", "")
        keys = [word.key for word in self.text_words]
        populations = list(self.populations)
        for names in (ids, keys, populations, ["", *self.end_points]):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise StudyError(f"{self.id}: {', '.join(twice)} is used twice.")

    def _refuse_unknown_names(self, word: Word) -> None:
        asked, of = named(word), word.key if isinstance(word, TextWord) else word.id
        for population in asked.populations:
            self._refuse_unknown(population, self.populations, f"{of}: no population")
        for end_point in asked.end_points:
            self._refuse_unknown(end_point, ("", *self.end_points), f"{of}: no end point")
        screens = [table.id for table in self.tables if isinstance(table, UnivariateCox)]
        for screen in asked.screens:
            self._refuse_unknown(screen, screens, f"{of}: no UnivariateCox")
        models = [table.id for table in self.tables if isinstance(table, MultivariableCox)]
        for model in asked.models:
            self._refuse_unknown(model, models, f"{of}: no MultivariableCox")

    def _refuse_unknown(self, name: str, known: tuple[str, ...] | list[str], what: str) -> None:
        if name not in known:
            raise StudyError(f"{self.id}: {what} {name!r}.{suggestion(name, known)}")

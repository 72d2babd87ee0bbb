"""In which words is a study written? Cohort, end point, and what is shown (reports.words).

A study is a value: reading it computes nothing, and a word that cannot be meant (an unknown column,
code, population or table) fails when the study is loaded, with the nearest name that exists.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from reports.columns import suggestion
from reports.criteria import (
    Below,
    Between,
    Criterion,
    FirstAllogeneicTransplant,
    Is,
    Known,
    StudyError,
    checked_column,
)
from reports.groupings import Bands, Category, Quantity, yes_no
from reports.numbers import PStyle
from reports.published import Paper
from reports.words import (
    Characteristics,
    CountOf,
    CrossTable,
    DistinctOf,
    FollowUp,
    InteractionP,
    KaplanMeierFigure,
    LogRankP,
    MedianOf,
    MedianSurvival,
    MultivariableCox,
    ShareOf,
    SideBySide,
    SurvivalTable,
    TableWord,
    TextWord,
    UnivariateCox,
)

__all__ = [
    "Bands",
    "Below",
    "Between",
    "Category",
    "Characteristics",
    "CountOf",
    "CrossTable",
    "DistinctOf",
    "EndPoint",
    "FirstAllogeneicTransplant",
    "FollowUp",
    "InteractionP",
    "Is",
    "KaplanMeierFigure",
    "Known",
    "LogRankP",
    "MedianOf",
    "MedianSurvival",
    "MultivariableCox",
    "Quantity",
    "ShareOf",
    "SideBySide",
    "Step",
    "Study",
    "StudyError",
    "SurvivalTable",
    "UnivariateCox",
    "yes_no",
]

Convention = Literal["SPSS", "R"]


@dataclass(frozen=True)
class Step:
    """A box of the flow chart and the population it leaves, known to the tables by its name.

    excluded : the label of those who drop out here, when the paper counts them.
    """

    name: str
    label: str
    criteria: tuple[Criterion, ...]
    excluded: str = ""


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


@dataclass(frozen=True, eq=False)
class Study:
    """A published study, or one of our own when `paper` is None.

    convention : whose rules for ties, medians and limits the paper used (SPSS or R).
    texts : numbers of the running text, under the heading of their sentence.
    remarks : {key of a number: the sentence printed under it}.
    limits : what the reader must know that is no number of the report.
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
    figures: tuple[KaplanMeierFigure, ...] = ()
    texts: Mapping[str, tuple[TextWord, ...]] = field(default_factory=dict)
    p_style: PStyle = "0.001"
    paper: Paper | None = None
    remarks: Mapping[str, str] = field(default_factory=dict)
    limits: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.cohort:
            raise StudyError(f"{self.id}: a cohort has at least one step.")
        if self.cohort[0].excluded:
            raise StudyError(f"{self.id}: nobody can drop out at the first step of the cohort.")
        self._refuse_repeats()
        for word in (*self.tables, *self.figures, *self.text_words):
            name = getattr(word, "id", None) or getattr(word, "key", "")
            named = word.columns if isinstance(word, SideBySide) else (getattr(word, "on", ""),)
            for population in named:
                self._refuse_unknown(population, self.populations, f"{name}: no population")
            for attribute, table in (
                ("screened_by", UnivariateCox),
                ("added_to", MultivariableCox),
            ):
                if hasattr(word, attribute):
                    known = [w.id for w in self.tables if isinstance(w, table)]
                    wanted = getattr(word, attribute)
                    self._refuse_unknown(wanted, known, f"{name}: no {table.__name__}")

    @property
    def populations(self) -> tuple[str, ...]:
        """Names a word may be computed on: "" (the last step), every step, "excluded"."""
        return ("", *(step.name for step in self.cohort), "excluded")

    @property
    def text_words(self) -> tuple[TextWord, ...]:
        """The numbers of the running text, without their headings."""
        return tuple(word for words in self.texts.values() for word in words)

    def _refuse_repeats(self) -> None:
        ids = [word.id for word in (*self.tables, *self.figures)]
        keys = [word.key for word in self.text_words]
        for names in (ids, keys, [step.name for step in self.cohort]):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise StudyError(f"{self.id}: {', '.join(twice)} is used twice.")

    def _refuse_unknown(self, name: str, known: tuple[str, ...] | list[str], what: str) -> None:
        if name not in known:
            raise StudyError(f"{self.id}: {what} {name!r}.{suggestion(name, known)}")

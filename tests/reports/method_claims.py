"""What may a method section claim? Each phrase of it, with the numbers that must stand in the report.

The numbers are read from the finished tables, figures and texts, not from what the program says it did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reports.model_words import (
    ImputedCox,
    InteractionTests,
    Landmark,
    MultivariableCox,
    ProportionalHazards,
    TimeDependentCox,
    UnivariateCox,
)
from reports.results import Results, Table, Value
from reports.study import Study
from reports.text_words import FollowUp, InteractionP, LogRankP, MedianSurvival, SurvivalAt
from reports.words import (
    Characteristics,
    CumulativeIncidence,
    CumulativeIncidenceFigure,
    GroupComparison,
    KaplanMeierFigure,
    LogMinusLogFigure,
    SideBySide,
    SurvivalAtHorizons,
    SurvivalTable,
    UnivariateLogRank,
)

COUNTS = ("n", "deaths", "events", "risk", "event", "censored", "unknown", "pct")
BIASED = (".naive.", ".published.", ".complete.")
CURVES = (SurvivalTable, SurvivalAtHorizons, UnivariateLogRank, Landmark)
HAZARDS = (UnivariateCox, MultivariableCox, ImputedCox, TimeDependentCox)
ANALYSES = (*CURVES, *HAZARDS, CumulativeIncidence, InteractionTests, ProportionalHazards)


@dataclass(frozen=True)
class Report:
    """A study and its results."""

    study: Study
    results: Results

    def cells(self, table: Table) -> Iterator[Value]:
        """The numbers of a table, without those that are told for comparison alone."""
        for cell in (cell for row in table.rows for cell in row.cells if cell):
            key = cell.key or BIASED[0]
            if cell.value is not None and not any(part in key for part in BIASED):
                yield cell

    def of(self, *kinds: type) -> Iterator[tuple[object, Table]]:
        for word, table in zip(self.study.tables, self.results.tables, strict=True):
            if isinstance(word, kinds):
                yield word, table

    def has(self, statistics: str, *kinds: type) -> bool:
        """Whether a table of these kinds has a number of one of these kinds ("lo hi")."""
        wanted = statistics.split()
        found = (cell for _, table in self.of(*kinds) for cell in self.cells(table))
        return any(str(cell.key).rpartition(".")[2] in wanted for cell in found)

    def told(self, kind: type, **having: object) -> bool:
        """Whether such a number of the running text, or of a table of such, was found."""
        values = {text.value.key: text.value for text in self.results.texts}
        keys = [(word, word.key) for word in self.study.text_words]
        for word, table in self.of(SideBySide):
            assert isinstance(word, SideBySide)
            values |= {str(cell.key): cell for cell in self.cells(table)}
            keys += [(r, f"{word.id}.{c}.{r.key}") for r in word.rows for c in word.columns]
        fitting = (
            key
            for word, key in keys
            if isinstance(word, kind) and all(getattr(word, n) in v for n, v in having.items())  # type: ignore[operator]
        )
        return any(key in values and values[key].value is not None for key in fitting)

    def drawn(self, kind: type, tested: bool = False) -> bool:
        """Whether a figure of the kind has curves, or a P between them."""
        both = zip(self.study.figures, self.results.figures, strict=True)
        figures = [figure for word, figure in both if isinstance(word, kind) and figure.series]
        return any(not tested or " P " in (figure.test or "") for figure in figures)

    @property
    def selected(self) -> bool:
        """Whether backward selection was run on anything."""
        notes = (table.footnotes[0] for _, table in self.of(MultivariableCox))
        return any("selection: " in n and "not run" not in n and ": none" not in n for n in notes)

    @property
    def imputed(self) -> bool:
        notes = [note for _, table in self.of(ImputedCox) for note in table.footnotes]
        return any(note.startswith(("Imputed:", "Completed in")) for note in notes)

    @property
    def interactions(self) -> bool:
        in_time = (row for _, table in self.of(TimeDependentCox) for row in table.rows)
        crossed = any(" × " in r.label and r.cells[-1] and r.cells[-1].value for r in in_time)
        return self.has("p", InteractionTests) or self.told(InteractionP) or crossed

    @property
    def tests(self) -> bool:
        kinds = tuple(type(word) for word in self.study.tables)
        told = self.told(LogRankP) or self.told(InteractionP)
        drawn = self.drawn(KaplanMeierFigure, True) or self.drawn(CumulativeIncidenceFigure, True)
        return self.has("p p1", *kinds) or told or drawn

    @property
    def empty(self) -> set[str]:
        """The labels of the analyses without a number that is more than a count."""
        found = set()
        for word, table in self.of(*ANALYSES):
            ends = {str(cell.key).rpartition(".")[2] for cell in self.cells(table)}
            chosen = isinstance(word, MultivariableCox) and word.selection == "backward"
            run = chosen and "not run" not in table.footnotes[0]
            if not ends - set(COUNTS) and not run:
                found.add(table.label)
        return found


def kaplan_meier(report: Report) -> bool:
    texts = any(report.told(kind) for kind in (MedianSurvival, SurvivalAt, LogRankP))
    drawn = report.drawn(KaplanMeierFigure) or report.drawn(LogMinusLogFigure)
    return report.has("s median p", *CURVES) or texts or drawn


CLAIMS: dict[str, Callable[[Report], bool]] = {
    "Percentages refer to": lambda r: r.has("pct", Characteristics, GroupComparison),
    "their median and range": lambda r: r.has("median", Characteristics, GroupComparison),
    "mean and standard deviation": lambda r: r.has("mean", GroupComparison),
    "estimated by Kaplan-Meier": kaplan_meier,
    "The median is the first day": lambda r: (
        r.has("median", SurvivalTable) or r.told(MedianSurvival, statistic=("median",))
    ),
    "its symmetric 95% limits": lambda r: (
        r.has("lo hi", SurvivalTable) or r.told(MedianSurvival, statistic=("lower", "upper"))
    ),
    "Greenwood's standard error": lambda r: (
        r.has("se", *CURVES) or r.told(SurvivalAt, statistic=("error",))
    ),
    "log-log 95% limits": lambda r: (
        r.has("lo hi", SurvivalAtHorizons, Landmark)
        or r.told(SurvivalAt, statistic=("lower", "upper"))
    ),
    "two-sided log-rank test": lambda r: (
        r.has("p", *CURVES) or r.told(LogRankP) or r.drawn(KaplanMeierFigure, True)
    ),
    "observed time of all": lambda r: r.told(FollowUp, patients=("all",)),
    "observed time of the survivors": lambda r: r.told(FollowUp, patients=("survivors",)),
    "reverse Kaplan-Meier": lambda r: r.told(FollowUp, patients=("reverse",)),
    "by Aalen and Johansen": lambda r: (
        r.has("ci", CumulativeIncidence) or r.drawn(CumulativeIncidenceFigure)
    ),
    "Gray's test": lambda r: (
        r.has("p", CumulativeIncidence) or r.drawn(CumulativeIncidenceFigure, True)
    ),
    "limits are exp(b ± 1.96 SE)": lambda r: r.has("hr", *HAZARDS),
    "approximation for ties": lambda r: r.has("hr", *HAZARDS) or r.selected,
    "backward selection removed": lambda r: r.selected,
    "chained equations": lambda r: r.imputed,
    "Rubin's rules, with limits and P by Student's t": lambda r: r.imputed,
    "Curves of log(−log S)": lambda r: r.drawn(LogMinusLogFigure),
    "Grambsch and Therneau": lambda r: r.has("p", ProportionalHazards),
    "tested by the likelihood ratio": lambda r: r.interactions,
    "(landmark)": lambda r: r.has("s", Landmark),
    "All P values": lambda r: r.tests,
    "but those named one-sided": lambda r: r.has("p1", GroupComparison),
}  # fmt: skip

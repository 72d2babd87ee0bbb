"""What does a report tell on a point of the checklist? Made from the study and its results."""

from collections.abc import Iterable, Iterator
from dataclasses import fields

from reports import numbers
from reports.catalogue import column
from reports.criteria import Between
from reports.groupings import Bands, Measured
from reports.model_words import (
    ImputedCox,
    InteractionTests,
    Landmark,
    MultivariableCox,
    ProportionalHazards,
    TimeDependentCox,
    UnivariateCox,
)
from reports.results import Results, Table
from reports.study import Study
from reports.text_words import FollowUp, InteractionP
from reports.words import (
    Characteristics,
    CrossTable,
    CumulativeIncidence,
    CumulativeIncidenceFigure,
    GroupComparison,
    KaplanMeierFigure,
    SideBySide,
    SurvivalAtHorizons,
    SurvivalTable,
    UnivariateLogRank,
)

DESCRIBING = (Characteristics, GroupComparison, SideBySide)
UNADJUSTED = (UnivariateCox, UnivariateLogRank)
ADJUSTED = (MultivariableCox, ImputedCox, TimeDependentCox)
ABSOLUTE = (
    SurvivalTable,
    SurvivalAtHorizons,
    CumulativeIncidence,
    KaplanMeierFigure,
    CumulativeIncidenceFigure,
)
SENSITIVITY = (ImputedCox, Landmark, TimeDependentCox, ProportionalHazards)
MISSING = "Missing"


class Answers:
    """The answers of one report; "" where it has none."""

    def __init__(self, study: Study, results: Results) -> None:
        self.study, self.results = study, results
        self.words = (*study.tables, *study.figures)

    def where(self, kinds: tuple[type, ...]) -> str:
        """The labels of the tables and figures of these kinds."""
        labels = (_label(word) for word in self.words if isinstance(word, kinds))
        return _list(dict.fromkeys(labels))

    def setting(self) -> str:
        """The dates within which patients were treated and followed."""
        criteria = [one for step in self.study.cohort for one in step.criteria]
        dates = [one.sentence for one in criteria if isinstance(one, Between)]
        period = self.results.provenance.period
        if period is not None:
            dates.append(f"transplants from {period.first or '…'} to {period.last or '…'} only")
        cutoff = self.study.end_point.cutoff
        end = f"followed until {cutoff or self.results.provenance.cut_date} at the latest"
        return f"{'; '.join((*dates, end))}."

    def eligible(self) -> str:
        """How many criteria there are, and from when to when patients were followed."""
        n = sum(len(step.criteria) for step in self.study.cohort)
        point = self.study.end_point
        return (
            f"Method: {n} criteria, each with the patients left. Followed from the "
            f"{column(point.origin).label.lower()} to last contact."
        )

    def definitions(self) -> str:
        """Where end points and categories are defined."""
        labels = [p.label for p in (self.study.end_point, *self.study.end_points.values())]
        return f"Method: {_list(labels)}. Categories as labelled in the tables."

    def bias(self) -> str:
        """What meets immortal time, and where bias is told."""
        met = self.where((TimeDependentCox, Landmark))
        parts = [f"{met} against immortal time."] if met else []
        if self.study.limits:
            parts.append("Sentences on bias at the end of Method.")
        return " ".join(parts)

    def size(self) -> str:
        """How many patients there are."""
        analysed = self.results.flow[-1].n if self.results.flow else 0
        return f"All {numbers.count(analysed)} patients who meet the criteria; none was planned."

    def bands(self) -> str:
        """Numbers that were cut, and those that were not."""
        cut = dict.fromkeys(
            f"{one.label} ({', '.join(one.levels.values())})"
            for one in self._parts(Bands)
            if isinstance(one, Bands)
        )
        whole = dict.fromkeys(
            one.step for one in self._parts(Measured) if isinstance(one, Measured)
        )
        told = [f"Cut: {'; '.join(cut)}."] if cut else []
        told += [f"On a straight line: {'; '.join(whole)}."] if whole else []
        return " ".join(told)

    def _parts(self, kind: type) -> list[object]:
        """Every grouping or number of that kind in the words of the study."""
        words = (*self.words, *self.study.text_words)
        return [part for word in words for part in _groupings(word) if isinstance(part, kind)]

    def models(self) -> str:
        """Where the methods stand, and what is adjusted."""
        models = self.where(ADJUSTED)
        adjusted = f" Adjusted: {models}." if models else " Nothing is adjusted for confounders."
        return f"Method.{adjusted}"

    def subgroups(self) -> str:
        """The tables of subgroups and of interactions."""
        tests = [_label(word) for word in self.words if isinstance(word, InteractionTests)]
        tests += [word.label for word in self.study.text_words if isinstance(word, InteractionP)]
        subgroups = set(self.study.subgroups)
        of = [_label(w) for w in self.words if getattr(w, "on", "") in subgroups]
        told = [f"Subgroups: {_list(dict.fromkeys(of))}."] if of else []
        told += [f"Interactions: {_list(dict.fromkeys(tests))}."] if tests else []
        return " ".join(told)

    def gaps_met(self) -> str:
        """What was done where a value is missing."""
        models = [w for w in self.words if isinstance(w, UnivariateCox | MultivariableCox)]
        told = ["Percentages are of the known values."] if self.where(DESCRIBING) else []
        if models:
            told.append("Models hold the patients complete for their covariates.")
        if imputed := self.where((ImputedCox,)):
            told.append(f"Multiple imputation: {imputed}.")
        return " ".join(told)

    def flow(self) -> str:
        """The patients at each step."""
        boxes = " → ".join(numbers.count(box.n) for box in self.results.flow)
        left = sum(gone.n for box in self.results.flow for gone in box.left_out)
        counted = f"; {numbers.count(left)} left out are counted" if left else ""
        return f"Patients: {boxes}{counted}. Method: each criterion with its count."

    def missing(self) -> str:
        """Which tables show missing values, with their numbers."""
        told = []
        for table in self.results.tables:
            if found := list(_missing_in(table)):
                told.append(f"{table.label}: {', '.join(found)}")
        models = [t for t in self.results.tables if t.n is not None and t.events is not None]
        if models:
            told.append(f"n and events at {_list(dict.fromkeys(t.label for t in models))}")
        return f"{'; '.join(told)}." if told else "No value is missing in the tables."

    def follow_up(self) -> str:
        """The lengths of follow-up in the running text."""
        keys = {w.key for w in self.study.text_words if isinstance(w, FollowUp)}
        told = [
            f"{text.label}: {text.value.text}"
            for text in self.results.texts
            if text.value.key in keys and text.value.value is not None
        ]
        return f"{'; '.join(told)}." if told else "Numbers at risk below each figure."

    def events(self) -> str:
        """The patients and events of the first figure of each end point."""
        told = []
        for word, figure in zip(self.study.figures, self.results.figures, strict=True):
            n, events = sum(s.n for s in figure.series), sum(s.events for s in figure.series)
            point = self.study.end_point_named(word.end_point)
            if isinstance(word, KaplanMeierFigure):
                counts = f"{numbers.count(events)} {point.counted} in {numbers.count(n)} patients"
                told.append(f"{figure.label}: {counts}")
        return f"{'; '.join(told)}." if told else ""

    def estimates(self) -> str:
        """The tables of ratios, before and after adjustment."""
        before, after = self.where(UNADJUSTED), self.where(ADJUSTED)
        told = [f"Before: {before}."] if before else []
        told += [f"After: {after}, with 95% limits."] if after else []
        return " ".join(told) or "No model was fitted."

    def others(self) -> str:
        """The tables that are neither description nor main result."""
        kinds = (*SENSITIVITY, InteractionTests, CrossTable)
        return self.where(kinds)

    def limits(self) -> str:
        """Where limits are told."""
        told = ["Sentences at the end of Method."] if self.study.limits else []
        if self.results.warnings:
            told.append("Warnings at the head of the report.")
        return " ".join(told)


def _label(word: object) -> str:
    """A table by its label; one of the running text by its title, too."""
    label, title = str(getattr(word, "label", "")), str(getattr(word, "title", ""))
    return label if any(sign.isdigit() for sign in label) else f"{label} ({title})"


def _list(labels: Iterable[str]) -> str:
    return ", ".join(labels)


def _missing_in(table: Table) -> Iterator[str]:
    """ "donor 2": each variable of a table with patients whose value is missing."""
    heading = ""
    for row in table.rows:
        heading = row.label if row.heading else heading
        counts = [cell.value for cell in row.cells if cell is not None and cell.value is not None]
        if row.label == MISSING and counts:
            yield f"{numbers.in_sentence(heading)} {numbers.count(int(sum(counts)))}"


def _groupings(word: object) -> Iterator[object]:
    """The groupings and numbers a word is made of."""
    for name in (field.name for field in fields(word)):  # type: ignore[arg-type]
        value = getattr(word, name)
        yield from value if isinstance(value, tuple) else (value,)

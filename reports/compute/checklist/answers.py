"""What does a report tell on a point of the checklist? Made from what was done and found."""

from collections.abc import Iterable, Iterator

import numpy as np

from reports import numbers
from reports.catalogue import column
from reports.compute.done import Deed, Done
from reports.compute.method.collected import Record, deeds, labels
from reports.compute.population import Context
from reports.criteria import Between
from reports.groupings import Bands, Measured
from reports.named import parts_of
from reports.results import Results, Table
from reports.text_words import FollowUp

MISSING = "Missing"
FOLLOWED = (Deed.FOLLOW_UP_OF_ALL, Deed.FOLLOW_UP_OF_SURVIVORS, Deed.REVERSE_FOLLOW_UP)


class Answers:
    """The answers of one report; "" where it has none.

    record : what was done for each table, figure and number of the text.
    """

    def __init__(self, context: Context, record: Record, results: Results) -> None:
        self.context, self.record, self.results = context, record, results
        self.study = context.study
        shown = len(self.study.tables) + len(self.study.figures)
        self.shown = record[:shown]

    def where(self, *wanted: Deed) -> str:
        """The labels of the tables and figures for which one of these was done."""
        return _list(labels(self.shown, *wanted))

    def setting(self) -> str:
        """The centres, and the dates within which patients were treated and followed."""
        criteria = [one for step in self.study.cohort for one in step.criteria]
        dates = [one.sentence for one in criteria if isinstance(one, Between)]
        period = self.results.provenance.period
        if period is not None:
            dates.append(f"transplants from {period.first or '…'} to {period.last or '…'} only")
        contacts = self.context.populations[""].columns["last_contact_date"]
        known = contacts[~np.isnat(contacts)]
        end = f"last contact {known.max()} at the latest" if known.size else "no contact is known"
        centres = self.results.provenance.of_centres
        return f"{'; '.join(part for part in (centres, *dates, end) if part)}."

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
        used = {name for done in self.record for name in done.end_points}
        others = (point for name, point in self.study.end_points.items() if name in used)
        points = [point.label for point in (self.study.end_point, *others)]
        return f"Method: {_list(points)}. Categories as labelled in the tables."

    def bias(self) -> str:
        """What meets immortal time, and where bias is told."""
        met = self.where(Deed.AGAINST_IMMORTAL_TIME)
        parts = [f"{met} against immortal time."] if met else []
        if self.context.limits:
            parts.append("Sentences on bias at the end of Method.")
        return " ".join(parts)

    def size(self) -> str:
        """How many patients there are."""
        analysed = self.results.flow[-1].n if self.results.flow else 0
        return f"All {numbers.count(analysed)} patients who meet the criteria; none was planned."

    def bands(self) -> str:
        """Numbers that were cut, and those that were not, in what could be made."""
        every = list(parts_of(tuple(self._words())))
        cut = dict.fromkeys(
            f"{one.label} ({', '.join(one.levels.values())})"
            for one in every
            if isinstance(one, Bands)
        )
        told = [f"Cut: {'; '.join(cut)}."] if cut else []
        if Deed.STRAIGHT_LINE in deeds(self.record):
            whole = dict.fromkeys(one.step for one in every if isinstance(one, Measured))
            told.append(f"On a straight line: {'; '.join(whole)}.")
        return " ".join(told)

    def _words(self) -> Iterator[object]:
        """The words of which something was made."""
        words = (*self.study.tables, *self.study.figures, *self.study.text_words)
        for word, done in zip(words, self.record, strict=True):
            if done.deeds:
                yield word

    def models(self) -> str:
        """Where the methods stand, and what is adjusted."""
        models = self.where(Deed.ADJUSTED)
        adjusted = f" Adjusted: {models}." if models else " Nothing is adjusted for confounders."
        return f"Method.{adjusted}"

    def subgroups(self) -> str:
        """The tables of subgroups and of interactions."""
        part = [done for done in self.shown if done.deeds and done.on in self.study.subgroups]
        tests = labels(self.record, Deed.INTERACTION)
        told = [f"Subgroups: {_list(_labels(part))}."] if part else []
        told += [f"Interactions: {_list(tests)}."] if tests else []
        return " ".join(told)

    def gaps_met(self) -> str:
        """What was done where a value is missing."""
        done = deeds(self.record)
        told = ["Percentages are of the known values."] if Deed.KNOWN_SHARES in done else []
        if done & {Deed.COX, Deed.SELECTED}:
            told.append("Models hold the patients complete for their covariates.")
        if Deed.IMPUTED in done:
            told.append(f"Multiple imputation: {self.where(Deed.IMPUTED)}.")
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
        if models := labels(self.shown, Deed.COX):
            told.append(f"n and events at {_list(models)}")
        return f"{'; '.join(told)}." if told else "No value is missing in the tables."

    def follow_up(self) -> str:
        """The lengths of follow-up in the running text."""
        keys = {w.key for w in self.study.text_words if isinstance(w, FollowUp)}
        told = [
            f"{text.label}: {text.value.text}"
            for text in self.results.texts
            if text.value.key in keys and text.value.value is not None
        ]
        if told:
            return f"{'; '.join(told)}."
        where = self.where(*FOLLOWED)
        drawn = any(figure.series for figure in self.results.figures)
        return f"{where}." if where else "Numbers at risk below each figure." if drawn else ""

    def events(self) -> str:
        """The patients and events of each figure of survival."""
        told = []
        drawn = zip(self.study.figures, self.results.figures, self._figures(), strict=True)
        for word, figure, done in drawn:
            if Deed.KAPLAN_MEIER in done.deeds:
                n, events = sum(s.n for s in figure.series), sum(s.events for s in figure.series)
                counted = self.study.end_point_named(word.end_point).counted
                counts = f"{numbers.count(events)} {counted} in {numbers.count(n)} patients"
                told.append(f"{figure.label}: {counts}")
        return f"{'; '.join(told)}." if told else ""

    def _figures(self) -> Record:
        return self.shown[len(self.study.tables) :]

    def estimates(self) -> str:
        """The tables of ratios, before and after adjustment."""
        before, after = self.where(Deed.UNADJUSTED), self.where(Deed.ADJUSTED)
        told = [f"Before: {before}."] if before else []
        told += [f"After: {after}, with 95% limits."] if after else []
        return " ".join(told) or "No model was fitted."

    def others(self) -> str:
        """The tables that are neither description nor main result."""
        return self.where(Deed.SENSITIVITY, Deed.FURTHER)

    def limits(self) -> str:
        """Where limits are told."""
        told = ["Sentences at the end of Method."] if self.context.limits else []
        if self.results.warnings:
            told.append("Warnings at the head of the report.")
        return " ".join(told)


def _labels(record: Iterable[Done]) -> list[str]:
    return list(dict.fromkeys(done.label for done in record))


def _list(found: Iterable[str]) -> str:
    return ", ".join(found)


def _missing_in(table: Table) -> Iterator[str]:
    """ "donor 2": each variable of a table with patients whose value is missing."""
    heading = ""
    for row in table.rows:
        heading = row.label if row.heading else heading
        counts = [cell.value for cell in row.cells if cell is not None and cell.value is not None]
        if row.label == MISSING and counts:
            yield f"{numbers.in_sentence(heading)} {numbers.count(int(sum(counts)))}"

"""Do groups of patients differ? Their characteristics side by side, each with the P of its test."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from outcomes.descriptive import (
    Summary,
    chi_square,
    cross_table,
    fisher,
    mann_whitney,
    summarise,
    t_test,
)
from outcomes.group_tests import kruskal_wallis
from outcomes.terms import Factor
from reports import numbers
from reports.catalogue import column
from reports.columns import Columns
from reports.compute.characteristics import NONE_KNOWN, PEARSON, Independence, independence
from reports.compute.done import Deed, Made, deeds_in, made
from reports.compute.population import Context
from reports.compute.values import NO_PATIENTS
from reports.groupings import Grouping, Quantity
from reports.results import Row, Table, Value
from reports.words import GroupComparison

ONE_GROUP = "Not tested: fewer than two groups in whom it is known."
ONE_VALUE = "Not tested: all patients have the same."
NO_SPREAD = "Not tested: no spread, or one patient in a group."
ONE_NUMBER = "Not estimable from one patient."
NOT_ONE_SIDED = (
    "Pearson's chi-square, as for larger tables in the paper: only a table of two by two has a "
    "one-sided test."
)
AS_THE_PAPER = (
    "P, one-sided as the paper: Fisher's exact test towards the difference observed, which SPSS "
    "prints as Exact Sig. (1-sided). It repeats the paper and decides nothing: nobody had said "
    "beforehand which group would do better."
)

DEEDS = {
    "pct": (Deed.DESCRIBES, Deed.KNOWN_SHARES),
    "median": (Deed.DESCRIBES, Deed.MEDIAN_AND_RANGE),
    "mean": (Deed.DESCRIBES,),
    "p": (Deed.TESTED,),
    "p1": (Deed.TESTED, Deed.ONE_SIDED),
}

IN_WORDS = {
    "Fisher exact": "Fisher's exact test, where an expected count was below 5",
    PEARSON: "Pearson's chi-square",
    "Mann-Whitney, with correction for continuity": "Mann-Whitney with correction for continuity",
    "Mann-Whitney, without correction for continuity": (
        "Mann-Whitney without correction for continuity"
    ),
}

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Groups:
    """The patients whose group is known, their groups, and the table that is being filled.

    tested : {name of a test: the characteristics it was used for}. small : those of which
    Pearson's test was made although an expected count was below 5.
    """

    context: Context
    word: GroupComparison
    columns: Columns
    factor: Factor
    tested: dict[str, list[str]]
    small: list[str]

    @property
    def sizes(self) -> tuple[tuple[str, int], ...]:
        """Each group with the number of its patients."""
        return tuple(zip(self.word.by.levels, self.factor.counts, strict=True))

    @property
    def beside_paper(self) -> bool:
        """Whether the paper's one-sided P stand beside ours."""
        return self.word.paper_test == "one-sided"

    def heading(self, label: str, cells: tuple[Value | None, ...]) -> Row:
        """The line of a characteristic: its P values stand behind empty cells."""
        return Row(label, (*(None,) * (2 * len(self.sizes)), *cells), heading=True)

    def missing(self, name: str, known: list[int]) -> Iterator[Row]:
        """A line for those in whom it is not known, when there are any."""
        unknown = [n - told for (_, n), told in zip(self.sizes, known, strict=True)]
        if any(unknown):
            stem = f"{self.word.id}.{name}.missing"
            cells: list[Value | None] = []
            for (group, _), n in zip(self.sizes, unknown, strict=True):
                cells += [self.context.write.count(f"{stem}.{group}.n", n), None]
            yield Row("Missing", tuple(cells), indent=1)


def group_comparison(context: Context, word: GroupComparison) -> Made:
    """A block of rows for each characteristic, two columns for each group, and the P values."""
    patients = context.populations[word.on]
    factor = word.by.factor(patients.columns)
    known = patients.columns.where(factor.known)
    groups = _Groups(context, word, known, factor.where(factor.known), {}, [])
    rows = [_sizes(groups)]
    for part in word.of:
        rows += _quantity(groups, part) if isinstance(part, Quantity) else _category(groups, part)
    headers = [text for label in word.by.levels.values() for text in (label, "%")]
    headers += ["P, two-sided", "P, one-sided as the paper"] if groups.beside_paper else ["P"]
    notes = tuple(_notes(groups, patients.n - known.n))
    table = Table(word.id, word.label, word.title, tuple(headers), tuple(rows), notes, known.n)
    deeds = deeds_in(rows, DEEDS)
    told = _told(groups, deeds, deeds_in(rows, {"mean": (Deed.DESCRIBES,)}))
    return made(table, deeds, told, section="description", on=word.on)


def _sizes(groups: _Groups) -> Row:
    write, stem = groups.context.write, f"{groups.word.id}.{groups.word.by.name}"
    cells: list[Value | None] = []
    for group, n in groups.sizes:
        share = write.percent(f"{stem}.{group}.pct", n, groups.columns.n)
        cells += [write.count(f"{stem}.{group}.n", n), share]
    return Row("Patients", tuple(cells))


def _category(groups: _Groups, grouping: Grouping) -> list[Row]:
    """Counts of each level in each group, with percentages of the known."""
    write, stem = groups.context.write, f"{groups.word.id}.{grouping.name}"
    counts = cross_table(grouping.factor(groups.columns), groups.factor)
    known = counts.sum(axis=0).astype(int).tolist()
    rows = [groups.heading(grouping.label, _tested(groups, grouping, counts))]
    for (level, label), line in zip(grouping.levels.items(), counts, strict=True):
        cells: list[Value | None] = []
        for (group, n), part, whole in zip(groups.sizes, line, known, strict=True):
            key, none = f"{stem}.{level}.{group}", NONE_KNOWN if n else NO_PATIENTS
            cells.append(write.count(f"{key}.n", int(part)))
            cells.append(write.percent(f"{key}.pct", int(part), whole, none))
        rows.append(Row(label, tuple(cells), indent=1))
    return [*rows, *groups.missing(grouping.name, known)]


def _tested(groups: _Groups, grouping: Grouping, counts: Floats) -> tuple[Value, ...]:
    """The two-sided P, and behind it that of the paper when it used another test."""
    write, key = groups.context.write, f"{groups.word.id}.{grouping.name}.p"
    filled = counts[counts.any(axis=1)][:, counts.any(axis=0)]
    if reason := _untestable(filled):
        honest, as_paper = write.instead(key, reason), write.instead(f"{key}1", reason)
    else:
        found = independence(filled)
        _keep(groups, found, grouping.label)
        honest = write.p(key, found.p, ONE_VALUE)
        as_paper = _as_the_paper(groups, f"{key}1", filled)
    return (honest, as_paper) if groups.beside_paper else (honest,)


def _keep(groups: _Groups, test: Independence, label: str) -> None:
    """The test that was made, and whether one may doubt it."""
    if test.p is not None:
        groups.tested.setdefault(test.method, []).append(label)
        if test.method == PEARSON and test.small:
            groups.small.append(label)


def _as_the_paper(groups: _Groups, key: str, filled: Floats) -> Value:
    """The P of a paper that took Fisher's test one-sided, and Pearson's of larger tables."""
    small = filled.shape == (2, 2)
    p = fisher(filled).one_sided if small else chi_square(filled).p
    found = groups.context.write.p(key, p, ONE_VALUE)
    if small:
        return found
    notes = [note for note in (NOT_ONE_SIDED, found.footnote) if note]
    return replace(found, footnote=" ".join(notes))


def _untestable(filled: Floats) -> str:
    """Why a table without empty rows and columns cannot be tested; "" when it can."""
    if not filled.size:
        return NONE_KNOWN
    if filled.shape[1] < 2:
        return ONE_GROUP
    return ONE_VALUE if filled.shape[0] < 2 else ""


def _quantity(groups: _Groups, quantity: Quantity) -> list[Row]:
    """Mean and standard deviation, or median and range, of each group."""
    values = groups.columns[quantity.column]
    parts = [values[groups.factor.codes == place] for place in range(len(groups.sizes))]
    convention = groups.context.study.convention
    summaries = [summarise(part, convention) for part in parts]
    label = f"{quantity.label}, {column(quantity.column).unit}".removesuffix(", ")
    rows = [groups.heading(label, (_difference(groups, quantity, parts),))]
    lines = {"Median": "median", "Minimum": "minimum", "Maximum": "maximum"}
    if groups.word.quantities == "mean":
        lines = {"Mean": "mean", "Standard deviation": "sd"}
    for told, statistic in lines.items():
        rows.append(_statistic_row(groups, quantity, told, statistic, summaries))
    return [*rows, *groups.missing(quantity.name, [summary.n for summary in summaries])]


def _statistic_row(
    groups: _Groups, quantity: Quantity, label: str, statistic: str, summaries: list[Summary]
) -> Row:
    cells: list[Value | None] = []
    for (group, n), summary in zip(groups.sizes, summaries, strict=True):
        key = f"{groups.word.id}.{quantity.name}.{group}.{statistic}"
        reason = ONE_NUMBER if summary.n else NONE_KNOWN if n else NO_PATIENTS
        found = getattr(summary, statistic)
        cells += [groups.context.write.number(key, found, quantity.places, reason), None]
    return Row(label, tuple(cells), indent=1)


def _difference(groups: _Groups, quantity: Quantity, parts: list[Floats]) -> Value:
    """The P of the test of a number between the groups."""
    write, key = groups.context.write, f"{groups.word.id}.{quantity.name}.p"
    known = [part[~np.isnan(part)] for part in parts]
    told = [part for part in known if len(part)]
    if not told:
        return write.instead(key, NONE_KNOWN)
    if len(told) < 2:
        return write.instead(key, ONE_GROUP)
    continuity = groups.context.study.convention == "R"
    if groups.word.quantity_test == "t":
        method, reason = "Welch's t test", NO_SPREAD
        test = t_test(told[0], told[1], equal_variances=False)
    elif len(told) == 2:
        with_or_without = "with" if continuity else "without"
        method = f"Mann-Whitney, {with_or_without} correction for continuity"
        test, reason = mann_whitney(told[0], told[1], continuity=continuity), ONE_VALUE
    else:
        method, test, reason = "Kruskal-Wallis", kruskal_wallis(told), ONE_VALUE
    if test.p is not None:
        groups.tested.setdefault(method, []).append(quantity.label)
    return write.p(key, test.p, reason)


def _told(groups: _Groups, deeds: frozenset[Deed], means: frozenset[Deed]) -> Iterator[str]:
    """Which tests were made, which P the reader is to take, and how numbers are told."""
    label = groups.word.label
    if means:
        yield f"{label} tells numbers by their mean and standard deviation."
    if not groups.tested:
        return
    tests = [f"{IN_WORDS.get(name, name)} ({len(of)})" for name, of in groups.tested.items()]
    doubt = ""
    if groups.small:
        named = ", ".join(numbers.in_sentence(one) for one in groups.small)
        doubt = f" Of Pearson's, an expected count was below 5 in {named}."
    yield (
        f"{label} compares groups, each characteristic by the test named below the table: "
        f"{'; '.join(tests)}. All P are two-sided and not corrected for their number.{doubt}"
    )
    if Deed.ONE_SIDED in deeds:
        yield "One-sided P values, as the paper computed them, stand beside for comparison alone."


def _notes(groups: _Groups, left_out: int) -> Iterator[str]:
    yield (
        "Percentages of the patients of a group in whom the value is known; they need not add to "
        "100."
    )
    if groups.tested:
        head = "P, two-sided" if groups.beside_paper else "P, all two-sided"
        methods = (
            f"{method} ({', '.join(numbers.in_sentence(label) for label in labels)})"
            for method, labels in groups.tested.items()
        )
        yield f"{head}: {'; '.join(methods)}."
    if groups.beside_paper:
        yield AS_THE_PAPER
    if left_out:
        label = numbers.in_sentence(groups.word.by.label)
        yield f"Left out, as the {label} is not known: {numbers.count(left_out)}."

"""How are Results told, before they are set as HTML or PDF? Plain texts and signs, nothing to decide.

Both settings draw from the same `Document`, so that page and PDF cannot say different things.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from reports.numbers import count, percent, tolerance
from reports.render.figures_as_numbers import NumberLines, numbers_of
from reports.render.marks import MARKS, Mark, mark_of
from reports.render.tables import TableLines, lines_of
from reports.render.words import CALIBRATED, SYNTHETIC
from reports.results import (
    ChecklistItem,
    Comparison,
    Figure,
    FlowStep,
    Period,
    Provenance,
    Results,
    Row,
    Table,
    TextNumber,
    Verdict,
)

# Every number that is not the printed one to the digit, the gravest first.
_LISTED = (Verdict.DIFFERS, Verdict.PAPER_DISAGREES, Verdict.SAME_AFTER_ROUNDING)
_SHORT_HASH = 12
# A run on unchanged data gives the same bytes, so it cannot name the day on which it was made.
KEPT = "used again by every later run while the data are unchanged"
# strftime would answer in the language of the machine.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class FlowLine:
    """One box of the flow: "334", "25.6%"."""

    label: str
    n: str
    percent: str
    excluded: bool


@dataclass(frozen=True)
class VerdictLine:
    """One verdict of the legend, with the count of the whole report."""

    mark: Mark
    count: str


@dataclass(frozen=True)
class FigureLines:
    """The words around a figure; the drawing itself is made by `figures`."""

    id: str
    label: str
    title: str
    caption: str
    numbers: NumberLines


@dataclass(frozen=True)
class Difference:
    """A printed number that is not ours to the printed digit."""

    mark: Mark
    id: str
    place: str
    printed: str
    ours: str
    tolerance: str
    note: str


@dataclass(frozen=True)
class Document:
    """The whole report in words, in reading order."""

    study: str
    title: str
    citation: str
    doi: str
    cut: str
    period: str  # "1 Jan 2005 to 31 Dec 2009": the transplants taken; "", when all were
    hash: str
    patients: str
    synthetic: str
    facts: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    flow: tuple[FlowLine, ...]
    verdicts: tuple[VerdictLine, ...]  # none, when nothing was compared with a paper
    comparison: str  # what the verdicts amount to, in one or two sentences
    figures: tuple[FigureLines, ...]
    tables: tuple[TableLines, ...]
    texts: tuple[TableLines, ...]  # the numbers of the running text: one table, or none
    differences: tuple[Difference, ...]
    method: tuple[str, ...]
    checklist: tuple[ChecklistItem, ...]  # none, when the run was kept before there was one


def document_of(results: Results) -> Document:
    """Every text of the report, in reading order."""
    results, source = with_content(results), results.provenance
    return Document(
        study=results.study,
        title=results.title,
        citation=results.citation,
        doi=results.doi,
        cut=day_in_words(source.cut_date),
        period=period_in_words(source.period) if source.period else "",
        hash=source.cut_sha256[:_SHORT_HASH],
        patients=_patients(results.flow),
        synthetic=SYNTHETIC if results.synthetic else "",
        facts=_facts(source),
        warnings=results.warnings,
        flow=tuple(line for step in results.flow for line in _flow_lines(step)),
        verdicts=tuple(_verdict_lines(results)),
        comparison=_comparison(results),
        figures=tuple(_figure_lines(figure) for figure in results.figures),
        tables=tuple(lines_of(table) for table in results.tables),
        texts=tuple(lines_of(table) for table in texts_as_table(results.texts)),
        differences=_differences(results.comparisons),
        method=results.method,
        checklist=results.checklist,
    )


def with_content(results: Results) -> Results:
    """The results without tables, figures and numbers of the text that would be empty frames.

    Only where nobody is analysed: then a warning says what to do. Earlier steps may hold numbers.
    """
    if not results.flow or results.flow[-1].n:
        return results
    return replace(
        results,
        tables=tuple(table for table in results.tables if _holds_a_number(table)),
        figures=tuple(figure for figure in results.figures if figure.series),
        texts=tuple(text for text in results.texts if text.value.value),
    )


def _holds_a_number(table: Table) -> bool:
    """Anything but zeros, sentences and the references of nobody."""
    return table.n != 0 and any(
        cell is not None and cell.value for row in table.rows for cell in row.cells
    )


def _verdict_lines(results: Results) -> Iterator[VerdictLine]:
    if results.comparisons:
        for mark in MARKS:
            yield VerdictLine(mark, count(results.verdicts.get(mark.name, 0)))


def _comparison(results: Results) -> str:
    """How many of the printed numbers are ours, and what that proves on an invented cohort."""
    found = results.verdicts
    printed = sum(found.values()) - found.get(Verdict.NOT_PRINTED, 0)
    if not results.comparisons or printed == 0:
        return ""
    same, near = (count(found.get(word, 0)) for word in (Verdict.SAME, Verdict.SAME_AFTER_ROUNDING))
    told = (
        f"{same} of {count(printed)} printed numbers are the same to the printed digit, "
        f"{near} more within the stated tolerance."
    )
    return f"{told} {CALIBRATED}" if results.synthetic else told


def day_in_words(iso: str) -> str:
    """ "2014-12-31" as "31 Dec 2014"; a text that is no ISO date stays as it is."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def period_in_words(period: Period) -> str:
    """ "1 Jan 2005 to 31 Dec 2009"; with one end open "since …" or "until …"."""
    first, last = (day and day_in_words(day) for day in (period.first, period.last))
    if first and last:
        return f"{first} to {last}"
    return f"since {first}" if first else f"until {last}"


def _patients(flow: tuple[FlowStep, ...]) -> str:
    """ "288 of 1307 patients": the last box, of the first."""
    if not flow:
        return ""
    whole = count(flow[0].n)
    return f"{whole} patients" if len(flow) == 1 else f"{count(flow[-1].n)} of {whole} patients"


def _facts(source: Provenance) -> tuple[tuple[str, str], ...]:
    """With what this report can be had again."""
    return (
        ("Data cut", f"{day_in_words(source.cut_date)}; {KEPT}"),
        ("SHA-256 of the cut", source.cut_sha256),
        ("Rows in the cut", _rows(source)),
        *((("Transplants done", period_in_words(source.period)),) if source.period else ()),
        ("Study", f"{source.study}, version {source.study_version}"),
        ("Code", source.code_version),
        ("Data dictionary", source.dictionary_version),
        ("Convention", source.convention),
        ("Libraries", ", ".join(f"{name} {version}" for name, version in source.libraries)),
    )


def _rows(source: Provenance) -> str:
    """ "1377 of 33 centres"."""
    return " of ".join(part for part in (count(source.rows), source.of_centres) if part)


def _flow_lines(step: FlowStep) -> tuple[FlowLine, ...]:
    """The box, and below it those who leave it."""
    left = (
        FlowLine(gone.label, count(gone.n), _share(gone.percent), True) for gone in step.left_out
    )
    return (FlowLine(step.label, count(step.n), _share(step.percent_of_previous), False), *left)


def _share(of_step: float | None) -> str:
    return "" if of_step is None else percent(of_step)


def _figure_lines(figure: Figure) -> FigureLines:
    return FigureLines(figure.id, figure.label, figure.title, figure.caption, numbers_of(figure))


def texts_as_table(texts: tuple[TextNumber, ...]) -> tuple[Table, ...]:
    """The numbers of the running text as one more table; a group becomes a heading."""
    rows: list[Row] = []
    group = ""
    for text in texts:
        if text.group and text.group != group:
            rows.append(Row(text.group, (None,), heading=True))
        group = text.group
        rows.append(Row(text.label, (text.value,), indent=1 if group else 0))
    if not rows:
        return ()
    return (Table("texts", "Text", "Numbers in the running text", ("Ours",), tuple(rows), ()),)


def _differences(comparisons: tuple[Comparison, ...]) -> tuple[Difference, ...]:
    listed = (c for c in comparisons if c.verdict in _LISTED)
    return tuple(_difference(c) for c in sorted(listed, key=lambda c: _LISTED.index(c.verdict)))


def _difference(comparison: Comparison) -> Difference:
    places = (comparison.table, comparison.row, comparison.column)
    return Difference(
        mark=mark_of(comparison.verdict),
        id=comparison.id,
        place=", ".join(place for place in places if place),
        printed=comparison.printed,
        ours=comparison.ours_text,
        tolerance=tolerance(comparison.tolerance),
        note=comparison.note,
    )

"""What is the answer to a study on these columns? Study and columns in, results out. Pure.

The same columns, in any order of rows, give the same results to the last byte.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import scipy

from reports import numbers
from reports.columns import Columns
from reports.compute.characteristics import characteristics, cross
from reports.compute.checklist import checklist
from reports.compute.cox import multivariable_table, univariate_table
from reports.compute.groups import group_comparison
from reports.compute.horizons import survival_at_horizons, univariate_log_rank
from reports.compute.imputed import imputed_table
from reports.compute.incidence import incidence_figure, incidence_table
from reports.compute.interactions import interaction_tests
from reports.compute.landmark import landmark_table
from reports.compute.method import method, warnings
from reports.compute.part import OTHER_PATIENTS, beside_the_paper, done_in
from reports.compute.population import Context, as_of, flow, populations
from reports.compute.proportional import proportional_table
from reports.compute.survival import figure, survival_table
from reports.compute.texts import side_by_side, text
from reports.compute.time_dependent import time_dependent_table
from reports.compute.values import Writer
from reports.model_words import (
    ImputedCox,
    InteractionTests,
    Landmark,
    MultivariableCox,
    ProportionalHazards,
    TimeDependentCox,
    UnivariateCox,
)
from reports.published import Paper, compare, count_verdicts
from reports.results import (
    Comparison,
    Figure,
    FlowStep,
    Period,
    Provenance,
    Results,
    Row,
    Table,
    TextNumber,
    Value,
    Verdict,
)
from reports.study import Study
from reports.words import (
    Characteristics,
    CrossTable,
    CumulativeIncidence,
    CumulativeIncidenceFigure,
    FigureWord,
    GroupComparison,
    SideBySide,
    SurvivalAtHorizons,
    SurvivalTable,
    TableWord,
    UnivariateLogRank,
)

__all__ = ["run"]


def run(
    study: Study,
    columns: Columns,
    *,
    cut_date: str,
    code_version: str,
    dictionary_version: str,
    synthetic: bool = False,
    period: Period | None = None,
    judged: bool = True,
) -> Results:
    """Compute everything a study shows on the columns of a data cut.

    cut_date : ISO date of the cut. code_version, dictionary_version : with what it was made.
    synthetic : the rows are invented, and every document says so.
    period : only transplants of these dates are taken; the others are counted.
    judged : the patients are the paper's, so each number gets its verdict. Otherwise the printed
    numbers stand beside ours without one.
    Never raises for what the data hold: a number that cannot be given is a sentence.
    Raises ColumnError when the cut lacks a column the study names.
    """
    rows = as_of(done_in(columns, period).in_order(), study.end_point.cutoff)
    context = Context(study, populations(study, rows), Writer(study.p_style, study.all_remarks))
    parts, answers = _answered(context, flow(study, rows))
    compared = compare(study.paper, answers) if study.paper and judged else ()
    beside = (
        _judged(answers, study.paper, compared)
        if judged
        else beside_the_paper(answers, study.paper)
    )
    provenance = _provenance(study, columns, cut_date, code_version, dictionary_version, period)
    others = (OTHER_PATIENTS,) if study.paper and not judged else ()
    results = Results(
        study=study.id,
        title=study.title,
        citation=study.citation,
        doi=study.doi,
        synthetic=synthetic,
        flow=parts.flow,
        tables=tuple(_with_verdicts(table, beside) for table in parts.tables),
        figures=parts.figures,
        texts=tuple(replace(t, value=beside.get(t.value.key or "", t.value)) for t in parts.texts),
        comparisons=compared,
        verdicts=count_verdicts(compared, answers if judged else {}, study.paper),
        method=method(context, rows, provenance),
        warnings=(*others, *warnings(context, rows)),
        provenance=provenance,
    )
    return replace(results, checklist=checklist(study, results))


@dataclass(frozen=True)
class _Parts:
    """What a report consists of, before it is compared with the paper."""

    flow: tuple[FlowStep, ...]
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...]
    texts: tuple[TextNumber, ...]


def _answered(context: Context, boxes: tuple[FlowStep, ...]) -> tuple[_Parts, dict[str, Value]]:
    """Every part of the report, and every number in it by its key."""
    study = context.study
    tables = tuple(_table(context, word) for word in study.tables)
    drawn = [_figure(context, word) for word in study.figures]
    texts = tuple(
        text(context, word, group) for group, words in study.texts.items() for word in words
    )
    answers = _flow_answers(study, boxes, context.write)
    answers |= {value.key: value for value in _cells(tables) if value.key}
    for _, of_figure in drawn:
        answers |= of_figure
    answers |= {entry.value.key: entry.value for entry in texts if entry.value.key}
    return _Parts(boxes, tables, tuple(finished for finished, _ in drawn), texts), answers


def _table(context: Context, word: TableWord) -> Table:
    match word:
        case Characteristics():
            return characteristics(context, word)
        case GroupComparison():
            return group_comparison(context, word)
        case SurvivalTable():
            return survival_table(context, word)
        case CumulativeIncidence():
            return incidence_table(context, word)
        case SurvivalAtHorizons():
            return survival_at_horizons(context, word)
        case UnivariateLogRank():
            return univariate_log_rank(context, word)
        case UnivariateCox():
            return univariate_table(context, word)
        case MultivariableCox():
            return multivariable_table(context, word)
        case ImputedCox():
            return imputed_table(context, word)
        case InteractionTests():
            return interaction_tests(context, word)
        case ProportionalHazards():
            return proportional_table(context, word)
        case TimeDependentCox():
            return time_dependent_table(context, word)
        case Landmark():
            return landmark_table(context, word)
        case CrossTable():
            return cross(context, word)
        case SideBySide():
            return side_by_side(context, word)


def _figure(context: Context, word: FigureWord) -> tuple[Figure, dict[str, Value]]:
    if isinstance(word, CumulativeIncidenceFigure):
        return incidence_figure(context, word)
    return figure(context, word)


def _flow_answers(study: Study, boxes: tuple[FlowStep, ...], write: Writer) -> dict[str, Value]:
    """The counts and percentages of the flow chart by key."""
    answers: dict[str, Value] = {}

    def tell(name: str, n: int, share: float | None) -> None:
        answers[f"flow.{name}.n"] = write.count(f"flow.{name}.n", n)
        if share is not None:
            key = f"flow.{name}.pct"
            answers[key] = write.value(key, share, numbers.percent(share))

    for step, box in zip(study.cohort, boxes, strict=True):
        tell(step.name, box.n, box.percent_of_previous)
    for step, box in zip(study.cohort[1:], boxes, strict=False):
        for gone in box.left_out:
            tell(f"{step.name}.excluded", gone.n, gone.percent)
    return answers


def _cells(tables: Iterable[Table]) -> Iterable[Value]:
    for table in tables:
        for row in table.rows:
            yield from (cell for cell in row.cells if cell is not None)


def _judged(
    answers: dict[str, Value], paper: Paper | None, compared: tuple[Comparison, ...]
) -> dict[str, Value]:
    """Every value with the printed number that stands in its place, and the verdict."""
    if paper is None:
        return {}
    by_id = {comparison.id: comparison for comparison in compared}
    printed = paper.by_key()
    judged: dict[str, Value] = {}
    for key, value in answers.items():
        if key not in printed:
            word = None if value.value is None else Verdict.NOT_PRINTED
            judged[key] = replace(value, verdict=word)
            continue
        entry = printed[key][0]
        judged[key] = replace(
            value,
            printed=entry.printed,
            verdict=by_id[entry.id].verdict,
            tolerance=entry.tolerance,
            footnote=value.footnote or _proof(paper, entry.id, by_id[entry.id].verdict),
        )
    return judged


def _proof(paper: Paper, entry_id: str, word: Verdict) -> str | None:
    if word is Verdict.PAPER_DISAGREES:
        return paper.contradictions[entry_id].sentence
    return None


def _with_verdicts(table: Table, judged: dict[str, Value]) -> Table:
    def cell(value: Value | None) -> Value | None:
        return judged.get(value.key, value) if value is not None and value.key else value

    rows = tuple(Row(r.label, tuple(map(cell, r.cells)), r.indent, r.heading) for r in table.rows)
    return replace(table, rows=rows)


def _provenance(
    study: Study,
    columns: Columns,
    cut_date: str,
    code_version: str,
    dictionary_version: str,
    period: Period | None,
) -> Provenance:
    return Provenance(
        study=study.id,
        study_version=study.version,
        cut_date=cut_date,
        cut_sha256=columns.sha256,
        rows=columns.n,
        code_version=code_version,
        dictionary_version=dictionary_version,
        convention=study.convention,
        libraries=(("numpy", np.__version__), ("scipy", scipy.__version__)),
        period=period,
    )

"""What does a report consist of? Every table, figure and number, and what was done for each."""

from collections.abc import Iterable
from dataclasses import dataclass

from reports import numbers
from reports.compute.characteristics import characteristics, cross
from reports.compute.cox import univariate_table
from reports.compute.done import Deed, Done, Made, full_label
from reports.compute.final import multivariable_table
from reports.compute.groups import group_comparison
from reports.compute.horizons import survival_at_horizons, univariate_log_rank
from reports.compute.imputed import imputed_table
from reports.compute.incidence import incidence_figure, incidence_table
from reports.compute.interactions import interaction_tests
from reports.compute.landmark import landmark_table
from reports.compute.log_minus_log import TOLD, log_minus_log_figure
from reports.compute.method import Record
from reports.compute.population import Context, why_nobody
from reports.compute.proportional import proportional_table, with_rejections
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
from reports.results import (
    Figure,
    FlowStep,
    Table,
    TextNumber,
    Value,
)
from reports.words import (
    Characteristics,
    CrossTable,
    CumulativeIncidence,
    CumulativeIncidenceFigure,
    FigureWord,
    GroupComparison,
    LogMinusLogFigure,
    SideBySide,
    SurvivalAtHorizons,
    SurvivalTable,
    TableWord,
    UnivariateLogRank,
)


@dataclass(frozen=True)
class Parts:
    """What a report consists of, before it is compared with the paper.

    record : what was done for each table, figure and number of the text, in this order.
    """

    flow: tuple[FlowStep, ...]
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...]
    texts: tuple[TextNumber, ...]
    record: Record


def answered(context: Context, boxes: tuple[FlowStep, ...]) -> tuple[Parts, dict[str, Value]]:
    """Every part of the report, and every number in it by its key."""
    study = context.study
    made = _tables(context)
    drawn = [_figure(context, word) for word in study.figures]
    told = [text(context, word, group) for group, words in study.texts.items() for word in words]
    tables, texts = tuple(one.table for one in made), tuple(number for number, _ in told)
    answers = _flow_answers(boxes, context.write)
    answers |= {value.key: value for value in _cells(tables) if value.key}
    for _, of_figure in drawn:
        answers |= of_figure
    answers |= {entry.value.key: entry.value for entry in texts if entry.value.key}
    figures = tuple(finished for finished, _ in drawn)
    seen = (_seen(context, w, one) for w, one in zip(study.figures, figures, strict=True))
    record = (*(one.done for one in made), *seen, *(done for _, done in told))
    return Parts(boxes, tables, figures, texts, record), answers


def _seen(context: Context, word: FigureWord, drawn: Figure) -> Done:
    """What was done for a figure: its curves, and the test between them."""
    label = full_label(word.label, word.title)
    if not drawn.series:
        reason = why_nobody(context.patients(word.on, word.end_point), word.by)
        return Done(label, reason=reason)
    points = (word.end_point,)
    if isinstance(word, LogMinusLogFigure):
        deeds = {Deed.KAPLAN_MEIER, Deed.FURTHER}
        return Done(label, frozenset(deeds), (TOLD,), end_points=points, on=word.on)
    rising = isinstance(word, CumulativeIncidenceFigure)
    deeds = {Deed.ABSOLUTE, Deed.AALEN_JOHANSEN if rising else Deed.KAPLAN_MEIER}
    if drawn.p is not None and drawn.p.value is not None:
        deeds |= {Deed.TESTED, Deed.GRAY if rising else Deed.LOG_RANK}
    return Done(label, frozenset(deeds), section="survival", end_points=points, on=word.on)


def _tables(context: Context) -> list[Made]:
    """Every table; below a model stands where its hazards were found not to be proportional."""
    made = [(word, _table(context, word)) for word in context.study.tables]
    tests = [(word, m.table) for word, m in made if isinstance(word, ProportionalHazards)]
    return with_rejections((one for _, one in made), tests)


def _table(context: Context, word: TableWord) -> Made:
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
    if isinstance(word, LogMinusLogFigure):
        return log_minus_log_figure(context, word)
    return figure(context, word)


def _flow_answers(boxes: tuple[FlowStep, ...], write: Writer) -> dict[str, Value]:
    """The counts and percentages of the flow chart by key."""
    answers: dict[str, Value] = {}

    def tell(key: str, n: int, share: float | None) -> None:
        answers[f"{key}.n"] = write.count(f"{key}.n", n)
        if share is not None:
            answers[f"{key}.pct"] = write.value(f"{key}.pct", share, numbers.percent(share))

    for box in boxes:
        tell(box.key, box.n, box.percent_of_previous)
        for gone in box.left_out:
            tell(gone.key, gone.n, gone.percent)
    return answers


def _cells(tables: Iterable[Table]) -> Iterable[Value]:
    for table in tables:
        for row in table.rows:
            yield from (cell for cell in row.cells if cell is not None)

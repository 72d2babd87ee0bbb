"""What does a word name? Its columns, populations, end points, and the tables on which it builds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import assert_never

from reports.criteria import Criterion
from reports.groupings import Bands, Category, Measured, Quantity
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

Word = TableWord | FigureWord | TextWord


@dataclass(frozen=True)
class Named:
    """What a word names itself; the groupings and criteria in it name their own columns.

    populations, end_points : "" is the last step of the cohort, the main end point. screens,
    models : ids of tables that are a UnivariateCox, a MultivariableCox.
    """

    populations: tuple[str, ...] = ()
    end_points: tuple[str, ...] = ()
    screens: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


def named(word: Word) -> Named:
    """Every name in a word that has to exist. A new word needs a line here, or mypy objects."""
    match word:
        case Characteristics() | GroupComparison() | CrossTable() | CountOf() | ShareOf():
            return Named((word.on,))
        case SurvivalTable() | CumulativeIncidence() | UnivariateLogRank() | UnivariateCox():
            return Named((word.on,), (word.end_point,))
        case Landmark() | KaplanMeierFigure() | CumulativeIncidenceFigure() | LogRankP():
            return Named((word.on,), (word.end_point,))
        case FollowUp() | MedianSurvival() | SurvivalAt() | LogMinusLogFigure():
            return Named((word.on,), (word.end_point,))
        case SurvivalAtHorizons():
            return Named((word.on,), word.end_points)
        case SideBySide():
            return _side_by_side(word)
        case MultivariableCox():
            return Named((word.on,), (word.end_point,), screens=_if_any(word.screened_by))
        case TimeDependentCox():
            return Named((word.on,), (word.end_point,), models=_if_any(word.beside))
        case ImputedCox():
            return Named((word.on,), models=(word.of,))
        case ProportionalHazards():
            return Named(models=(word.of,))
        case InteractionTests() | InteractionP():
            return Named(models=(word.added_to,))
        case DistinctOf() | YearOf() | MedianOf():
            return Named((word.on,), columns=(word.column,))
        case TimeBetween():
            return Named((word.on,), columns=(word.start, word.end))
        case TransplantsOf():
            return Named((word.on,), columns=("second_transplant_date",))
        case _:
            assert_never(word)


def _if_any(name: str) -> tuple[str, ...]:
    return (name,) if name else ()


def _side_by_side(word: SideBySide) -> Named:
    """Its columns are the populations, in place of those of its rows."""
    rows = [named(row) for row in word.rows]
    points = tuple(name for row in rows for name in row.end_points)
    return Named(tuple(word.columns), points, columns=tuple(c for row in rows for c in row.columns))


def parts_of(thing: object) -> Iterator[object]:
    """Every word, criterion, grouping and switch inside, each as often as it is named."""
    if isinstance(thing, Mapping):
        thing = tuple(thing.values())
    if isinstance(thing, tuple | list):
        for part in thing:
            yield from parts_of(part)
    elif is_dataclass(thing) and not isinstance(thing, type):
        yield thing
        for field in fields(thing):
            yield from parts_of(getattr(thing, field.name))


def columns_named(things: object) -> set[str]:
    """The columns of words, criteria, groupings and switches, and of all that is in them.

    Raises TypeError for anything else.
    """
    return {column for part in parts_of(things) for column in _own_columns(part)}


def _own_columns(part: object) -> tuple[str, ...]:
    match part:
        case Category() | Bands() | Measured() | Quantity() | Switch():
            return (part.column,)
        case Criterion():
            return part.columns_named
    if isinstance(part, Word):
        return named(part).columns
    raise TypeError(f"{type(part).__name__} has no line in reports.named")

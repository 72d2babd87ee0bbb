"""What was done for each part of a report? Method section and checklist collect it, and only that."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal

from reports.results import Row, Table, Value

Section = Literal["description", "survival", "models"]


class Deed(Enum):
    """What a part serves for, and by which method; each is named where it was done."""

    DESCRIBES = auto()
    UNADJUSTED = auto()
    ADJUSTED = auto()
    ABSOLUTE = auto()  # risks over a stated time
    SENSITIVITY = auto()
    FURTHER = auto()  # neither description nor main result
    AGAINST_IMMORTAL_TIME = auto()
    IMPUTED = auto()
    INTERACTION = auto()
    PROPORTIONAL = auto()

    KNOWN_SHARES = auto()
    MEDIAN_AND_RANGE = auto()
    FOLLOW_UP_OF_ALL = auto()
    FOLLOW_UP_OF_SURVIVORS = auto()
    REVERSE_FOLLOW_UP = auto()
    KAPLAN_MEIER = auto()
    MEDIAN_SURVIVAL = auto()
    MEDIAN_LIMITS = auto()
    HORIZON_ERROR = auto()
    HORIZON_LIMITS = auto()
    LOG_RANK = auto()
    AALEN_JOHANSEN = auto()
    INCIDENCE_ERROR = auto()
    GRAY = auto()
    COX = auto()
    SELECTED = auto()
    STRAIGHT_LINE = auto()  # a measured number entered a model uncut
    TESTED = auto()  # a P value stands there
    ONE_SIDED = auto()


@dataclass(frozen=True)
class Done:
    """What was done for one table, figure or number of the text.

    deeds : none when nothing of it could be made. told : its own sentences of the method section,
    in the paragraph of `section`. end_points, on : the names of those followed, and of whom.
    of : the label of the model that it tests. reason : why nothing could be made.
    """

    label: str
    deeds: frozenset[Deed] = frozenset()
    told: tuple[str, ...] = ()
    section: Section = "models"
    end_points: tuple[str, ...] = ()
    on: str = ""
    of: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Made:
    """A table and what was done for it."""

    table: Table
    done: Done


def made(
    table: Table,
    deeds: Iterable[Deed],
    told: Iterable[str] = (),
    *,
    section: Section = "models",
    end_points: tuple[str, ...] = (),
    on: str = "",
    of: str = "",
) -> Made:
    """The table with what was done; where nothing was, with the reason in most of its cells."""
    found = frozenset(deeds)
    reason = "" if found else _reason(table.rows)
    label = full_label(table.label, table.title)
    return Made(table, Done(label, found, tuple(told), section, end_points, on, of, reason))


def full_label(label: str, title: str) -> str:
    """A table by its label; one of the running text, which has no number, by its title too."""
    return label if any(sign.isdigit() for sign in label) or not title else f"{label} ({title})"


def deeds_in(
    rows: Iterable[Row], by_statistic: Mapping[str, tuple[Deed, ...]], under: str = ""
) -> frozenset[Deed]:
    """The deeds of every statistic that has a number, as "hr" is told by the end of a key.

    under : only of the keys that begin so.
    """
    told = {
        value.key.rpartition(".")[2]
        for value in _cells(rows)
        if value.key and value.value is not None and value.key.startswith(under)
    }
    return frozenset(deed for name in told for deed in by_statistic.get(name, ()))


def _cells(rows: Iterable[Row]) -> Iterator[Value]:
    for row in rows:
        yield from (cell for cell in row.cells if cell is not None)


def _reason(rows: Iterable[Row]) -> str:
    reasons = Counter(value.reason for value in _cells(rows) if value.reason)
    return reasons.most_common(1)[0][0] if reasons else "No patients."

"""What does a study answer? One frozen object: computed once, then drawn, printed and compared.

Nothing here computes. `reports.compute` fills these, `reports.render` draws them, and
`Results.to_json` is the form in which a run is kept: the same input gives the same bytes.
"""

import json
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

# Twelve significant digits are kept in a stored run. The last four bits of a double depend on the
# processor's order of addition; a number that moves with them is not the study's number.
STORED_DIGITS = 12
NAMED_CENTRES = 3  # up to so many are told by their codes


class Scale(StrEnum):
    """On which axes the curves of a figure are drawn."""

    PERCENT = "percent"
    LOG_MINUS_LOG = "log_minus_log"


class Verdict(StrEnum):
    """How our number stands to the printed one."""

    SAME = "same"
    SAME_AFTER_ROUNDING = "same_after_rounding"
    DIFFERS = "differs"
    PAPER_DISAGREES = "paper_disagrees"
    NOT_PRINTED = "not_printed"


@dataclass(frozen=True)
class Value:
    """One number of a report: the number, its text, where it stands and how it compares.

    tolerance : how far ours may be from the printed number to be the same after rounding.
    reason : a sentence printed in the place of a number that cannot be given (value is None).
    key : the number's address, for example "t2.treatment.dli.median".
    """

    value: float | int | None
    text: str
    key: str | None = None
    printed: str | None = None
    verdict: Verdict | None = None
    tolerance: float | None = None
    footnote: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Row:
    """A line of a table; a cell without content is None."""

    label: str
    cells: tuple[Value | None, ...]
    indent: int = 0
    heading: bool = False


@dataclass(frozen=True)
class Table:
    """A table; `columns` are the headers of the cells (the label column has none)."""

    id: str
    label: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    footnotes: tuple[str, ...]
    n: int | None = None
    events: int | None = None


@dataclass(frozen=True)
class Series:
    """One curve: steps from (0, 1.0), or from (0, 0.0) if it rises; times in months.

    survival : heights as 0-1; of a cumulative incidence that incidence.
    censor : (month, survival) of every patient who left without the event, if they are drawn.
    at_risk : patients at risk at each tick of the figure.
    key : the address of its numbers, "f3.treatment.dli"; "" in runs that were kept before it.
    """

    label: str
    n: int
    events: int
    months: tuple[float, ...]
    survival: tuple[float, ...]
    censor: tuple[tuple[float, float], ...]
    at_risk: tuple[int, ...]
    key: str = ""

    @property
    def rises(self) -> bool:
        """Whether it is a cumulative incidence, which starts at 0."""
        return self.survival[:1] == (0.0,)

    def height_at(self, month: float) -> float | None:
        """The curve's height (0-1) at `month`; None after the last patient was seen.

        A curve that can change no more stays there: survival at 0, an incidence at 1.
        """
        last = max((*self.months, *(seen for seen, _ in self.censor)), default=0.0)
        reached = [s for m, s in zip(self.months, self.survival, strict=True) if m <= month]
        end = 1 if self.rises else 0
        if not reached or (month > last and reached[-1] != end):
            return None
        return reached[-1]


@dataclass(frozen=True)
class Figure:
    """Curves on one time axis, with the test that compares them.

    test : its words. p : its P; None without groups, and in runs that were kept before there was one.
    scale : how the heights, which stay 0-1 in the series, are drawn and told.
    """

    id: str
    label: str
    title: str
    caption: str
    x_label: str
    y_label: str
    ticks_months: tuple[int, ...]
    series: tuple[Series, ...]
    test: str | None = None
    p: Value | None = None
    scale: Scale = Scale.PERCENT


@dataclass(frozen=True)
class LeftOut:
    """Those who leave a box of the flow chart; percent is their share of it (0-100).

    key : the address of its numbers, as in `FlowStep`.
    """

    label: str
    n: int
    percent: float | None
    key: str = ""


@dataclass(frozen=True)
class FlowStep:
    """A box of the flow chart; percent_of_previous is a percentage (0-100).

    left_out : who leaves this box before the next one, when the paper counts them.
    key : the address of its numbers, "flow.failed"; "" in runs that were kept before it.
    """

    label: str
    n: int
    percent_of_previous: float | None
    left_out: tuple[LeftOut, ...] = ()
    key: str = ""


@dataclass(frozen=True)
class TextNumber:
    """A number that stands in the running text; `group` gathers those of one sentence."""

    label: str
    value: Value
    group: str = ""


@dataclass(frozen=True)
class Period:
    """The transplants taken, by their ISO dates: both days are in, None leaves one end open.

    Raises ValueError for what is no date, both ends open, or an end before the beginning.
    """

    first: str | None = None
    last: str | None = None

    def __post_init__(self) -> None:
        ends = [date.fromisoformat(day) for day in (self.first, self.last) if day is not None]
        if not ends:
            raise ValueError("A period has a beginning or an end.")
        if ends != sorted(ends):
            raise ValueError("The period ends before it begins.")


@dataclass(frozen=True)
class Provenance:
    """With what a run can be had again: the cut, the code, the dictionary, the libraries.

    centres : codes of the centres with rows in the cut.
    period : the dates of transplant asked for; None, when the whole cut was.
    """

    study: str
    study_version: str
    cut_date: str
    cut_sha256: str
    rows: int
    code_version: str
    dictionary_version: str
    convention: str
    libraries: tuple[tuple[str, str], ...]
    centres: tuple[str, ...] = ()
    period: Period | None = None

    @property
    def of_centres(self) -> str:
        """Which they are, or how many: "centre F01", "33 centres"; "" when none is named."""
        if len(self.centres) > NAMED_CENTRES:
            return f"{len(self.centres)} centres"
        word = "centre" if len(self.centres) == 1 else "centres"
        return f"{word} {', '.join(self.centres)}" if self.centres else ""


@dataclass(frozen=True)
class Comparison:
    """One printed number beside ours.

    within : ours is the printed number or within its tolerance, whatever the verdict says of it.
    """

    id: str
    table: str
    row: str
    column: str
    printed: str
    ours: float | None
    ours_text: str
    verdict: Verdict
    tolerance: float | None
    note: str
    within: bool


@dataclass(frozen=True)
class ChecklistItem:
    """One point that readers of a cohort study ask for, and where this report answers it.

    item : its number in the STROBE checklist. answered : "" when nothing of the report answers it.
    authors : what only the authors can write; "" when nothing is left to them.
    """

    item: str
    topic: str
    answered: str
    authors: str


@dataclass(frozen=True)
class Results:
    """All a study answers. `verdicts` counts the five words over every number of the report.

    checklist : none in runs that were kept before there was one.
    """

    study: str
    title: str
    citation: str
    doi: str
    synthetic: bool
    flow: tuple[FlowStep, ...]
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...]
    texts: tuple[TextNumber, ...]
    comparisons: tuple[Comparison, ...]
    verdicts: dict[str, int]
    method: tuple[str, ...]
    warnings: tuple[str, ...]
    provenance: Provenance
    checklist: tuple[ChecklistItem, ...] = ()

    def to_json(self) -> str:
        """Canonical text: the flow first, then the verdicts, then the rest in the order above."""
        opening = ("flow", "verdicts")
        rest = (field.name for field in fields(self) if field.name not in opening)
        plain = {name: _plain(getattr(self, name)) for name in (*opening, *rest)}
        return json.dumps(plain, ensure_ascii=False, allow_nan=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Results":
        """What a run has kept, read back; its `to_json` gives the same text again.

        Raises KeyError or TypeError for a text of another shape, ValueError for no JSON.
        """
        read = _read(cls, json.loads(text))
        assert isinstance(read, cls)
        return read


def _plain(thing: object) -> object:
    """Dataclasses as objects, tuples as lists, dictionaries in the order of their keys."""
    if is_dataclass(thing) and not isinstance(thing, type):
        return {field.name: _plain(getattr(thing, field.name)) for field in fields(thing)}
    if isinstance(thing, dict):
        return {str(key): _plain(thing[key]) for key in sorted(thing)}
    if isinstance(thing, tuple | list):
        return [_plain(part) for part in thing]
    if isinstance(thing, float):
        return float(format(thing, f".{STORED_DIGITS}g"))
    return thing


def _read(hint: Any, plain: Any) -> Any:
    """The reverse of `_plain`, guided by the type that a field declares."""
    if isinstance(hint, UnionType):
        if plain is None:
            return None
        return _read(next(kind for kind in get_args(hint) if kind is not type(None)), plain)
    if get_origin(hint) is tuple:
        kinds = get_args(hint)
        listed = kinds[:1] * len(plain) if kinds[1:] == (Ellipsis,) else kinds
        return tuple(_read(kind, part) for kind, part in zip(listed, plain, strict=True))
    if is_dataclass(hint) and isinstance(hint, type):
        hints = get_type_hints(hint)
        told = [f for f in fields(hint) if f.name in plain or f.default is MISSING]
        return hint(**{field.name: _read(hints[field.name], plain[field.name]) for field in told})
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(plain)
    return plain

"""How is a table told: which cell holds what, which notes hang on it, how does it compare?"""

from dataclasses import dataclass, replace
from string import ascii_lowercase

from reports.numbers import count, tolerance
from reports.render.limits import with_joined_limits
from reports.render.marks import Mark, gravest, mark_of
from reports.results import Row, Table, Value, Verdict

# With these the paper prints the same, or nothing: repeating it would only add noise.
_QUIET = (Verdict.SAME, Verdict.NOT_PRINTED)
# Columns in all: up to three leave most of the line to the labels; more than six need smaller
# letters to stand beside a figure.
_FEW, _ROOMY = 3, 6
_HALF_A_PAGE = 60
"""So many letters of numbers stand side by side in half a page of 1366 pixels."""
BELOW = "Below a number: what the paper prints, where it is not the same."
BESIDE = "Below a number: what the paper prints of its own patients."


@dataclass(frozen=True)
class Cell:
    """One cell: a number's text, or a sentence that runs over `span` cells.

    printed : what the paper has in this place, when that is not the same or was not compared.
    """

    text: str
    sentence: bool = False
    span: int = 1
    note: str = ""
    printed: str = ""


@dataclass(frozen=True)
class Paper:
    """How a line compares: the gravest sign, and in the hint each cell of its own."""

    mark: Mark
    hint: str


@dataclass(frozen=True)
class Line:
    """One line of a table."""

    label: str
    indent: int
    heading: bool
    cells: tuple[Cell, ...]
    bare: bool  # no cell holds anything: the label has the whole line
    open_end: bool  # a sentence runs through the column Paper too
    paper: Paper | None


@dataclass(frozen=True)
class Note:
    """A footnote of one or more cells."""

    letter: str
    text: str


@dataclass(frozen=True)
class TableLines:
    """A table in words. `compared` says whether it has a column Paper."""

    id: str
    label: str
    title: str
    counts: str
    columns: tuple[str, ...]
    compared: bool
    lines: tuple[Line, ...]
    notes: tuple[Note, ...]
    footnotes: tuple[str, ...]

    @property
    def width(self) -> int:
        """Columns in all: the labels, the cells, and Paper when there is one."""
        return 1 + len(self.columns) + int(self.compared)

    @property
    def setting(self) -> str:
        """How close a page sets it: "wide" in smaller letters, "few" with room for the labels;
        "wide widest" in still smaller ones, so that its last column is seen in half a page."""
        if self._letters > _HALF_A_PAGE:
            return "wide widest"
        return "wide" if self.width > _ROOMY else "few" if self.width <= _FEW else "some"

    @property
    def _letters(self) -> int:
        """How many letters its columns need side by side, without that of the labels."""
        heads = (*self.columns, *(["Paper"] if self.compared else []))
        longest = [max(map(len, head.split()), default=0) for head in heads]
        for line in self.lines:
            place = 0
            for cell in line.cells:
                if cell.span == 1 and not cell.sentence:
                    longest[place] = max(longest[place], len(cell.text), len(cell.printed))
                place += cell.span
        return sum(longest)


def lines_of(table: Table) -> TableLines:
    """Every text of `table`, with lettered notes and the column Paper."""
    papers = tuple(_paper(row.cells, table.columns) for row in table.rows)
    table = with_joined_limits(table)
    letters = _letters(table)
    compared = any(cell and cell.verdict for row in table.rows for cell in row.cells)
    lines = tuple(
        _line(row, table.columns, letters, paper, compared)
        for row, paper in zip(table.rows, papers, strict=True)
    )
    beside = any(cell.printed for line in lines for cell in line.cells)
    below = (BELOW if compared else BESIDE,) if beside else ()
    return TableLines(
        id=table.id,
        label=table.label,
        title=table.title,
        counts=_counts(table),
        columns=table.columns,
        compared=compared,
        lines=lines,
        notes=tuple(Note(letter, text) for text, letter in letters.items()),
        footnotes=(*below, *table.footnotes),
    )


def _counts(table: Table) -> str:
    """ "n = 288, events = 248" """
    known = (("n", table.n), ("events", table.events))
    return ", ".join(f"{name} = {count(number)}" for name, number in known if number is not None)


def _letters(table: Table) -> dict[str, str]:
    """A letter for each different note, in reading order: a, b … z, aa, bb …"""
    letters: dict[str, str] = {}
    for row in table.rows:
        for cell in row.cells:
            if cell is not None and cell.footnote and cell.footnote not in letters:
                turn, place = divmod(len(letters), len(ascii_lowercase))
                letters[cell.footnote] = ascii_lowercase[place] * (turn + 1)
    return letters


def _line(
    row: Row, columns: tuple[str, ...], letters: dict[str, str], paper: Paper | None, compared: bool
) -> Line:
    if len(row.cells) > len(columns):
        raise ValueError(f"{row.label}: {len(row.cells)} cells under {len(columns)} columns")
    values = (*row.cells, *(None,) * (len(columns) - len(row.cells)))
    cells = _cells(values, letters)
    open_end = compared and paper is None and bool(cells) and cells[-1].sentence
    if open_end:
        cells[-1] = replace(cells[-1], span=cells[-1].span + 1)
    bare = not any(cell.text for cell in cells)
    return Line(row.label, row.indent, row.heading, tuple(cells), bare, open_end, paper)


def _cells(values: tuple[Value | None, ...], letters: dict[str, str]) -> list[Cell]:
    """The cells; a sentence takes the empty ones after it, and those that would repeat it."""
    cells: list[Cell] = []
    for value in values:
        before = cells[-1] if cells and cells[-1].sentence else None
        if before and (value is None or value.reason == before.text):
            beside = ", ".join(filter(None, (before.printed, _printed(value))))
            cells[-1] = replace(before, span=before.span + 1, printed=beside)
        else:
            cells.append(_cell(value, letters))
    return cells


def _cell(value: Value | None, letters: dict[str, str]) -> Cell:
    if value is None:
        return Cell("")
    note = letters.get(value.footnote, "") if value.footnote else ""
    if value.reason and value.value is None:
        return Cell(value.reason, sentence=True, note=note, printed=_printed(value))
    beside = "" if value.verdict in _QUIET else value.printed or ""
    return Cell(value.text, note=note, printed=beside)


def _printed(value: Value | None) -> str:
    """What stands below a sentence: the paper's number of patients that are not compared."""
    return value.printed or "" if value and value.verdict is None else ""


def _paper(values: tuple[Value | None, ...], columns: tuple[str, ...]) -> Paper | None:
    """The comparison of a whole line; None when none of its cells was compared."""
    compared = [
        (column, value, value.verdict)
        for column, value in zip(columns, values, strict=False)
        if value is not None and value.verdict is not None
    ]
    worst = gravest(verdict for _, _, verdict in compared)
    if worst is None:
        return None
    hint = "; ".join(
        f"{column}: {mark_of(verdict).words}{_beside(value)}" for column, value, verdict in compared
    )
    return Paper(mark_of(worst), hint)


def _beside(value: Value) -> str:
    """What the paper prints and, where that is not ours to the digit, ours and the tolerance."""
    if not value.printed:
        return ""
    if value.verdict in _QUIET:
        return f" (paper {value.printed})"
    width = tolerance(value.tolerance)
    return f" (ours {value.text}, paper {value.printed}{', tolerance ' if width else ''}{width})"

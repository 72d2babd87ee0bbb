"""What does one line of a table say? Who the patient is, the answers by record type, and bad cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from registry.dictionary.answers import has_controls
from registry.dictionary.language import Item
from registry.dictionary.values import KEY_LENGTH, LONGEST_QUOTE, Answer, BadValue, Kind
from registry.exchange.cells import UNKNOWN_UNIT, answer_in, doubt_in, error_in
from registry.exchange.columns import CENTRE, KEY, PSEUDONYM, item_of
from registry.exchange.heard import Words, heard
from registry.exchange.none_of_it import read_as_no
from registry.exchange.units import BadUnit, unit_in

FindingJson = dict[str, object]


@dataclass(frozen=True)
class Layout:
    """Where in a line stands what? Places of columns from 0, by target; items with their unit."""

    width: int
    places: Mapping[str, int]
    items: tuple[tuple[int, str, Item, str], ...]
    headers: tuple[str, ...]
    added: frozenset[str] = frozenset()
    """Targets of the columns that answers on the page have brought (actions/answer_missing.py)."""
    words: Words = field(default_factory=dict)
    """What the centre's own words mean."""

    @classmethod
    def of(cls, columns: Sequence[Mapping[str, str]], words: Words | None = None) -> Layout:
        """From `ImportFile.columns`, and the words of its centre (actions/remembered_words.py)."""
        items = []
        for place, column in enumerate(columns):
            if found := item_of(column["target"]):
                type_, item = found
                items.append((place, type_.name, item, _unit(column["header"], item)))
        places = {one["target"]: place for place, one in enumerate(columns) if one["target"]}
        headers = tuple(one["header"] for one in columns)
        added = frozenset(one["target"] for one in columns if one["target"] and one.get("added"))
        return cls(len(columns), places, tuple(items), headers, added, words or {})

    def place(self, type_name: str, item: str) -> int | None:
        """The column of an item, if the table has one."""
        return self.places.get(f"{type_name}.{item}")


def _unit(header: str, item: Item) -> str:
    try:
        return unit_in(header, item)
    except BadUnit:
        return UNKNOWN_UNIT


@dataclass(frozen=True)
class Problem:
    """Why a line cannot be taken, or is doubtful: the column, if it is one cell, and a sentence.

    unread : the cell of an item holds what cannot be read. word : what it holds, where lines that
    hold the same can be told so. asks : the item, as a target, whose answer would mend it and for
    which the table has no column.
    """

    says: str
    column: int | None = None
    unread: bool = False
    word: str = ""
    asks: str = ""

    @property
    def finding(self) -> FindingJson:
        """As `ImportRow.findings` holds it."""
        return finding(self.says, self.column, unread=self.unread, word=self.word, asks=self.asks)

    @property
    def warning(self) -> FindingJson:
        """The same, where it keeps nothing out."""
        return finding(self.says, self.column, severity="warning")


@dataclass(frozen=True)
class Line:
    """One line as read. `answers` by record type and item; None stands for CLEAR.

    problems : they keep the line out. doubts : they do not. read_as : the words that are read as the
    centre answered them before, as `Heard.text`.
    """

    line: int
    texts: tuple[str, ...]
    key: str = ""
    pseudonym: str = ""
    centre: str = ""
    answers: Mapping[str, Mapping[str, Answer]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()
    read_as: tuple[str, ...] = ()

    def but(self, *problems: Problem) -> Line:
        """The same line with more problems."""
        return replace(self, problems=(*self.problems, *problems))

    def unread(self, layout: Layout) -> frozenset[str]:
        """The items, as targets, whose cells cannot be read."""
        places = {one.column for one in self.problems if one.unread}
        return frozenset(target for target, place in layout.places.items() if place in places)


def finding(
    says: str,
    column: int | None = None,
    *,
    severity: str = "error",
    rule: int | None = None,
    values: str = "",
    also: Sequence[int] = (),
    unread: bool = False,
    word: str = "",
    asks: str = "",
) -> FindingJson:
    """One finding as `ImportRow.findings` holds it.

    also : the other cells that it speaks of. unread, word and asks : as of a Problem. They stand
    in it where they say something only.
    """
    told: FindingJson = {
        "column": column, "severity": severity, "says": says, "rule": rule, "values": values,
    }  # fmt: skip
    if also:
        told["also"] = list(also)
    if unread:
        told["unread"] = True
    if word:
        told["word"] = word
    if asks:
        told["asks"] = asks
    return told


def places_of(told: FindingJson) -> list[int]:
    """The columns of the cells that a finding speaks of, the first the one to correct."""
    also = told.get("also", [])
    places = [told["column"], *(also if isinstance(also, list) else [])]
    return [one for one in places if isinstance(one, int)]


def read_line(layout: Layout, line: int, texts: Sequence[str]) -> Line:
    """Read every cell that can be read; each of the others is a problem. Never raises.

    A line may have fewer cells than the table has columns: one was added after it was read.
    """
    texts = [*texts, *[""] * (layout.width - len(texts))]
    answers: dict[str, dict[str, Answer]] = {}
    problems = []
    if len(texts) > layout.width:
        problems.append(Problem(too_many_cells()))
    doubts, read_as = [], []
    for place, type_name, item, unit in layout.items:
        if text := texts[place].strip():
            try:
                answer = answer_in(item, text, unit)
            except BadValue as bad:
                told = heard(f"{type_name}.{item.name}", text, layout.words)
                if told is None:
                    problems.append(Problem(str(bad), place, unread=True, word=_word(item, text)))
                    continue
                read_as.append(told.text)
                answer = told.answer
            answers.setdefault(type_name, {})[item.name] = answer
            if doubt := doubt_in(item, text, answer):
                doubts.append(Problem(doubt, place))
    problems += _errors(layout, texts)
    key, pseudonym = _text(layout, KEY, texts), _text(layout, PSEUDONYM, texts).upper()
    if len(key) > KEY_LENGTH or not key.isprintable() or has_controls(key):
        says = _("A number has at most %s printable characters") % KEY_LENGTH
        problems.append(Problem(says, layout.places[KEY]))
        key = ""
    elif not key and not pseudonym:
        says = _("Whose line is it? Your own number, or the pseudonym, is missing")
        problems.append(Problem(says, layout.places.get(KEY, layout.places.get(PSEUDONYM))))
    centre = _text(layout, CENTRE, texts)
    return Line(
        line=line,
        texts=tuple(texts),
        key=key,
        pseudonym=pseudonym,
        centre=centre,
        answers=read_as_no(answers),
        problems=tuple(problems),
        doubts=tuple(doubts),
        read_as=tuple(read_as),
    )


def _word(item: Item, text: str) -> str:
    """The words of a cell as findings may hold them, which are not sealed: a short wrong answer, not
    what may say who somebody is, nor free text."""
    kept = not item.identifying and item.kind is not Kind.TEXT
    return text if kept and len(text) <= LONGEST_QUOTE and text.isprintable() else ""


def too_many_cells() -> str:
    """What is said of a line in which something stands beyond the last column."""
    return _("The line has more cells than there are columns: is a sign that divides in a value?")


def _errors(layout: Layout, texts: Sequence[str]) -> list[Problem]:
    """Errors of the spreadsheet where the patient should be named."""
    places = [layout.places[one] for one in (KEY, PSEUDONYM, CENTRE) if one in layout.places]
    found = [(error_in(texts[place].strip()), place) for place in places]
    return [Problem(says, place) for says, place in found if says]


def _text(layout: Layout, target: str, texts: Sequence[str]) -> str:
    place = layout.places.get(target)
    return "" if place is None else " ".join(texts[place].split())

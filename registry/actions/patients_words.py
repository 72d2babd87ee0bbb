"""May a word of a table be somebody's own? What stands in the lines of one patient only, or as a name or a number."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from registry.dictionary.values import BadValue, Missing
from registry.exchange.cells import answer_in
from registry.exchange.columns import CENTRE, KEY, LEFT_OUT, PSEUDONYM, fold, item_of
from registry.models import ImportFile, ImportRow

_ZEROS_IN_FRONT = re.compile(r"(?<!\d)0+(?=\d)")
_A_NAME = 3  # letters
_MOST_AT_ONCE = 500


def are_of_several(file: ImportFile, rows: Sequence[ImportRow]) -> bool:
    """Are these lines surely of more than one patient?

    A line without own number, or of whose patient there is a doubt, speaks for nobody. Numbers that
    differ in signs, spaces or zeros only may be one number, and lines that differ in nothing that
    tells a person, as in the day of birth, may be of one person under two numbers.
    """
    sure = [row for row in rows if row.key and not _in_doubt(file, row)]
    numbers = {_bare(row.key) for row in sure} - {""}
    return len(numbers) > 1 and not _alike(file, sure)


def is_a_patients(file: ImportFile, word: str) -> bool:
    """Does the table hold the word where it tells who somebody is?

    There it is a name or a number, whole or with others of the same line, in any order. Of a column
    that is left out nobody knows what it tells, so what fills its cells is not kept either.
    Opens every line of the table.
    """
    parts = frozenset(fold(word).split())
    own = [place for place, target in _targets(file) if _tells(target)]
    out = [place for place, target in _targets(file) if target == LEFT_OUT]
    return any(_is_told(file, texts, own, out, parts) for texts in _lines(file))


def _lines(file: ImportFile) -> Iterator[list[str]]:
    every = ImportRow.objects.filter(file=file).order_by().values_list("cells", flat=True)
    for cells in every.iterator(chunk_size=_MOST_AT_ONCE):
        yield json.loads(bytes(cells))["texts"]


def _is_told(
    file: ImportFile,
    texts: Sequence[str],
    own: Iterable[int],
    out: Iterable[int],
    parts: frozenset[str],
) -> bool:
    """Is the word made of what tells whose line this is, or does it hold a whole name of it?"""
    told: set[str] = set()
    for place in own:
        cell = _parts(texts, place)
        # Nearly every word holds a number of somebody, where patients are counted 1, 2, 3, or initials.
        named = sum(one.isalpha() for part in cell for one in part) >= _A_NAME
        if named and cell <= parts and not _is_no_value(file, texts, place):
            return True
        told |= cell
    for place in out:
        # Whole cells only: a remark in so many words is no name.
        if (cell := _parts(texts, place)) <= parts:
            told |= cell
    return parts <= told


def _is_no_value(file: ImportFile, texts: Sequence[str], place: int) -> bool:
    return isinstance(_answer(file.columns[place]["target"], texts[place]), Missing)


def _parts(texts: Sequence[str], place: int) -> frozenset[str]:
    return frozenset(fold(texts[place]).split()) if place < len(texts) else frozenset()


def _targets(file: ImportFile) -> list[tuple[int, str]]:
    return [(place, column["target"]) for place, column in enumerate(file.columns)]


def _tells(target: str) -> bool:
    """Does a column tell who somebody is?"""
    found = item_of(target)
    return target in (KEY, PSEUDONYM) or (found is not None and found[1].identifying)


def _in_doubt(file: ImportFile, row: ImportRow) -> bool:
    """Is something wrong with what tells whose line it is?"""
    whose = {place for place, target in _targets(file) if target in (KEY, PSEUDONYM, CENTRE)}
    return any(one["severity"] == "error" and one["column"] in whose for one in row.findings)


def _bare(key: str) -> str:
    return _ZEROS_IN_FRONT.sub("", "".join(fold(key).split()))


def _alike(file: ImportFile, rows: Iterable[ImportRow]) -> bool:
    """Do the lines tell something of a person, and nowhere two different things?"""
    items = [
        (place, target) for place, target in _targets(file) if _tells(target) and item_of(target)
    ]
    seen: dict[str, set[object]] = defaultdict(set)
    for row in rows:
        texts = row.texts
        for place, target in items:
            text = texts[place].strip() if place < len(texts) else ""
            answer = _answer(target, text) if text else None
            if answer is not None and not isinstance(answer, Missing):
                seen[target].add(answer)
                if len(seen[target]) > 1:
                    return False
    return bool(seen)


def _answer(target: str, text: str) -> object:
    """What a cell says, however it is spelt."""
    found, text = item_of(target), text.strip()
    try:
        answer = answer_in(found[1], text) if found else text
    except BadValue:
        answer = text
    return fold(answer) if type(answer) is str else answer

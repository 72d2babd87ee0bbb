"""Two people changed one record: which answers did only one of them change, and which did both?

Base is the version that the form was opened with, theirs what is stored now, mine what was typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from registry.dictionary.language import Item
from registry.dictionary.values import Answers
from registry.forms.entry import MINE, TAKE, THEIRS, WHY, Entry, sent_as
from registry.forms.saved import Saved, words_of
from registry.models import DICTIONARY

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Line:
    """One answer that differs: in words as it was, as stored now, and as typed."""

    item: Item
    was: str
    theirs: str
    mine: str
    who: str
    at: datetime | None


@dataclass(frozen=True)
class Clash(Line):
    """An answer that both changed. `take` is whose was chosen; `pairs` are the controls of mine."""

    pairs: Pairs
    take: str = ""
    why: str = ""
    why_missing: bool = False
    undecided: bool = False

    @property
    def why_asked(self) -> bool:
        """True when taking mine changes an answer that they stored."""
        return bool(self.theirs)


@dataclass(frozen=True)
class ThreeWay:
    """Everything that differs. `pairs` are the controls of what only I changed."""

    clashes: tuple[Clash, ...]
    taken_over: tuple[Line, ...]
    kept_mine: tuple[Line, ...]
    pairs: Pairs

    @property
    def decided(self) -> bool:
        """True when every clash has its answer, and a reason where one is needed."""
        return not any(one.undecided or one.why_missing for one in self.clashes)


def three_way(
    type_name: str, base: Answers, stored: Saved, entry: Entry, chosen: QueryDict
) -> ThreeWay:
    """Compare. `chosen` holds what the merge page sent, if it was shown before."""
    asked = chosen.getlist("asks")
    clashes: list[Clash] = []
    taken_over: list[Line] = []
    kept_mine: list[Line] = []
    pairs: Pairs = []
    for item in _typed_items(type_name, entry):
        name = item.name
        was, theirs = base.get(name), stored.answers.get(name)
        mine = entry.record.answers[name]
        line = Line(item, words_of(item, was), words_of(item, theirs), words_of(item, mine),
                    **_by(stored, name))  # fmt: skip
        if mine == theirs:
            continue
        if mine == was:
            taken_over.append(line)
        elif theirs == was and name not in asked:
            kept_mine.append(line)
            pairs += [*sent_as(item, entry.typed[name]), *_why(entry, name)]
        else:
            clashes.append(_clash(line, entry, chosen, asked=name in asked))
    return ThreeWay(tuple(clashes), tuple(taken_over), tuple(kept_mine), pairs)


def _typed_items(type_name: str, entry: Entry) -> Iterator[Item]:
    return (item for item in DICTIONARY[type_name].items if item.name in entry.record.answers)


def _by(stored: Saved, name: str) -> Mapping[str, object]:
    change = stored.entered.get(name) or stored.last
    return {"who": change.who if change else "", "at": change.at if change else None}


def _why(entry: Entry, name: str) -> Pairs:
    reason = entry.reasons.get(name)
    return [(f"{WHY}{name}", reason)] if reason else []


def _clash(line: Line, entry: Entry, chosen: QueryDict, *, asked: bool) -> Clash:
    name = line.item.name
    take = chosen.get(f"{TAKE}{name}", "")
    take = take if take in (THEIRS, MINE) else ""
    why = entry.reasons.get(name, "") or entry.reason
    return Clash(
        **vars(line),
        pairs=sent_as(line.item, entry.typed[name]),
        take=take,
        why=why,
        why_missing=asked and take == MINE and bool(line.theirs) and not why,
        undecided=asked and not take,
    )

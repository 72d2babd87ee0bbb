"""Which question does each column of a table answer? Told by the words above it, guessed, or asked."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from registry.dictionary.language import Item
from registry.exchange.also_called import ALSO_CALLED
from registry.exchange.columns import (
    CENTRE,
    KEY,
    LEFT_OUT,
    NOTES,
    PSEUDONYM,
    BadColumns,
    all_items,
    check,
    fold,
    item_of,
    repeated,
    without_brackets,
)
from registry.exchange.main_dates import NUMBER, main_date_of
from registry.exchange.units import unit_named
from registry.models import DICTIONARY

Words = frozenset[str]


class How(StrEnum):
    """How is it known what a column means?"""

    REMEMBERED = "remembered"
    """The centre named it so before, or left it out."""
    EXACT = "exact"
    """The words are those of one item and can mean nothing else; or there are none."""
    GUESSED = "guessed"
    """The words are nearly those of one item: a person has to look."""
    ASKED = "asked"
    """The words fit nothing, or several records: a person has to choose."""


@dataclass(frozen=True)
class Meaning:
    """The target of a column, "" where there is none; how it is known; `fits`: what else it may be."""

    target: str
    how: How
    fits: tuple[str, ...] = ()


SPECIAL = {
    KEY: (
        "hospital number", "own number", "patient number", "patient id", "patient", "id", "key", "upn", "mrn",
        "unique patient number", "local upn", "record number", "file number", "case number", "number of the hospital", "pat no", "pat nr", "pat id",
    ),
    PSEUDONYM: ("pseudonym", "registry number", "registry id", "engraft", "engraft number"),
    CENTRE: ("centre", "centre code", "hospital", "cic", "centre number"),
}  # fmt: skip
"""Headings of what is no item. `patient.key` and the like are understood too."""

OTHER_NAMES = {
    "identity.birth_date": ("dob", "birthday", "born", "born on", "birthdate"),
    "identity.given_name": ("first name", "forename"),
    "identity.family_name": ("last name", "surname"),
    "patient.sex": ("gender", "patient sex"),
    "patient.country": ("country",),
    "disease.diagnosis": ("disease", "primary diagnosis"),
    "disease.date_diagnosis": ("diagnosed on", "diagnosis date"),
    "transplant.date": ("day 0", "transplanted on", "date of infusion"),
    "transplant.number": ("transplant no",),
    "transplant.type": ("type of transplant", "allo or auto"),
    "graft.donor_type": ("donor", "donor type"),
    "graft.source": ("stem cell source", "graft source", "source of stem cells", "cell source"),
    "graft.cd34_dose": ("cd34", "cd34 dose", "cd34 cells", "cd34 cells infused"),
    "conditioning.intensity": ("conditioning", "conditioning intensity"),
    "follow_up.date_of_contact": ("last contact", "date of last contact", "last seen", "follow up date"),
    "follow_up.status": ("vital status", "status at last contact", "alive"),
    "death.date": ("died on", "date of death"),
    "relapse.date": ("relapsed on", "date of relapse"),
}  # fmt: skip
"""What centres write above their columns, where it is not the label of the item."""

_SAME_WORD = {
    "hsct": "transplant", "hct": "transplant", "bmt": "transplant", "sct": "transplant", "tx": "transplant",
    "transplantation": "transplant", "transplants": "transplant", "dx": "diagnosis", "no": "number", "nr": "number",
    "num": "number", "center": "centre", "fu": "follow", "followup": "follow", "dob": "birth", "karnofski": "karnofsky",
    "wbc": "white", "leukocytes": "white", "leucocytes": "white", "progression": "progression",
}  # fmt: skip
_SMALL = frozenset(("of", "the", "at", "in", "a", "an", "on", "for", "and", "to", "or", "as", "up"))
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_DAY_LETTERS = re.compile(r"[dmyjatg]{1,4}([./\- ][dmyjatg]{1,4})+", re.IGNORECASE)
"""As in dd/mm/yyyy, JJ.MM.AAAA, TT.MM.JJJJ and GG.AA.YYYY."""
MOST_FITS = 6


def meanings(headers: Sequence[str], remembered: Mapping[str, str]) -> list[Meaning]:
    """What each header means; no target stands twice.

    `remembered` : targets by folded header, as this centre named them before; they come first,
    then the exact words, then the guesses. Words that fit several record types (Date, Number,
    Blasts in marrow) are asked. So are the bare words of an item whose record needs a date, where
    nothing else in a table of other things speaks of such records. `fits` names first what is of
    the record types of which most other columns are, or that hang in such records.
    """
    twice = repeated(headers)
    found = []
    for header in headers:
        words = fold(header)
        known = words in remembered and words not in twice
        found.append(
            Meaning(remembered[words], How.REMEMBERED) if known else _by_words_alone(header)
        )
    types = _types_of(one.target for one in found)
    found = [
        Meaning(LEFT_OUT, How.ASKED, (one.target,))
        if _bare(header, one) and types.count(_type_of(one.target)) == 1 and len(types) > 1
        else one
        for header, one in zip(headers, found, strict=True)
    ]
    spoken_of = Counter(_types_of(one.target for one in found))
    return [_nearest_first(one, spoken_of) for one in _each_once(found)]


def understood(headers: Sequence[str], found: Sequence[Meaning]) -> bool:
    """Need nobody be asked: is every column named by the centre, or by its very own words?"""
    try:
        check([one.target for one in found], headers)
    except BadColumns:
        return False
    return all(one.how in (How.REMEMBERED, How.EXACT) for one in found)


def _by_words_alone(header: str) -> Meaning:
    """What these words mean, whatever else the table holds."""
    if not header or fold(header) == fold(NOTES):
        return Meaning(LEFT_OUT, How.EXACT)
    for text in dict.fromkeys((header, without_brackets(header))):
        if target := _exact().get(fold(text)):
            return Meaning(target, _how(header, text, target))
        named = _by_words().get(_words(text), ())
        if len(named) == 1:
            one = Meaning(named[0], _how(header, text, named[0]))
            rivals = _rivals(_words(text), one.target) if _bare(header, one) else ()
            return Meaning(LEFT_OUT, How.ASKED, (one.target, *rivals)) if rivals else one
        if named:
            more = _also_called(_words(text))
            return Meaning(LEFT_OUT, How.ASKED, tuple(dict.fromkeys((*named, *more))))
    words = _words(without_brackets(header))
    fits = dict.fromkeys((*_also_called(words), *_fitting(words)))
    return Meaning(LEFT_OUT, How.ASKED, tuple(fits))


def _how(header: str, text: str, target: str) -> How:
    """Exact, where the words are the target's own, and what stands in brackets adds nothing."""
    found = item_of(target)
    own = fold(text) in _exact() or (found and fold(text) == fold(found[1].label))
    beside = [] if fold(text) == fold(header) else _BRACKETS.findall(header)
    plain = all(_adds_nothing(one, found[1] if found else None) for one in beside)
    return How.EXACT if own and plain else How.GUESSED


def _adds_nothing(bracket: str, item: Item | None) -> bool:
    """Is it a unit of the item, or how a day is written?"""
    text = bracket.strip()
    known = item is not None and unit_named(item, text) is not None
    return known or bool(_DAY_LETTERS.fullmatch(text))


def _bare(header: str, one: Meaning) -> bool:
    """Do the words name nothing but an item, of a record that cannot be without its date?"""
    named = item_of(one.target) if one.how in (How.EXACT, How.GUESSED) else None
    if named is None or {fold(header), fold(without_brackets(header))} & _exact().keys():
        return False
    type_, item = named
    main, words = main_date_of(type_), _words(header)
    names_type = _words(type_.name) <= words or _words(type_.label) <= words
    return main is not None and item.name not in (main.name, NUMBER) and not names_type


def _each_once(found: Sequence[Meaning]) -> list[Meaning]:
    """The surest column has its target; the others that mean the same are asked."""
    sure = {How.REMEMBERED: 0, How.EXACT: 1, How.GUESSED: 2, How.ASKED: 3}
    first: dict[str, int] = {}
    for place in sorted(range(len(found)), key=lambda place: sure[found[place].how]):
        first.setdefault(found[place].target, place)
    return [
        one if not one.target or first[one.target] == place else Meaning(LEFT_OUT, How.ASKED)
        for place, one in enumerate(found)
    ]


def _nearest_first(one: Meaning, spoken_of: Mapping[str, int]) -> Meaning:
    near = sorted(one.fits, key=lambda target: -_nearness(_type_of(target), spoken_of))
    return replace(one, fits=tuple(near[:MOST_FITS]))


def _nearness(name: str, spoken_of: Mapping[str, int]) -> int:
    """How many columns are of this kind of record, or of the one in which it stands; of a patient
    there is something in every table."""
    type_ = DICTIONARY.by_name.get(name)
    above = type_.parent if type_ and type_.parent != "patient" else None
    return spoken_of.get(name, 0) + (spoken_of.get(above, 0) if above else 0)


def _fitting(words: Words, more: int = 99) -> tuple[str, ...]:
    """Items that are called all this and something more, at most so many words."""
    found = [
        one
        for own, named in _by_words().items()
        if words and words < own and len(own) <= len(words) + more
        for one in named
    ]
    return tuple(one for one in dict.fromkeys(found) if "." in one)


def _also_called(words: Words) -> tuple[str, ...]:
    """Items that are called so in other words, alone or beside words that say more."""
    called = {
        target: [_words(one) for one in names if words and _words(one) <= words]
        for target, names in ALSO_CALLED.items()
    }
    best = {target: max(map(len, found)) for target, found in called.items() if found}
    return tuple(sorted(best, key=lambda target: -best[target]))


def _rivals(words: Words, target: str) -> tuple[str, ...]:
    """Items of other records that are called this with one word more, as in blasts in bone marrow."""
    own = _type_of(target)
    return tuple(one for one in _fitting(words, more=1) if _type_of(one) != own)


def _type_of(target: str) -> str:
    return target.partition(".")[0]


def _types_of(found: Iterable[str]) -> list[str]:
    return [_type_of(one) for one in found if "." in one]


def _words(text: str) -> Words:
    folded = (_SAME_WORD.get(one, one) for one in fold(text).split())
    return frozenset(one for one in folded if one not in _SMALL)


@cache
def _exact() -> dict[str, str]:
    """Targets by folded words that can mean nothing else."""
    out = {fold(name): target for target, names in SPECIAL.items() for name in names}
    out |= {fold(name): target for target, names in OTHER_NAMES.items() for name in names}
    for type_, item in all_items():
        target = f"{type_.name}.{item.name}"
        out[fold(target)] = out[fold(f"{type_.json_key}.{item.name}")] = target
        out[fold(f"{type_.label}: {item.label}")] = target
    return out | {"patient key": KEY, "patient pseudonym": PSEUDONYM}


@cache
def _by_words() -> dict[Words, tuple[str, ...]]:
    """Targets by the words of an item, alone and with those of its record type, in any order."""
    out: dict[Words, list[str]] = defaultdict(list)
    for type_, item in all_items():
        target = f"{type_.name}.{item.name}"
        types = (frozenset(), _words(type_.name), _words(type_.label))
        names = [_words(item.name), _words(item.label)]
        names += [_words(one) for one in OTHER_NAMES.get(target, ())]
        for words in dict.fromkeys(name | own for name in names for own in types):
            out[words].append(target)
    for target, names in SPECIAL.items():
        for words in dict.fromkeys(map(_words, names)):
            out[words].append(target)
    return {words: tuple(found) for words, found in out.items() if words}

"""Which question does each column of a table answer? Guessed from the words above it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext as _

from registry.dictionary.language import Item, RecordType
from registry.exchange.main_dates import NUMBER, main_date_of
from registry.exchange.units import BadUnit, unit_in
from registry.models import DICTIONARY
from registry.models.import_file import NAME_LENGTH

KEY, PSEUDONYM, CENTRE, LEFT_OUT = "key", "pseudonym", "centre", ""
NOTES = "What to correct"
"""Heading of the column that the registry itself adds to a table that goes back: left out."""

Words = frozenset[str]


class BadColumns(ValueError):
    """So the columns cannot be meant; the message says why and what to do."""


@dataclass(frozen=True)
class Target:
    """What a column can stand for: its name in `ImportFile.columns`, and its words for a list."""

    value: str
    group: str
    label: str


SPECIAL = {
    KEY: (
        "hospital number", "own number", "patient number", "patient id", "patient", "id", "key", "upn", "mrn",
        "unique patient number", "local upn", "record number", "file number", "case number", "number of the hospital",
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
_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\][]*\]")
_SIGNS = re.compile(r"[^\w]+|_")


def fold(header: str) -> str:
    """Words in small letters, without accents and signs: under this they are remembered.

    >>> fold("Date de Naissance (JJ/MM)"), fold("Cinsiyet / İLK")
    ('date de naissance jj mm', 'cinsiyet ilk')
    """
    plain = unicodedata.normalize("NFKD", header.replace("ı", "i").replace("ß", "ss"))
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    return " ".join(_SIGNS.sub(" ", letters.casefold()).split())[:NAME_LENGTH]


def targets() -> list[Target]:
    """Everything a column can stand for, in the order of the dictionary."""
    patient = _("Patient")
    special = [
        Target(KEY, patient, _("Number of your hospital")),
        Target(PSEUDONYM, patient, _("Pseudonym of the registry")),
        Target(CENTRE, patient, _("Code of your centre")),
    ]
    return special + [
        Target(f"{type_.name}.{item.name}", type_.label, item.label) for type_, item in _items()
    ]


def item_of(target: str) -> tuple[RecordType, Item] | None:
    """The item a target names, with its record type; None for the others."""
    type_name, _dot, name = target.partition(".")
    type_ = DICTIONARY.by_name.get(type_name)
    item = type_.by_name.get(name) if type_ else None
    return (type_, item) if type_ and item else None


def check(chosen: Sequence[str], headers: Sequence[str]) -> None:
    """Raise BadColumns unless these targets, one for each header, make sense together."""
    if len(chosen) != len(headers):
        raise BadColumns(
            _("%s columns are named, but the file has %s") % (len(chosen), len(headers))
        )
    for target in chosen:
        if target not in (KEY, PSEUDONYM, CENTRE, LEFT_OUT) and item_of(target) is None:
            raise BadColumns(_("The registry has no item %s") % repr(target[:NAME_LENGTH]))
    words = {one.value: f"{one.group}: {one.label}" for one in targets()}
    for target, times in Counter(chosen).items():
        if target and times > 1:
            raise BadColumns(_("%s columns are %s: leave out all but one") % (times, words[target]))
    if KEY not in chosen and PSEUDONYM not in chosen:
        raise BadColumns(_("No column tells the patient: name your own number, or the pseudonym"))
    if not any(item_of(one) for one in chosen):
        raise BadColumns(_("No column has anything to say about the patient"))
    for header, target in zip(headers, chosen, strict=True):
        if found := item_of(target):
            try:
                unit_in(header, found[1])
            except BadUnit as bad:
                raise BadColumns(str(bad)) from None


def repeated(headers: Iterable[str]) -> set[str]:
    """Folded headers that stand more than once: which of them was meant before, nobody can tell."""
    return {one for one, times in Counter(map(fold, headers)).items() if one and times > 1}


def guess(headers: Sequence[str], remembered: Mapping[str, str]) -> list[str]:
    """The target of each header, "" where nobody can tell; no target stands twice.

    `remembered` : targets by folded header, as this centre named them before; they come first.
    A word that several record types use (Date, Number) belongs to the type that the rest of the
    table speaks of, when there is only one such. The bare words of an item whose record needs a
    date are asked where nothing else in a table of other things speaks of such records: blasts
    beside a transplant are hardly those of a relapse.
    """
    found: list[str | None] = []
    bare: list[bool] = []
    twice = repeated(headers)
    for header in headers:
        words = fold(header)
        known = words in remembered and words not in twice
        found.append(remembered[words] if known else _plain_guess(header))
        bare.append(not known and _bare(header, found[-1]))
    found = [
        LEFT_OUT if bare[at] and _stands_alone(at, found) else found[at] for at in range(len(found))
    ]
    spoken_of = {one.partition(".")[0] for one in found if one and "." in one}
    taken: set[str] = set()
    out = []
    for header, target in zip(headers, found, strict=True):
        settled = target if target is not None else _by_the_rest(header, spoken_of)
        out.append(LEFT_OUT if settled in taken else settled)
        taken.add(settled)
    return out


def understood(
    headers: Sequence[str], chosen: Sequence[str], remembered: Mapping[str, str]
) -> bool:
    """Need nobody be asked: each named column has a target, or was left out before?"""
    try:
        check(chosen, headers)
    except BadColumns:
        return False
    twice = repeated(headers)
    return all(
        target
        or not header
        or fold(header) == fold(NOTES)
        or (remembered.get(fold(header)) == LEFT_OUT and fold(header) not in twice)
        for header, target in zip(headers, chosen, strict=True)
    )


def _plain_guess(header: str) -> str | None:
    """The one target that these words name; "" for an empty header; None for none or several."""
    if not header or fold(header) == fold(NOTES):
        return LEFT_OUT
    for text in (header, _IN_BRACKETS.sub(" ", header)):
        exact = _exact().get(fold(text))
        if exact:
            return exact
        named = _by_words().get(_words(text), ())
        if len(named) == 1:
            return named[0]
    return None


def _bare(header: str, target: str | None) -> bool:
    """Do the words name nothing but an item, of a record that cannot be without its date?"""
    named = item_of(target or "")
    if named is None or {fold(header), fold(_IN_BRACKETS.sub(" ", header))} & _exact().keys():
        return False
    type_, item = named
    main, words = main_date_of(type_), _words(header)
    names_type = _words(type_.name) <= words or _words(type_.label) <= words
    return main is not None and item.name not in (main.name, NUMBER) and not names_type


def _stands_alone(at: int, found: Sequence[str | None]) -> bool:
    """Is a column the only one of its record type, in a table that speaks of others?"""
    types = [one.partition(".")[0] for one in found if one and "." in one]
    own = str(found[at]).partition(".")[0]
    return types.count(own) == 1 and len(types) > 1


def _by_the_rest(header: str, spoken_of: set[str]) -> str:
    named = _by_words().get(_words(_IN_BRACKETS.sub(" ", header)), ())
    fitting = [one for one in named if one.partition(".")[0] in spoken_of]
    return fitting[0] if len(fitting) == 1 else LEFT_OUT


def _words(text: str) -> Words:
    folded = (_SAME_WORD.get(one, one) for one in fold(text).split())
    return frozenset(one for one in folded if one not in _SMALL)


def _items() -> Iterator[tuple[RecordType, Item]]:
    return ((type_, item) for type_ in DICTIONARY.types for item in type_.items)


@cache
def _exact() -> dict[str, str]:
    """Targets by folded words that can mean nothing else."""
    out = {fold(name): target for target, names in SPECIAL.items() for name in names}
    out |= {fold(name): target for target, names in OTHER_NAMES.items() for name in names}
    for type_, item in _items():
        target = f"{type_.name}.{item.name}"
        out[fold(target)] = out[fold(f"{type_.json_key}.{item.name}")] = target
        out[fold(f"{type_.label}: {item.label}")] = target
    return out | {"patient key": KEY, "patient pseudonym": PSEUDONYM}


@cache
def _by_words() -> dict[Words, tuple[str, ...]]:
    """Targets by the words of an item, alone and with those of its record type, in any order."""
    out: dict[Words, list[str]] = defaultdict(list)
    for type_, item in _items():
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

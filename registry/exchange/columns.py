"""What can a column of a table stand for, and do these meanings make sense together?"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from registry.dictionary.language import Item, RecordType
from registry.exchange.units import BadUnit, unit_in
from registry.models import DICTIONARY
from registry.models.import_file import NAME_LENGTH

KEY, PSEUDONYM, CENTRE, LEFT_OUT = "key", "pseudonym", "centre", ""
NOTES = "What to correct"
"""Heading of the column that the registry itself adds to a table that goes back: left out."""

_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\][]*\]")
_SIGNS = re.compile(r"[^\w]+|_")


class BadColumns(ValueError):
    """So the columns cannot be meant; the message says why and what to do."""


@dataclass(frozen=True)
class Target:
    """What a column can stand for: its name in `ImportFile.columns`, and its words for a list."""

    value: str
    group: str
    label: str


def fold(header: str) -> str:
    """Words in small letters, without accents and signs: under this they are remembered.

    >>> fold("Date de Naissance (JJ/MM)"), fold("Cinsiyet / İLK")
    ('date de naissance jj mm', 'cinsiyet ilk')
    """
    plain = unicodedata.normalize("NFKD", header.replace("ı", "i").replace("ß", "ss"))
    if not plain.isascii():
        plain = "".join(one for one in plain if not unicodedata.combining(one))
    return " ".join(_SIGNS.sub(" ", plain.casefold()).split())[:NAME_LENGTH]


def without_brackets(header: str) -> str:
    """A header without what is explained in brackets."""
    return " ".join(_IN_BRACKETS.sub(" ", header).split())


def all_items() -> Iterator[tuple[RecordType, Item]]:
    """Every item of the dictionary with its record type, in its order."""
    return ((type_, item) for type_ in DICTIONARY.types for item in type_.items)


def targets() -> list[Target]:
    """Everything a column can stand for, in the order of the dictionary."""
    patient = _("Patient")
    special = [
        Target(KEY, patient, _("Own number")),
        Target(PSEUDONYM, patient, _("Pseudonym of the registry")),
        Target(CENTRE, patient, _("Code of your centre")),
    ]
    return special + [
        Target(f"{type_.name}.{item.name}", type_.label, item.label) for type_, item in all_items()
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
        if says := bad_unit(header, target):
            raise BadColumns(says)


def bad_unit(header: str, target: str) -> str:
    """Why the unit above a column is none of its item's, and what to write instead; "" if it is."""
    found = item_of(target)
    if found is None:
        return ""
    type_, item = found
    try:
        unit_in(header, item)
    except BadUnit as bad:
        # Where the unit stands without brackets, nobody can tell it from the other words.
        bare = without_brackets(header)
        stem = f"{type_.label}: {item.label}" if bare in ("", header) else bare
        units = [one for one in (item.unit, *(unit.name for unit in item.units)) if one]
        known = [f"“{stem} ({one})”" for one in units] or [f"“{stem}”"]
        words = {"why": bad, "how": _(" or ").join(known)}
        return _("%(why)s. A heading that is understood: %(how)s") % words
    return ""


def repeated(headers: Iterable[str]) -> set[str]:
    """Folded headers that stand more than once: which of them was meant before, nobody can tell."""
    return {one for one, times in Counter(map(fold, headers)).items() if one and times > 1}

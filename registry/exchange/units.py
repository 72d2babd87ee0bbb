"""In which unit is a number told? The unit above a column or behind a value, however it is written."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from django.utils.translation import gettext as _

from registry.dictionary.language import Item
from registry.dictionary.values import Kind
from registry.models import DICTIONARY

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_RAISED_SIGNS = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")
_CHANGES = (
    (re.compile(r"\bper\b"), "/"),
    (re.compile(r"\s+"), ""),
    (re.compile(r"\*\*"), "^"),
    (re.compile(r"(?<=10)[*e](?=-?\d)"), "^"),
    (re.compile(r"^1?[x*](?=10)"), ""),
    (re.compile(r"(cd\d+\+?|tnc)?cells?(?=/)|(cd\d+\+?)(?=/)"), ""),
    (re.compile(r"mm\^?3$|cmm$"), "ul"),
    (re.compile(r"(?<=/)(lt|lit(re|er))$"), "l"),
    (re.compile(r"^mc(?=g|mol)|(?<=/)mc(?=l$)"), "u"),
)
_SAME = {
    "10^9/l": {
        "g/l", "gpt/l", "giga/l", "/nl", "10^3/ul", "k/ul", "1000/ul", "thousand/ul", "tsd/ul", "109/l", "103/ul",
        "10^6/ml", "e9/l", "1e9/l", "1e3/ul",
    },
    "u/l": {"iu/l", "ui/l"},
    "10^6/kg": {"106/kg", "e6/kg", "1e6/kg", "mio/kg", "million/kg"},
    "10^8/kg": {"108/kg", "e8/kg", "1e8/kg"},
    "years": {"year", "yrs", "yr", "y"},
    "kg/m2": {"kg/m^2"},
    "%predicted": {"%", "%pred", "percentpredicted", "percent"},
    "%": {"percent", "pct"},
}  # fmt: skip
"""What else means the unit on the left; all folded. G/l is giga per litre where cells are counted."""
_OTHERS = frozenset((
    "mg", "ug", "ng", "pg", "dl", "ml", "mmol", "umol", "nmol", "pmol", "ukat", "nkat", "lb", "lbs", "pounds", "inch",
    "inches", "cgy", "rad", "percent", "pct", "months", "month", "weeks", "days", "fraction", "proportion",
))  # fmt: skip
_IN_BRACKETS_ONLY = frozenset(
    ("m", "g", "l", "k", "t", "mm", "mo", "cells", "thousand", "million", "mio", "tsd")
)
_TIMES = frozenset(("months", "month", "weeks", "days"))
_BY = re.compile(r"/(l|dl|cl|ml|ul|nl|kg|g|mg|m2|m\^2|h|hr|hour|min|d|day|hpf|[\d^]+)$")
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")


class BadUnit(ValueError):
    """The unit above a column is none of the item's; the message says what to do."""


def folded(text: str) -> str:
    """A unit without what people write in different ways.

    >>> folded("× 10⁹ / L"), folded("/µL"), folded("x10*6 cells/kg")
    ('10^9/l', '/ul', '10^6/kg')
    """
    text = _RAISED_SIGNS.sub(lambda found: "^" + found[0].translate(_RAISED), text)
    text = unicodedata.normalize("NFKC", text).casefold().strip().strip(".,;:")
    for sign, plain in (("μ", "u"), ("×", "x"), ("·", ""), ("⁄", "/"), ("∕", "/")):
        text = text.replace(sign, plain)
    for pattern, plain in _CHANGES:
        text = pattern.sub(plain, text)
    return text


def unit_named(item: Item, text: str) -> str | None:
    """The unit of the item that `text` means, or None."""
    names = [item.unit, *(one.name for one in item.units)] if item.unit else []
    told = folded(text)
    for name in names:
        if folded(name) == told:
            return name
    for name in names:
        if told in _SAME.get(folded(name), ()):
            return name
    # Karnofsky's scale is told with the sign and without.
    return "" if told == "%" and not item.unit and item.high == 100 else None


def unit_in(header: str, item: Item) -> str:
    """The unit that a header names, where it is not the item's own; else "".

    Raises BadUnit where it names one that is none of the item's, or two.
    """
    if item.kind not in (Kind.NUMBER, Kind.INTEGER):
        return ""
    found = set()
    for text, in_brackets in _parts(header):
        name = unit_named(item, text)
        if name is not None:
            found.add(name)
        elif _is_unit(text, item, in_brackets):
            raise BadUnit(_says(header, item))
    if len(found) > 1:
        raise BadUnit(_says(header, item))
    return next((one for one in found if one != item.unit), "")


def _says(header: str, item: Item) -> str:
    units = ", ".join(filter(None, (item.unit, *(one.name for one in item.units))))
    words = {"header": repr(header), "units": units or _("a plain number")}
    return (
        _(
            "%(header)s names a unit in which this is not asked (%(units)s): convert the values and "
            "write the unit above the column, or leave the column out"
        )
        % words
    )


def _parts(header: str) -> list[tuple[str, bool]]:
    """What can be a unit: what stands in brackets, and each word outside of them."""
    inside = [(one, True) for one in _BRACKETS.findall(header)]
    rest = re.sub(r"\s*/\s*|\s+per\s+", "/", _BRACKETS.sub(" ", header).replace("_", " "))
    rest = re.sub(r"(?<=10[\^*]\d)\s+(?=/)", "", rest)
    return inside + [(one, False) for one in re.split(r"[\s,;:]+", rest) if one]


def _is_unit(text: str, item: Item, in_brackets: bool) -> bool:
    """Does it look like a unit that is none of the item's?"""
    told = folded(text)
    own = set(re.split(r"[\W_]+", f"{item.label} {item.name}".casefold()))
    if not told or told in own:
        return False
    if not item.unit:
        return told in _known() and not told.isalpha() and told != "%"
    if told in _TIMES and item.unit != "years" and not in_brackets:
        return False
    if told in _OTHERS or told in _known() or "%" in told or _BY.search(told):
        return True
    return in_brackets and (told in _IN_BRACKETS_ONLY or "/" in told or "^" in told)


@cache
def _known() -> frozenset[str]:
    """Every unit of the dictionary, folded, in all its spellings."""
    items = [item for type_ in DICTIONARY.types for item in type_.items if item.unit]
    names = {folded(one.unit) for one in items}
    names |= {folded(unit.name) for one in items for unit in one.units}
    return frozenset(names.union(*_SAME.values()) - {"y"})

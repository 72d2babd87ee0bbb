"""What stands on an empty form: every question in order, with room for its answer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from registry.dictionary.language import DICTIONARY_VERSION, Item, RecordType
from registry.dictionary.values import Kind, Missing
from registry.forms.dates import in_print
from registry.models import DICTIONARY
from registry.paper.conditions import asked_words
from registry.records import IDENTITY

MOST_BOXES = 40
"""Of more codes than that none is printed: the answer is written in words."""
COLUMNS = ((14, 4), (20, 3), (40, 2))
"""Up to so many letters of the longest choice so many stand beside each other."""


def printable() -> list[RecordType]:
    """The record types that are printed. Who the patient is goes on no paper."""
    return [one for one in DICTIONARY.types if one.name not in IDENTITY]


def blank_form(type_: RecordType) -> dict[str, Any]:
    """The empty form of a record type as plain texts, to be set by `registry.paper.pdf`."""
    return {
        "blank": True,
        "title": type_.label,
        "help": type_.help,
        "dictionary": _("Data dictionary %s") % DICTIONARY_VERSION,
        "fill_in": [_("Pseudonym"), _("Own number"), _("Centre"), _("Filled in by, on")],
        "no_answer": _("No answer? Write why: %s")
        % " · ".join(f"{one.value} {one.label.lower()}" for one in Missing),
        "core": _("* core question"),
        "sections": [
            {
                "label": "" if section.label == type_.label else section.label,
                "questions": [_question(type_, item) for item in section.items],
            }
            for section in type_.sections
        ],
    }


def _question(type_: RecordType, item: Item) -> dict[str, Any]:
    choices = [in_print(label) for label in item.labels.values()]
    return {
        "label": item.label,
        "core": item.core,
        "help": in_print(item.help),
        "when": in_print(asked_words(DICTIONARY, type_, item)),
        "room": _room(item),
        "choices": choices if len(choices) <= MOST_BOXES else [],
        "columns": _columns(choices),
        "hint": _hint(item),
        "units": [in_print(one) for one in (item.unit, *(u.name for u in item.units)) if one],
    }


def _room(item: Item) -> str:
    """What stands where the answer goes: boxes, a date, a number or a line."""
    if item.codes and len(item.code_values) <= MOST_BOXES:
        return "boxes"
    rooms = {Kind.DATE: "date", Kind.NUMBER: "number", Kind.INTEGER: "number"}
    return rooms.get(item.kind, "line")


def _columns(choices: list[str]) -> int:
    longest = max(map(len, choices), default=0)
    return next((columns for letters, columns in COLUMNS if longest <= letters), 1)


def _hint(item: Item) -> str:
    if item.kind is Kind.CODES:
        return _("all that apply")
    if item.kind is Kind.DATE:
        return _("day / month / year") if item.partial else _("day / month / year, to the day")
    if item.low is not None and item.high is not None:
        return f"{item.low} – {item.high}"
    return ""

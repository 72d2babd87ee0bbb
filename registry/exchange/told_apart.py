"""Which of several records of one day does a line mean? Told by what tells such records apart, else asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from registry.dictionary.case import Case, Record
from registry.dictionary.language import Item, RecordType
from registry.dictionary.values import Answer, Answers, Kind, Missing
from registry.exchange.lines import Layout, Problem
from registry.exchange.main_dates import NUMBER, main_date_of
from registry.models import DICTIONARY

TOLD_APART_BY = {
    "consent": ("type",),
    "graft": ("donor_type", "source"),
    "chimerism": ("tissue", "cell_fraction"),
    "complication": ("kind", "kind_text", "organism", "organism_text"),
    "toxicity": ("term", "term_text"),
    "infusion": ("product", "donor"),
}
"""What tells records of one day apart, beside the day: of these there can be several on it."""


class NoPlace(Exception):
    """A record of the line has no certain place in the patient's record; `problem` says why.

    undated : it lacks nothing but its date. type_name : the kind of record, once it is known
    (exchange/cases.py).
    """

    def __init__(self, problem: Problem, *, undated: bool = False) -> None:
        super().__init__(problem.says)
        self.problem = problem
        self.undated = undated
        self.type_name = ""


def dated_or_refused(type_: RecordType, answers: Answers, layout: Layout) -> None:
    """Raise NoPlace where a line would add this record and says neither its date nor its number.

    A reason why there is no date counts as said, and so does an answer after which no date is
    asked ("no GvHD"). A value that belongs elsewhere would else add a relapse that never was.
    """
    item = main_date_of(type_)
    if item is None or answers.get(item.name) is not None or _no_date_asked(type_, item, answers):
        return
    if isinstance(answers.get(NUMBER), int):
        return
    column, asks = layout.place(type_.name, item.name), ""
    if column is None:
        asks = f"{type_.name}.{item.name}"
        says = _(
            "This would add “%s” without its date: add a column with the date, "
            "or leave this column out"
        )
        places = (
            at
            for at, name, one, _unit in layout.items
            if name == type_.name and one.name in answers
        )
        column = next(places, None)
    else:
        says = _(
            "This would add “%s” without its date: write the date, or empty what else "
            "the line says of it"
        )
    raise NoPlace(Problem(says % type_.label, column, asks=asks), undated=True)


def _no_date_asked(type_: RecordType, item: Item, answers: Answers) -> bool:
    record = Record(type_.name, "", answers)
    case = Case(Record("patient", "", {}, {type_.name: (record,)}), DICTIONARY, date.max)
    return item.asked_if is not None and item.asked_if.holds(case.of(type_.name)[0]) is False


def meant_among(
    type_: RecordType, answers: Mapping[str, Answer], near: Sequence[Record], layout: Layout
) -> Record | None:
    """Which of the records of this day is meant? None for another one of the same day.

    One that differs in what tells such records apart is another record. One of which that is not
    known, here or there, is meant only when the line takes nothing else back. Raises NoPlace.
    """
    apart = TOLD_APART_BY.get(type_.name, ())
    fit = [one for one in near if not differs(type_, one, answers)]
    sure = [one for one in fit if all(_agree(one, answers, item) for item in apart)]
    if len(sure) == 1:
        return sure[0]
    if not fit:
        return None
    if len(fit) > 1 or any(takes_back(fit[0], answers, item) for item in answers):
        raise NoPlace(which(type_, len(fit), layout))
    return fit[0]


def which(type_: RecordType, count: int, layout: Layout) -> Problem:
    """Ask which record is meant, naming what would tell."""
    apart = [type_.by_name[one].label for one in TOLD_APART_BY.get(type_.name, ())]
    missing = ", ".join([*apart, *([_("Number")] if NUMBER in type_.by_name else [])])
    says = _("%(record)s: is it one of the %(count)s known of this day, or another? Tell %(items)s")
    if not missing:
        says = _("%(record)s: %(count)s are known of this day. Correct it on the patient's page")
    words = {"record": type_.label, "count": count, "items": missing}
    return Problem(says % words, first_column(type_, layout))


def _said(answer: Answer) -> Answer:
    """A value; None for a reason why there is none, and for the word that clears."""
    return None if isinstance(answer, Missing) else answer


def differs(type_: RecordType, record: Record, answers: Mapping[str, Answer]) -> bool:
    """Is the record another one, by what tells records of its kind apart?"""
    return any(_differ(record, answers, item) for item in TOLD_APART_BY.get(type_.name, ()))


def _differ(record: Record, answers: Mapping[str, Answer], item: str) -> bool:
    mine, its = _said(answers.get(item)), _said(record.answers.get(item))
    return mine is not None and its is not None and not _alike(mine, its)


def _agree(record: Record, answers: Mapping[str, Answer], item: str) -> bool:
    mine, its = _said(answers.get(item)), _said(record.answers.get(item))
    return (mine is None) == (its is None) and not _differ(record, answers, item)


def takes_back(record: Record, answers: Mapping[str, Answer], item: str) -> bool:
    """Would this answer replace another one of the record?"""
    return item in record.answers and not _alike(answers[item], record.answers[item])


def _alike(one: Answer, other: Answer) -> bool:
    return one == other or _same_text(one, other)


def _same_text(one: Answer, other: Answer) -> bool:
    """Texts that differ in nothing but case and spaces (rule 74)."""
    texts = isinstance(one, str) and isinstance(other, str)
    return texts and " ".join(str(one).casefold().split()) == " ".join(
        str(other).casefold().split()
    )


def spelt_as(known: Record, said: Record) -> Record:
    """What is said, in the spelling that is known: case and spaces change nothing (rule 74).

    known : the patient's record; said : a case with the same keys. Codes are never spelt so.
    """
    items = DICTIONARY[said.type].by_name
    answers = {
        name: known.answers[name]
        if name in known.answers
        and items[name].kind is Kind.TEXT
        and _same_text(answer, known.answers[name])
        else answer
        for name, answer in said.answers.items()
    }
    children = {
        type_name: tuple(
            spelt_as(mine, one)
            if (mine := next((its for its in known.of(type_name) if its.key == one.key), None))
            else one
            for one in records
        )
        for type_name, records in said.children.items()
    }
    return replace(said, answers=answers, children=children)


def first_column(type_: RecordType, layout: Layout) -> int | None:
    return next((place for place, name, _item, _unit in layout.items if name == type_.name), None)

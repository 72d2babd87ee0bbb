"""What is said of a line to whoever corrects it? One sentence for each wrong cell, at the cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from registry.dates import iso_dates_retyped
from registry.dictionary.case import Record
from registry.dictionary.checks import Severity
from registry.exchange import none_of_it
from registry.exchange.cases import at
from registry.exchange.lines import FindingJson, Layout, Line, finding, places_of
from registry.exchange.main_dates import main_date_of
from registry.models import DICTIONARY
from registry.records import Path
from registry.validation import Finding


def finding_of(
    found: Finding, layout: Layout, given: set[str], merged: Record | None, path: Path
) -> FindingJson:
    """A broken rule, at the cells of a line that it speaks of; at the whole line, if at none.

    given : what the line answers, as targets. merged, path : the case with the line in it, and the
    record that the rule is about; None where the line says nothing of that record. Of an answer
    that this record lacks the empty cell is named first; `asks` names it where it has no column, or one
    that was added for such answers: it is asked below this line as it was below the first.
    """
    lacking = list(_lacking(found, merged, path)) if _is_lack(found, merged, path) else []
    named = [one for one in answers_named(found) if one in given]
    places = [layout.places[one] for one in (*lacking, *named) if one in layout.places]
    first, *others = [*dict.fromkeys(places)] or [None]
    asked = (one for one in lacking if one not in layout.places or one in layout.added)
    return finding(
        _in_full(found),
        first,
        severity=found.severity.value,
        rule=found.rule,
        values=iso_dates_retyped(found.values),
        also=[one for one in others if one is not None],
        asks=next(asked, ""),
    )


def _is_lack(found: Finding, merged: Record | None, path: Path) -> bool:
    """Is it to be mended by an answer that is not there? A warning is where it speaks of no other."""
    if found.blocks or found.severity is not Severity.WARNING:
        return found.blocks
    record = at(merged, path) if merged else None
    return record is not None and all(record.answers.get(one) is None for one in found.items)


def _in_full(found: Finding) -> str:
    """What a rule says; of a record that should be there also what a line lacks to bring it."""
    type_ = DICTIONARY[found.absent] if found.absent else None
    main = main_date_of(type_) if type_ else None
    if type_ is None or main is None:
        return found.says
    words = {"says": found.says, "item": f"{type_.label}: {main.label}"}
    return _("%(says)s. “%(item)s” is missing") % words


def told_of_none(line: Line, said: Record, known: Record, layout: Layout) -> list[FindingJson]:
    """What is told of a line whose grade of 0 adds nothing; with the day it would be a "no".

    said : the line as a case. known : what is stored of the patient.
    """
    left_out = none_of_it.says_none(none_of_it.TYPE, line.answers.get(none_of_it.TYPE, {}))
    if not left_out or none_of_it.records_in(said) or none_of_it.told_already(known):
        return []
    target = f"{none_of_it.TYPE}.{none_of_it.AS_OF}"
    asked = target not in layout.places or target in layout.added
    says = _(
        "Grade 0 is read as no acute GvHD, and nothing is added: a no is stored with the day on "
        "which it was still so"
    )
    place = layout.place(none_of_it.TYPE, none_of_it.GRADE)
    return [finding(says, place, severity="warning", asks=target if asked else "")]


def answers_named(found: Finding) -> list[str]:
    """The answers a finding speaks of, as targets of columns."""
    own = [f"{found.record_type}.{one}" for one in found.items]
    return [*own, *(ref for ref in found.refs if ref.count(".") == 1)]


def _lacking(found: Finding, merged: Record | None, path: Path) -> Iterator[str]:
    """The answers of its own record that a rule speaks of and that nobody gave; the date of a
    record that should be there, as of the death of somebody reported dead."""
    record = at(merged, path) if merged else None
    if record is None:
        return
    for one in found.items:
        if record.answers.get(one) is None:
            yield f"{found.record_type}.{one}"
    main = main_date_of(DICTIONARY[found.absent]) if found.absent else None
    if main:
        yield f"{found.absent}.{main.name}"


def gathered(told: Sequence[FindingJson], headers: Sequence[str]) -> list[FindingJson]:
    """The findings of a line, those together that one cell explains.

    A cell that several errors set against other cells is the wrong one: the first of them stands,
    at this cell alone, and names the others. What is said of one cell only stays as it is.
    """
    left = [*told]
    out = []
    while shared := _most_shared([places_of(one) for one in left if _relates(one)]):
        mine = [one for one in left if _relates(one) and shared in places_of(one)]
        left = [one for one in left if one not in mine]
        out.append(_as_one(mine, shared, headers))
    return [*out, *left]


def _relates(told: FindingJson) -> bool:
    """Does an error set a cell against another one?"""
    return told["severity"] == "error" and "also" in told and "asks" not in told


def _most_shared(cells: Sequence[list[int]]) -> int | None:
    counted = Counter(place for one in cells for place in one)
    place, times = max(counted.items(), key=lambda one: one[1], default=(None, 0))
    return place if times > 1 else None


def _as_one(told: Sequence[FindingJson], shared: int, headers: Sequence[str]) -> FindingJson:
    first, *others = told
    known = places_of(first)
    more = dict.fromkeys(one for other in others for one in places_of(other) if one not in known)
    says = str(first["says"])
    if more:
        words = {"says": says, "names": ", ".join(headers[one] for one in more)}
        says = _("%(says)s. It does not agree with %(names)s either") % words
    values = dict.fromkeys(v for one in told for v in str(one["values"]).split("; ") if v)
    alone = {name: value for name, value in first.items() if name != "also"}
    return {**alone, "column": shared, "says": says, "values": "; ".join(values)}

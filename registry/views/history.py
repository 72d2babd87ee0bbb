"""Who changed a record, an answer or anything of a patient, what was there before, and why?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from registry.audit import Change, ItemChange
from registry.dates import iso_of
from registry.dictionary.language import RecordType
from registry.dictionary.values import BadValue, PartialDate
from registry.forms.dates import in_words
from registry.models import DICTIONARY
from registry.trail import Deed, Wanted, stream_of
from registry.views.header import header_of
from registry.views.places import Open, open_patient
from registry.views.target import number, page_of, stored_target
from registry.views.words import SHORT, label_of, main_date

ON_A_PAGE = 50
SHOWN_AT_ONCE = 4
"""Of so many answers at most all are shown; more are folded away under their count."""

Labels = Mapping[tuple[str, int], str]


@dataclass(frozen=True)
class Line:
    """One change of one record as the page tells it; `address` is the record's form, if it stands."""

    change: Change
    label: str
    address: str
    deleted: bool
    version: int

    @property
    def items(self) -> tuple[ItemChange, ...]:
        return self.change.items

    @property
    def folded(self) -> bool:
        return len(self.items) > SHOWN_AT_ONCE

    @property
    def reason(self) -> str:
        """Why all of it changed; not again what stands beside each answer."""
        told = {one.reason for one in self.items}
        return "" if told == {self.change.reason} else self.change.reason


@require_safe
@login_required
def history(request: HttpRequest, pseudonym: str, type_name: str, pk: int) -> HttpResponse:
    """Every change of one record, or with `item` of one answer, newest first."""
    target = stored_target(request, pseudonym, type_name, pk)
    item = request.GET.get("item", "")
    type_ = DICTIONARY[type_name]
    if item and item not in type_.by_name:
        raise Http404
    deeds = _of_record(target.opened, type_name, pk)
    if item:
        deeds = [kept for one in deeds if (kept := _about(one, item)).change.items]
    label = label_of(target.opened.node(target.path))
    context = page_of(target) | {
        "label": label,
        "item": type_.by_name.get(item),
        "items": () if item else _changed_items(type_, deeds),
        "lines": [_line(one, target.opened, {}) for one in deeds],
    }
    return render(request, "registry/history.html", context)


def _of_record(opened: Open, type_name: str, pk: int) -> list[Deed]:
    wanted = Wanted(type_name=type_name, pk=pk)
    every = stream_of(opened.patient, identities=opened.knows_who, only=type_name)
    return [one for one in every if wanted.fits(one)]


def _about(deed: Deed, item: str) -> Deed:
    """The deed as far as it changed this answer."""
    items = tuple(one for one in deed.change.items if one.name == item)
    return replace(deed, change=replace(deed.change, items=items))


def _changed_items(type_: RecordType, deeds: Iterable[Deed]) -> list[tuple[str, str]]:
    """The answers that changed after they were entered: name and label."""
    names = {one.name for deed in deeds for one in deed.change.items if one.how != "entered"}
    return [(item.name, item.label) for item in type_.items if item.name in names]


@require_safe
@login_required
def patient_history(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """Everything that happened to a patient's records, newest first, by person, record and day."""
    opened = open_patient(request, pseudonym)
    if opened.patient.pseudonym != pseudonym:
        return redirect("patient_history", opened.patient.pseudonym)
    every = stream_of(opened.patient, identities=opened.knows_who)
    labels = _labels(opened)
    wanted, problem = _wanted(request)
    fitting = [one for one in every if wanted.fits(one)]
    page = Paginator(fitting, ON_A_PAGE).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "opened": opened,
        "patient": opened.patient,
        "header": header_of(opened.stored, opened.case),
        "page": page,
        "lines": [_line(one, opened, labels) for one in page.object_list],
        "wanted": wanted,
        "record": request.GET.get("record", ""),
        "since": request.GET.get("since", ""),
        "until": request.GET.get("until", ""),
        "problem": problem,
        "people": sorted({one.change.who for one in every if one.change.who}),
        "records": _records(every, opened, labels),
        "asked": asked.urlencode(),
        "total": len(every),
    }
    return render(request, "registry/patient_history.html", context)


def _labels(opened: Open) -> Labels:
    """The names of the records that stand; of several with one name each with its day."""
    names = {path: label_of(opened.node(path)) for path in opened.stored.rows}
    several = {label for label, count in Counter(names.values()).items() if count > 1}
    found = {}
    for path, row in opened.stored.rows.items():
        when = in_words(main_date(opened.node(path))) if names[path] in several else ""
        found[row.record_type.name, row.pk] = f"{names[path]}, {when}" if when else names[path]
    return found


def _wanted(request: HttpRequest) -> tuple[Wanted, str]:
    """What was asked for, and a sentence about a date that cannot be read."""
    type_name, _dot, pk = request.GET.get("record", "").partition(".")
    problem = ""
    days: dict[str, date | None] = {"since": None, "until": None}
    for name in days:
        typed = request.GET.get(name, "").strip()
        try:
            found = PartialDate.parse(iso_of(typed)) if typed else None
        except BadValue as bad:
            problem = str(bad)
            continue
        if found:
            days[name] = found.first if name == "since" else found.last
    who = request.GET.get("who", "")
    return Wanted(who, type_name, number(pk), days["since"], days["until"]), problem


def _records(every: Iterable[Deed], opened: Open, labels: Labels) -> list[tuple[str, str]]:
    """The records to choose from, in the order of the dictionary: how the address names them."""
    order = [one.name for one in DICTIONARY.types]
    found = {
        (order.index(deed.type_name), deed.pk): _label(deed, opened, labels)
        for deed in reversed(list(every))
    }
    return [(f"{order[at]}.{pk}", label) for (at, pk), label in sorted(found.items())]


def _label(deed: Deed, opened: Open, labels: Labels) -> str:
    """The record's name; of one that is gone its kind and number."""
    known = labels.get((deed.type_name, deed.pk))
    if known:
        return known
    type_ = DICTIONARY[deed.type_name]
    count = deed.record.answers.get("number", "")
    label = _(SHORT.get(type_.name, type_.label))
    return f"{label} {count}".strip()


def _line(deed: Deed, opened: Open, labels: Labels) -> Line:
    here = (deed.type_name, deed.pk) in labels
    names = [opened.patient.pseudonym, deed.type_name, deed.pk]
    return Line(
        change=deed.change,
        label=_label(deed, opened, labels),
        address=reverse("record", args=names) if here else "",
        deleted=deed.gone,
        version=deed.version,
    )

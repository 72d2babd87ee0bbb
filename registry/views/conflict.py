"""Somebody else saved, or deleted, what I have open: how is neither of us overwritten?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from registry.actions.save_draft import drop_draft
from registry.audit import Change, history
from registry.dictionary.case import Record
from registry.forms.entry import ASK, KEEP, Entry, read_entry
from registry.forms.saved import words_of
from registry.forms.three_way import Pairs, three_way
from registry.models import DICTIONARY, Patient
from registry.permissions import require
from registry.records import IDENTITY, MODEL_OF
from registry.views.answering import sent_pairs
from registry.views.drafts import typed_pairs
from registry.views.places import Open, open_patient
from registry.views.target import Named, Target, number, page_of


def merge_page(request: HttpRequest, before: Target, entry: Entry) -> HttpResponse:
    """Field by field: what only one of us changed is taken, what both changed is asked.

    What is sent from it carries the version that it was shown for, and the one that the form was
    opened with (`base`): should a third person save meanwhile, it is shown again.
    """
    target = replace(before, opened=open_patient(request, before.opened.patient.pseudonym))
    if target.row is None:
        # It was deleted since `before` was read, or lies in a patient who was merged.
        raise Http404
    opened_with = request.POST.get("base") or request.POST.get("version")
    base = target.base(number(opened_with)) or {}
    differing = three_way(target.type_name, base, target.saved, entry, request.POST)
    if not (differing.clashes or differing.kept_mine):
        # Everything typed is stored: there is nothing left to keep.
        drop_draft(by=request.user, places=before.places)
    context = page_of(target) | {
        "differing": differing,
        "pairs": differing.pairs + _about_rules(entry) + sent_pairs(request),
        "base": opened_with or "",
        "version": target.row.version,
        "address": target.opened.address(target.path),
        "discard": f"{before.address}draft/",
        "place": before.address,
        "label": DICTIONARY[target.type_name].label,
        "last": target.saved.last,
        "again": "asks" in request.POST,
    }
    return render(request, "registry/conflict.html", context, status=409)


def needs_the_merge_page(request: HttpRequest, target: Target, entry: Entry) -> bool:
    """Is the answer sent by a merge page complete: every clash decided, and with its reason?"""
    if "asks" not in request.POST:
        return False
    base = target.base(number(request.POST.get("base"))) or {}
    return not three_way(target.type_name, base, target.saved, entry, request.POST).decided


def _about_rules(entry: Entry) -> Pairs:
    """The reasons given against rules and the words to the registry office, as controls."""
    kept = [(f"{KEEP}{rule}", why) for rule, why in entry.record.kept.items()]
    return [*kept, *((f"{ASK}{rule}", words) for rule, words in entry.asks.items())]


@dataclass(frozen=True)
class Gone:
    """Why a record is not there: it was deleted, or stayed with a patient who was merged.

    again : where the same can be entered as a new record; empty where it cannot.
    """

    deleted: Change | None = None
    stayed_with: Patient | None = None
    again: str = ""


def gone_page(request: HttpRequest, named: Named) -> HttpResponse:
    """What was typed into the form of a record that is gone by now, or of one inside it.

    Raises Http404 for what never was this patient's.
    """
    opened = open_patient(request, named.pseudonym)
    require(opened.editable, "change this patient's records")
    gone = _gone(opened, named)
    context = {
        "patient": opened.patient,
        "opened": opened,
        "label": DICTIONARY[named.type_name].label,
        "gone_label": DICTIONARY[named.at[0]].label,
        "gone": gone,
        "lines": _typed_lines(read_entry(DICTIONARY[named.type_name], "", request.POST)),
        "pairs": [pair for pair in typed_pairs(request) if pair[0] not in ("version", "key")],
    }
    return render(request, "registry/gone.html", context, status=409)


def _gone(opened: Open, named: Named) -> Gone:
    type_name, pk = named.at
    hidden = type_name in IDENTITY and not opened.knows_who
    if hidden or not {type_name, named.type_name} <= set(MODEL_OF):
        raise Http404
    model = MODEL_OF[type_name]
    if stayed := _stayed_with(opened, type_name, pk):
        return Gone(stayed_with=stayed)
    if type_name == "patient":
        raise Http404
    events = model.pgh_event_model.objects.filter(pgh_label="delete", pgh_obj_id=pk)
    told = events.filter(patient_id=opened.patient.pk).first()
    if told is None:
        raise Http404
    parent_pk = getattr(told, f"{DICTIONARY[type_name].parent}_id")
    again = "" if named.new else _adding(opened, type_name, parent_pk)
    return Gone(deleted=history(model, pk, identities=opened.knows_who)[-1], again=again)


def _stayed_with(opened: Open, type_name: str, pk: int) -> Patient | None:
    """The patient, merged into the opened one, with whom a record stayed behind."""
    row = MODEL_OF[type_name]._default_manager.filter(pk=pk).first()
    owner = row if row is None or isinstance(row, Patient) else row.patient
    return owner if owner and owner.merged_into_id == opened.patient.pk else None


def _typed_lines(entry: Entry) -> list[tuple[str, str]]:
    """Each answer that was typed, readable or not."""
    record: Record = entry.record
    items = DICTIONARY[record.type].by_name
    return [
        (items[name].label, words_of(items[name], record.answers.get(name)) or typed.text)
        for name, typed in entry.typed.items()
        if not typed.empty
    ]


def _adding(opened: Open, type_name: str, parent_pk: int) -> str:
    """Where the same can be entered as a new record; empty when its parent is gone as well."""
    parent = DICTIONARY[type_name].parent or ""
    for path, row in opened.stored.rows.items():
        if (row.record_type.name, row.pk) == (parent, parent_pk):
            if not opened.can_add(opened.node(path), type_name):
                return ""
            names = [opened.patient.pseudonym, parent, parent_pk, type_name]
            return reverse("new_record", args=names)
    return ""

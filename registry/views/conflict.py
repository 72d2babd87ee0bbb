"""Somebody else saved, or deleted, what I have open: how is neither of us overwritten?"""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from registry.actions.save_draft import drop_draft
from registry.audit import history
from registry.dictionary.case import Record
from registry.forms.entry import ASK, KEEP, Entry, read_entry
from registry.forms.saved import words_of
from registry.forms.three_way import Pairs, three_way
from registry.models import DICTIONARY
from registry.permissions import require
from registry.records import IDENTITY, MODEL_OF
from registry.views.answering import sent_pairs
from registry.views.drafts import typed_pairs
from registry.views.places import Open, open_patient
from registry.views.target import Target, number, page_of


def merge_page(request: HttpRequest, before: Target, entry: Entry) -> HttpResponse:
    """Field by field: what only one of us changed is taken, what both changed is asked.

    What is sent from it carries the version that it was shown for, and the one that the form was
    opened with (`base`): should a third person save meanwhile, it is shown again.
    """
    target = replace(before, opened=open_patient(request, before.opened.patient.pseudonym))
    if target.row is None:
        raise Http404
    opened_with = request.POST.get("base") or request.POST.get("version")
    base = target.base(number(opened_with)) or {}
    differing = three_way(target.type_name, base, target.saved, entry, request.POST)
    if not (differing.clashes or differing.kept_mine):
        # Everything typed is stored: there is nothing left to keep.
        drop_draft(by=request.user, place=before.address)
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


def gone_page(
    request: HttpRequest, pseudonym: str, gone: tuple[str, int], type_name: str
) -> HttpResponse:
    """What was typed into the form of a record that was deleted meanwhile, or of one inside it.

    gone : type and key of the deleted row. Raises Http404 for what never was this patient's.
    """
    opened = open_patient(request, pseudonym)
    require(opened.editable, "change this patient's records")
    gone_type, pk = gone
    if gone_type not in MODEL_OF or gone_type == "patient" or type_name not in MODEL_OF:
        raise Http404
    model = MODEL_OF[gone_type]
    told = model.pgh_event_model.objects.filter(
        pgh_obj_id=pk, pgh_label="delete", patient_id=opened.patient.pk
    ).first()
    if told is None or (gone_type in IDENTITY and not opened.knows_who):
        raise Http404
    entry = read_entry(DICTIONARY[type_name], "", request.POST)
    parent = DICTIONARY[gone_type].parent
    context = {
        "patient": opened.patient,
        "opened": opened,
        "label": DICTIONARY[type_name].label,
        "gone_label": DICTIONARY[gone_type].label,
        "deleted": history(model, pk, identities=opened.knows_who)[-1],
        "lines": _typed_lines(entry),
        "pairs": [pair for pair in typed_pairs(request) if pair[0] not in ("version", "key")],
        "again": _adding(opened, gone_type, getattr(told, f"{parent}_id"))
        if gone_type == type_name
        else "",
    }
    return render(request, "registry/gone.html", context, status=409)


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

"""How is a record signed, and opened again?"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from registry.actions.open_record import NotSigned, open_record
from registry.actions.save_record import SomebodyElseSaved
from registry.actions.sign_record import NotFinished, complete, sign_complete, sign_record
from registry.forms.dates import in_print
from registry.forms.entry import problem_of_reason
from registry.forms.places import path_of_row
from registry.models import User
from registry.permissions import may_open_again, may_sign
from registry.queries import draft_of
from registry.records import Path
from registry.views.drafts import keep_typed
from registry.views.places import Open, open_patient
from registry.views.target import Target, number, page_of, stored_target
from registry.views.words import label_of


def signing_of(user: User, target: Target) -> dict[str, object]:
    """What a form shows of signatures: may the reader give one, or open the record again?"""
    opened, centre_id = target.opened, target.opened.patient.centre_id
    stored = target.version is not None
    found = opened.findings.get(opened.node(target.path).pointer, ()) if stored else ()
    errors = [one for one in found if one.blocks and one.record_type == target.type_name]
    return {
        "may_sign": stored and not errors and not target.signature and may_sign(user, centre_id),
        "may_open": may_open_again(user),
        "may_ask": opened.editable,
    }


def to_sign(user: User, opened: Open) -> list[str]:
    """The complete records that the reader could sign, as the page sends them: "relapse.12.3"."""
    if not may_sign(user, opened.patient.centre_id):
        return []
    rows = [opened.stored.rows[path] for path in complete(opened.stored)]
    return [f"{row.record_type.name}.{row.pk}.{row.version}" for row in rows]


def signed_meanwhile(request: HttpRequest, target: Target) -> HttpResponse:
    """What was typed into a record that is signed by now is not lost: it waits as a draft."""
    keep_typed(request, target.opened.patient, target.place)
    words = _(
        "Not saved: this record was signed while it was open here. What you typed is kept as your "
        "draft, and shown again when the registry office opens the record."
    )
    messages.error(request, words)
    return redirect(target.address)


@require_POST
@login_required
def sign(request: HttpRequest, pseudonym: str, type_name: str, pk: int) -> HttpResponse:
    """Sign a record as the page showed it."""
    target = stored_target(request, pseudonym, type_name, pk)
    version = number(request.POST.get("version"))
    if draft_of(request.user, target.places):
        unsaved = _(
            "Not signed: what you typed is not saved yet. Save it, or discard it, then sign."
        )
        messages.error(request, unsaved)
        return redirect(target.address)
    try:
        sign_record(
            by=request.user,
            patient=target.opened.patient,
            path=target.path,
            version=version or 0,
        )
    except SomebodyElseSaved:
        changed = _("Not signed: somebody saved this record meanwhile. Read it again, then sign.")
        messages.error(request, changed)
    except NotFinished as refusal:
        wrong = _("Not signed: there is an error to correct. %s") % refusal
        messages.error(request, in_print(wrong))
    else:
        done = _(
            "Signed, version %s. It changes through no door until the registry office opens it."
        )
        messages.success(request, done % version)
    return redirect(target.address)


@require_POST
@login_required
def sign_all(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """Sign the complete records of a patient, each in the version that the page showed."""
    opened = open_patient(request, pseudonym)
    versions = dict(
        found for told in request.POST.getlist("record") if (found := _told(opened, told))
    )
    signed = sign_complete(by=request.user, patient=opened.patient, versions=versions)
    count = len(signed)
    messages.success(
        request,
        ngettext("%(count)s record signed.", "%(count)s records signed.", count) % {"count": count},
    )
    if left := len(versions) - count:
        changed = ngettext(
            "%(count)s record was saved meanwhile and is not signed.",
            "%(count)s records were saved meanwhile and are not signed.",
            left,
        )
        messages.error(request, changed % {"count": left})
    return redirect("patient", opened.patient.pseudonym)


def _told(opened: Open, told: str) -> tuple[Path, int] | None:
    """One record and its version, as the page names them: "relapse.12.3"."""
    type_name, _dot, rest = told.partition(".")
    pk, version = (number(one) for one in (rest.partition(".")[0], rest.partition(".")[2]))
    path = path_of_row(opened.stored, type_name, pk or 0)
    return None if path is None or version is None else (path, version)


@require_POST
@login_required
def open_again(request: HttpRequest, pseudonym: str, type_name: str, pk: int) -> HttpResponse:
    """Open a signed record again, with the reason that the registry office gives."""
    target = stored_target(request, pseudonym, type_name, pk)
    reason = request.POST.get("reason", "").strip()
    problem = problem_of_reason(reason) if reason else _("Say why the record is opened again.")
    if problem:
        label = label_of(target.opened.node(target.path))
        context = page_of(target) | {"label": label, "problem": problem}
        return render(request, "registry/open_again.html", context, status=422)
    patient = target.opened.patient
    try:
        open_record(by=request.user, patient=patient, path=target.path, reason=reason)
    except NotSigned:
        messages.error(request, _("This record is open already."))
    else:
        messages.success(
            request, _("Opened again. The signature and your reason stay in its history.")
        )
    return redirect(target.address)

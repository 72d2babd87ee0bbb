"""How is a record taken back that should not be there?"""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from registry.actions.delete_record import RecordSigned, delete_record
from registry.actions.save_record import SomebodyElseSaved
from registry.forms.entry import problem_of_reason
from registry.permissions import require
from registry.views.menu import menu_of
from registry.views.target import Target, number, page_of, stored_target
from registry.views.words import label_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delete(request: HttpRequest, pseudonym: str, type_name: str, pk: int) -> HttpResponse:
    """Take a record back, with a reason, after asking."""
    target = stored_target(request, pseudonym, type_name, pk)
    require(target.opened.editable, _("delete this patient's records"))
    if not target.path:
        raise Http404
    reason = request.POST.get("reason", "").strip()
    problem = problem_of_reason(reason)
    if request.method == "POST" and reason and not problem:
        return _deleted(request, target, reason)
    asked = request.method == "POST"
    context = page_of(target) | _below(target) | {"asked": asked, "problem": problem}
    return render(request, "registry/delete.html", context, status=422 if asked else 200)


def _below(target: Target) -> dict[str, object]:
    """The record by name, and what goes with it."""
    path = target.path
    whole = [one for one in menu_of(target.opened, None) if one.path[: len(path)] == path]
    return {"label": label_of(target.opened.node(path)), "below": whole[1:]}


def _deleted(request: HttpRequest, target: Target, reason: str) -> HttpResponse:
    remove = partial(delete_record, by=request.user, patient=target.opened.patient)
    version = number(request.POST.get("version"))
    try:
        remove(path=target.path, version=version or 0, reason=reason)
    except RecordSigned:
        signed = _("Signed records are not deleted: the registry office can open them again.")
        messages.error(request, signed)
        return redirect(target.address)
    except SomebodyElseSaved:
        messages.error(request, _("Somebody else has changed this record. Nothing was deleted."))
        return redirect(target.address)
    messages.success(request, _("Deleted. The trail keeps what was there."))
    return redirect("patient", target.opened.patient.pseudonym)

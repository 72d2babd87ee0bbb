"""Who changed a record, what was there before, and why?"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from registry.audit import history_of
from registry.views.target import page_of, stored_target
from registry.views.words import label_of


@require_safe
@login_required
def history(request: HttpRequest, pseudonym: str, type_name: str, pk: int) -> HttpResponse:
    """Every change of one record, newest first, read from the trail."""
    target = stored_target(request, pseudonym, type_name, pk)
    row = target.opened.stored.rows[target.path]
    changes = history_of(row, identities=target.opened.knows_who)
    context = page_of(target) | {
        "label": label_of(target.opened.node(target.path)),
        "changes": changes[::-1],
    }
    return render(request, "registry/history.html", context)

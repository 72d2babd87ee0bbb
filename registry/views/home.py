"""What is to be done today? The visits that are owed, and what else waits for the reader."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from registry.models import Question, User
from registry.percent import in_percent
from registry.permissions import may_submit
from registry.queries import submissions_for
from registry.views.draft_list import begun_by
from registry.views.due_rows import causes, due_rows
from registry.views.import_earlier import with_later
from registry.work import (
    Show,
    files_to_correct,
    findings_of,
    last_import,
    network_figure,
    owed_by,
    own_completeness,
    questions_to_answer,
    today_of,
    waiting_for,
    zone_of,
)

ON_A_PAGE = 15
LONGEST_LIST = 8


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """My work."""
    today = today_of(request.user)
    page = tiles_of(request.user, today) | table_of(request, today)
    page |= {
        "questions": questions_on_card(request.user),
        "drafts": begun_by(request.user),
        "file": last_import(request.user),
        "to_correct": with_later(request.user, files_to_correct(request.user)),
        "submissions": submissions_for(request.user)[:3],
        "findings": findings_of(request.user),
    }
    return render(request, "registry/home.html", page)


def questions_on_card(user: User) -> QuerySet[Question]:
    """Those that the card of My work shows."""
    return questions_to_answer(user)[:LONGEST_LIST]


@require_safe
@login_required
def due(request: HttpRequest) -> HttpResponse:
    """The card of the visits that are owed alone, as another choice of Show asks for it."""
    return render(request, "registry/_due.html", table_of(request, today_of(request.user)))


def tiles_of(user: User, today: date) -> dict[str, object]:
    """What the tiles show; the mail counts the same."""
    network = network_figure(user)
    return {
        "waiting": waiting_for(user, today),
        "own_c": in_percent(own_completeness(user, today)),
        "network_c": in_percent(network.value if network else None),
        "network_at": _counted(network.computed_at, user, today) if network else "",
        "today": today,
    }


def _counted(moment: datetime, user: User, today: date) -> str:
    """When the figure of the network was counted: the centre's own beside it is of now."""
    at = moment.astimezone(ZoneInfo(zone_of(user)))
    if at.date() == today:
        return _("counted at %s") % f"{at:%H:%M}"
    return _("counted on %s") % f"{at:%d/%m/%Y, %H:%M}"


def show_of(request: HttpRequest) -> Show:
    """Which list was asked for; the overdue ones unless another is named."""
    asked = request.POST.get("show") or request.GET.get("show")
    return Show(asked) if asked in list(Show) else Show.OVERDUE


def table_of(request: HttpRequest, today: date) -> dict[str, object]:
    """A page of the visits that are owed."""
    show = show_of(request)
    owed = owed_by(request.user, show, today)
    page = Paginator(owed, ON_A_PAGE).get_page(request.GET.get("page"))
    return {
        "page": page,
        "rows": due_rows(page.object_list, request.user, today),
        "show": show.value,
        "shows": [
            (Show.OVERDUE.value, _("Overdue")),
            (Show.SOON.value, _("Next 30 days")),
            (Show.ALL.value, _("All planned")),
        ],
        "causes": causes(),
        "may_answer": may_submit(request.user),
    }

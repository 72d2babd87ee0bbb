"""Which questions wait for whom? A list to choose from, those of people first."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from registry.forms.asked import asked
from registry.models import Question, User
from registry.permissions import side_of
from registry.queries import centres_for, questions_for
from registry.views.target import number
from registry.work import in_turn

ON_A_PAGE = 30
PEOPLE = "people"
OURS = "ours"


@dataclass(frozen=True)
class Choice:
    """What is listed: in which state, asked of whom, by whom, of which centre."""

    state: str = "open"
    side: str = OURS
    by: str = ""
    centre: str = ""

    @classmethod
    def read(cls, request: HttpRequest) -> Choice:
        """As the address says; what it does not say, or says wrongly, is as it is at first."""

        def told(name: str, known: tuple[str, ...], first: str) -> str:
            given = request.GET.get(name, first)
            return given if given in known else first

        by, centre = request.GET.get("by", ""), request.GET.get("centre", "")
        return cls(
            state=told("state", ("open", "answered", "closed"), "open"),
            side=told("side", (OURS, "of", "from", "all"), OURS),
            by=by if by == PEOPLE or (number(by) or 0) in range(1, 1000) else "",
            centre=centre if number(centre) is not None else "",
        )

    def of(self, user: User) -> QuerySet[Question]:
        """The questions chosen; those that wait in turn, the others latest first."""
        found = questions_for(user).filter(_STATES[self.state])
        of_us = Q(asked_of=side_of(user))
        by_us = Q(~of_us, rule=None)
        sides = {OURS: of_us | by_us, "of": of_us, "from": by_us}
        if self.side in sides:
            found = found.filter(sides[self.side])
        if self.by:
            found = found.filter(rule=None if self.by == PEOPLE else int(self.by))
        if self.centre:
            found = found.filter(centre=int(self.centre))
        latest = {"answered": "-answered_at", "closed": "-closed_at"}.get(self.state)
        return found.order_by(latest, "pk") if latest else in_turn(found, user)

    @property
    def address(self) -> str:
        """The choice as the rest of an address."""
        told = {"state": self.state, "side": self.side, "by": self.by, "centre": self.centre}
        return "".join(f"&{urlencode({name: value})}" for name, value in told.items() if value)


_STATES = {
    "open": Q(closed_at=None, answered_at=None),
    "answered": Q(closed_at=None, answered_at__isnull=False),
    "closed": Q(closed_at__isnull=False),
}


@require_safe
@login_required
def questions(request: HttpRequest) -> HttpResponse:
    """The list. htmx asks for it alone when another choice is made."""
    choice, user = Choice.read(request), request.user
    page = Paginator(choice.of(user), ON_A_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    context = {
        "page": page,
        "rows": [asked(one, user, today) for one in page.object_list],
        "choice": choice,
        "states": [("open", _("Open")), ("answered", _("Answered")), ("closed", _("Closed"))],
        "sides": [
            (OURS, _("Of us and by us")),
            ("of", _("Asked of us")),
            ("from", _("Asked by us")),
            ("all", _("All")),
        ],
        "rules": _rules(user),
        "people": PEOPLE,
        "centres": [] if user.centre_id else centres_for(user).order_by("code"),
    }
    alone = request.htmx and not request.htmx.boosted
    return render(
        request, "registry/_question_list.html" if alone else "registry/questions.html", context
    )


def _rules(user: User) -> list[int]:
    """The rules that ever asked about the reader's patients."""
    found = questions_for(user).filter(rule__isnull=False).order_by("rule")
    return list(found.values_list("rule", flat=True).distinct())

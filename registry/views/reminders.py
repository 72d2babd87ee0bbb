"""How often shall a mail count what waits for me?"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from registry.actions.choose_digest import choose_digest
from registry.actions.send_digests import ask_for_digest
from registry.doorbell import ring_for
from registry.models import Digest
from registry.mornings import next_slot
from registry.tasks import send_digest
from registry.work import zone_of

LATEST_SHOWN = 5


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def reminders(request: HttpRequest) -> HttpResponse:
    """Choose the rhythm, see the next date and what became of the last mails."""
    if request.method == "POST":
        try:
            choose_digest(by=request.user, every=request.POST.get("every", ""))
        except ValueError:
            return HttpResponseBadRequest()
        messages.success(request, _("Kept."))
        return redirect("reminders")
    user = request.user
    zone = zone_of(user)
    following = next_slot(user.digest, zone, timezone.now()) if user.email else None
    context = {
        "choices": user._meta.get_field("digest").choices,
        # As a day: the template would show a moment in the server's zone.
        "following": following.astimezone(ZoneInfo(zone)).date() if following else None,
        "zone": zone,
        "last": Digest.objects.filter(to=user).order_by("-pk")[:LATEST_SHOWN],
    }
    return render(request, "registry/reminders.html", context)


@require_POST
@login_required
def send_now(request: HttpRequest) -> HttpResponse:
    """One mail at once."""
    digest = ask_for_digest(by=request.user)
    ring_for(send_digest, digest.pk)
    messages.success(request, _("It is on its way to %s.") % request.user.email)
    return redirect("reminders")

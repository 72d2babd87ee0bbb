"""Who took patients' rows out of the registry, when, of which study and run, and how many? For the office."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from registry.permissions import may_see_taken_out, require
from reports.queries import centre_codes_of, taken_out_for
from reports.studies import STUDIES

ON_A_PAGE = 100


@require_safe
@login_required
def taken_out(request: HttpRequest) -> HttpResponse:
    """Every time, newest first; ?study=… shows those of one study."""
    require(may_see_taken_out(request.user), "see who took patients' rows out")
    name = request.GET.get("study", "")
    if name and name not in STUDIES:
        raise Http404
    found = taken_out_for(request.user)
    page = Paginator(found.filter(study=name) if name else found, ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    codes = centre_codes_of(request.user)
    content = {
        "page": page,
        "lines": [
            (line, STUDIES.get(line.study), [codes[pk] for pk in line.centres if pk in codes])
            for line in page
        ],
        "only": STUDIES.get(name),
    }
    return render(request, "reports/taken_out.html", content)

"""A worker computes what all centres have in common, so that no reader's page looks across them."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from django.utils import timezone

from registry.completeness import Completeness
from registry.models import Centre, NetworkFigure, Patient
from registry.scope import scope
from registry.work import NETWORK, NETWORK_INVENTED, followed

FRESH = timedelta(hours=1)


def figures_are_old() -> bool:
    """Whether nobody has computed the figures for an hour."""
    fresh = NetworkFigure.objects.filter(computed_at__gt=timezone.now() - FRESH)
    return fresh.count() < 2


def compute_network_figures() -> None:
    """Clark's C of all centres, and apart from it that of the centres of invented patients."""
    now, today = timezone.now(), timezone.localdate()
    sums: dict[str, list[Completeness]] = defaultdict(list)
    for centre in Centre.objects.all():
        with scope([centre.pk]):
            found = followed(Patient.objects.all(), today)
        if found.potential:
            sums[NETWORK_INVENTED if centre.synthetic else NETWORK].append(found)
    for name in (NETWORK, NETWORK_INVENTED):
        total = sum(sums[name], Completeness())
        NetworkFigure.objects.update_or_create(
            name=name,
            defaults={"value": total.c, "centre_count": len(sums[name]), "computed_at": now},
        )

"""Which runs may this reader see, and of which centres? Every read of the report pages starts here."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.expressions import Case, When

from registry.models.centre import Centre
from registry.models.user import User
from registry.queries import centre_ids_for, centres_for
from reports.exports.programs import PROGRAMS
from reports.models import Export, Run, TakenOut

# Megabytes that a list does not show; whoever needs one of them asks for it.
HEAVY = ("results", "body", "page", "pdf", "cut__columns")


class UnknownCentre(ValueError):
    """No centre has the code; the message names it."""


def centres_named(codes: Collection[str] | None) -> list[int]:
    """The keys of the centres with these codes, in order; of every centre when none is named.

    Raises UnknownCentre for a code that no centre has, and when there is no centre at all.
    """
    chosen = Centre.objects.all() if codes is None else Centre.objects.filter(code__in=codes)
    found = dict(chosen.values_list("code", "pk"))
    if unknown := sorted(set(codes or ()) - set(found)):
        raise UnknownCentre(f"No centre {', '.join(unknown)}.")
    if not found:
        raise UnknownCentre("No centre at all.")
    return sorted(found.values())


def cohort_of(centres: Collection[int]) -> str:
    """The synthetic cohort whose centres these are, every one of them and no other; "" for none."""
    names = set(Centre.objects.filter(pk__in=centres).values_list("cohort", flat=True))
    if len(names) != 1:
        return ""
    (name,) = names
    whole = Centre.objects.filter(cohort=name).values_list("pk", flat=True)
    return name if name and set(whole) == set(centres) else ""


def runs_for(user: User) -> QuerySet[Run]:
    """Runs on records of which the user may see every one, newest first."""
    visible = Run.objects.filter(centres__contained_by=centre_ids_for(user))
    return visible.select_related("by", "cut").defer(*HEAVY)


def taken_out_for(user: User) -> QuerySet[TakenOut]:
    """Every time rows of centres that the user may see left the registry, newest first."""
    visible = TakenOut.objects.filter(centres__contained_by=centre_ids_for(user))
    return visible.select_related("by", "cut").defer("cut__columns").order_by("-at", "-pk")


def centre_codes_of(user: User) -> dict[int, str]:
    """The codes of the centres that the user may see, by their keys."""
    return dict(centres_for(user).values_list("pk", "code"))


def exports_for(user: User) -> QuerySet[Export]:
    """The exports of centres that the user may see, newest first, without the files themselves.

    Each has `kept`: whether its files are still there.
    """
    visible = Export.objects.filter(centre__in=centre_ids_for(user))
    kept = visible.annotate(kept=Q(archive__isnull=False))
    return kept.select_related("by", "centre").defer("archive").order_by("-asked_at", "pk")


def fetched_for(user: User) -> QuerySet[TakenOut]:
    """Each time the files of an export of the user's centres were fetched, newest first.

    Each has `program`: for which statistics program they are.
    """
    named = [When(export__kind=one.kind, then=Value(one.name)) for one in PROGRAMS.values()]
    lines = TakenOut.objects.filter(centres__contained_by=centre_ids_for(user))
    told = lines.exclude(export=None).annotate(program=Case(*named, output_field=CharField()))
    return told.select_related("by", "export__centre").defer("export__archive", "export__manifest")

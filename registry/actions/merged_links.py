"""Two patients became one: what of the links that were asked for and decided about either?

The centre's own rows come along and go back. Another centre's rows name the merged patient still and
cannot be written from here; whoever reads them is led on by what stands in the merged one's tokens,
which every centre may read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from registry.models import LinkRequest, MatchToken, Patient, PatientMerge

LINK = "link"
LEADS_TO = "="
"""Begins the one token of a merged patient; no token of a person begins so."""
SIDES = {"patient": "other", "other": "patient"}

Pair = frozenset[int]


def links_over(kept: Patient, merged: Patient) -> list[list[object]]:
    """Let the centre's rows about `merged` speak of `kept`; answers them for PatientMerge.moved.

    Where both have a row about the same other patient, each keeps its own: the kept one's holds.
    """
    moved: list[list[object]] = []
    for side, facing in SIDES.items():
        of_kept = LinkRequest.objects.filter(**{side: kept}).values_list(f"{facing}_id", flat=True)
        rows = LinkRequest.objects.filter(**{side: merged}, centre=kept.centre_id)
        going = rows.exclude(**{f"{facing}__in": [kept.pk, *of_kept]})
        keys = list(going.values_list("pk", flat=True))
        LinkRequest.objects.filter(pk__in=keys).update(**{side: kept})
        moved += [[LINK, pk, side] for pk in keys]
    return moved


def links_back(merge: PatientMerge) -> None:
    """Let the rows that came over with a merge speak of the merged patient again."""
    for kind, pk, side in merge.moved:
        if kind == LINK:
            LinkRequest.objects.filter(pk=pk).update(**{side: merge.merged_id})


def lead_on(merged: Iterable[Patient], kept: Patient) -> None:
    """Nobody finds these patients by their tokens any more; the one token left names the kept one."""
    MatchToken.objects.bulk_create(
        (
            MatchToken(patient=one, centre_id=one.centre_id, tokens=[f"{LEADS_TO}{kept.pk}"])
            for one in merged
        ),
        update_conflicts=True,
        unique_fields=["patient"],
        update_fields=["tokens"],
    )


def lead_nowhere(patient: Patient) -> None:
    """The patient stands alone again; its own tokens are made when it is judged."""
    MatchToken.objects.filter(patient=patient).delete()


def decisions(rows: Collection[LinkRequest]) -> Mapping[Pair, str]:
    """The state of each pair in these rows, a merged patient's as the kept one's.

    Where a row names the kept patient itself, it holds.
    """
    named = {pk for one in rows for pk in (one.patient_id, one.other_id)}
    leading = MatchToken.objects.filter(patient__in=named, tokens__0__startswith=LEADS_TO)
    leads = {one.patient_id: int(one.tokens[0].removeprefix(LEADS_TO)) for one in leading}
    pairs = [(frozenset((one.patient_id, one.other_id)), one.state) for one in rows]
    led = {frozenset(leads.get(pk, pk) for pk in pair): state for pair, state in pairs}
    return led | {pair: state for pair, state in pairs if not pair & leads.keys()}

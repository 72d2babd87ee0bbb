"""May a patient's records be used? The latest word on the registry and on research says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from registry.dictionary.case import Case, Node
from registry.models import DICTIONARY, RECORD_MODELS, Consent, Patient
from registry.records import load_cases

_NOT_CONSENT = tuple(one.record_type.name for one in RECORD_MODELS[1:] if one is not Consent)


def may_be_used(case: Case) -> bool:
    """False when the latest word on the registry or on research is a no.

    A withdrawal that only stops new data leaves what is there for use. Where nothing is recorded
    the centre answers for the consent.
    """
    return not any(_says_no(_latest(case, kind)) for kind in ("CORE", "RESEARCH"))


def withheld_patients() -> Iterator[int]:
    """Patients of the present scope whose latest word is a no, by primary key.

    Only those who ever said one are looked at, and those merged into another one are not.
    """
    said = Consent.objects.filter(status__in=("REFUSED", "WITHDRAWN")).values("patient")
    doubtful = Patient.objects.filter(pk__in=said, merged_into=None)
    for key, stored in load_cases(doubtful, without=_NOT_CONSENT).items():
        if not may_be_used(Case(stored.root, DICTIONARY, timezone.localdate())):
            yield key


def withheld_persons() -> set[int]:
    """The same, and those merged into them: their records are told as theirs, or were before."""
    kept = list(withheld_patients())
    merged = Patient.objects.filter(merged_into__in=kept).values_list("pk", flat=True)
    return {*kept, *merged}


def _latest(case: Case, kind: str) -> Node | None:
    events = (one for one in case.of("consent") if one.value("type") == kind)
    # Of two on one day the stricter one counts.
    return max(events, key=lambda one: (_word_day(one), _says_no(one)), default=None)


def _word_day(consent: Node) -> date:
    """When it was said. A no without a date is the latest word: nothing shows that it is overruled.

    The day on which a withdrawn consent was signed is not the day of the withdrawal.
    """
    withdrawn, signed = consent.date("withdrawal_date"), consent.date("date_signed")
    if _says_no(consent) and consent.value("status") == "WITHDRAWN":
        return withdrawn.last if withdrawn else date.max
    when = withdrawn or signed
    if when is None:
        return date.max if _says_no(consent) else date.min
    return when.last


def _says_no(consent: Node | None) -> bool:
    if consent is None:
        return False
    status, reach = consent.value("status"), consent.value("withdrawal_scope")
    return status == "REFUSED" or (status == "WITHDRAWN" and reach != "NO_NEW_DATA")

"""May a patient's records be used? The latest word on the registry and on research says so."""

from __future__ import annotations

from datetime import date

from registry.dictionary.case import Case, Node


def may_be_used(case: Case) -> bool:
    """False when the latest word on the registry or on research is a no.

    A withdrawal that only stops new data leaves what is there for use. Where nothing is recorded
    the centre answers for the consent.
    """
    return not any(_says_no(_latest(case, kind)) for kind in ("CORE", "RESEARCH"))


def _latest(case: Case, kind: str) -> Node | None:
    events = (one for one in case.of("consent") if one.value("type") == kind)
    # Of two on one day the stricter one counts.
    return max(events, key=lambda one: (_word_day(one), _says_no(one)), default=None)


def _word_day(consent: Node) -> date:
    when = consent.date("withdrawal_date") or consent.date("date_signed")
    return when.last if when else date.min


def _says_no(consent: Node | None) -> bool:
    if consent is None:
        return False
    status, reach = consent.value("status"), consent.value("withdrawal_scope")
    return status == "REFUSED" or (status == "WITHDRAWN" and reach != "NO_NEW_DATA")

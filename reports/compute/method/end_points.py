"""Which event was waited for, from when, how long was follow-up, and how is it counted?"""

from reports import numbers
from reports.catalogue import column
from reports.compute.done import Deed
from reports.compute.method.collected import Record, deeds
from reports.compute.population import Context
from reports.study import EndPoint

EVENTS = {
    "death": "death from any cause",
    "failure or death": "failure or death from any cause, whichever came first (failure is relapse "
    "or progression)",
}
FOLLOW_UP = {
    Deed.FOLLOW_UP_OF_ALL: "the observed time of all patients, dead or alive",
    Deed.FOLLOW_UP_OF_SURVIVORS: "the observed time of the survivors",
    Deed.REVERSE_FOLLOW_UP: "reverse Kaplan-Meier",
}


def end_point(context: Context, record: Record) -> str:
    """The main end point and those used, each from its first day to its event; the follow-up."""
    sentences = [_main(context.study.end_point)]
    used = {name for done in record for name in done.end_points}
    for name, other in context.study.end_points.items():
        if name in used:
            told = f"{other.label}: from the {_start(other)} to {EVENTS[other.event]}, likewise."
            sentences.append(told)
    return " ".join((*sentences, *_follow_up(deeds(record))))


def _main(point: EndPoint) -> str:
    cut = f"; follow-up after {point.cutoff} was not used" if point.cutoff else ""
    return (
        f"{point.label}: from the {_start(point)} to {EVENTS[point.event]}, in whole days, censored "
        f"at last contact{cut}. A month is 365.25/12 days. Deaths come before censorings of the "
        "same day."
    )


def _follow_up(done: frozenset[Deed]) -> list[str]:
    kinds = [told for deed, told in FOLLOW_UP.items() if deed in done]
    named = ", as named with each number" if len(kinds) > 1 else ""
    return [f"Follow-up is {'; or '.join(kinds)}{named}."] if kinds else []


def _start(point: EndPoint) -> str:
    return numbers.in_sentence(column(point.origin).label)

"""Which event was waited for, from when, how long was follow-up, and how is it counted?"""

from reports import numbers
from reports.catalogue import column
from reports.compute.population import Context
from reports.study import EndPoint, Study
from reports.text_words import FollowUp
from reports.words import SideBySide

EVENTS = {
    "death": "death from any cause",
    "failure or death": "failure or death from any cause, whichever came first (failure is relapse "
    "or progression)",
}


def end_point(context: Context) -> str:
    """Every end point from its first day to its event, what censors it, and which follow-up is told."""
    point = context.study.end_point
    cut = f"; follow-up after {point.cutoff} was not used" if point.cutoff else ""
    meaning = (
        f"{point.label}: from the {_start(point)} to {EVENTS[point.event]}, in whole days, censored "
        f"at last contact{cut}. A month is 365.25/12 days. Deaths come before censorings of the "
        "same day."
    )
    sentences = [meaning]
    for other in context.study.end_points.values():
        told = f"{other.label}: from the {_start(other)} to {EVENTS[other.event]}, likewise."
        sentences.append(told)
    words = (*context.study.text_words, *_rows(context.study))
    kinds = {word.patients for word in words if isinstance(word, FollowUp)}
    names = {
        "all": "the observed time of all patients, dead or alive",
        "survivors": "the observed time of the survivors",
        "reverse": "reverse Kaplan-Meier",
    }
    if kinds:
        told = "; or ".join(names[kind] for kind in names if kind in kinds)
        named = ", as named with each number" if len(kinds) > 1 else ""
        sentences.append(f"Follow-up is {told}{named}.")
    return " ".join(sentences)


def _start(point: EndPoint) -> str:
    return numbers.in_sentence(column(point.origin).label)


def _rows(study: Study) -> tuple[object, ...]:
    return tuple(row for word in study.tables if isinstance(word, SideBySide) for row in word.rows)

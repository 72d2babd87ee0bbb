"""How did a model come about, in words? The footnote of its table and its part of the method."""

from collections.abc import Iterator, Mapping

from outcomes.selection import Selection
from reports import numbers
from reports.compute.cox import listed
from reports.compute.population import FinalModel
from reports.groupings import Covariate
from reports.model_words import MultivariableCox

Offered = Mapping[str, Covariate]


def note(word: MultivariableCox, selection: Selection | None, offered: Offered) -> str:
    """The footnote: the candidates, and every step of a selection."""
    labels = ", ".join(covariate.label for covariate in offered.values()) or "none"
    if word.selection == "none":
        return f"Covariates: {labels}, all of them in one model."
    steps = [
        f"{'removed' if step.action == 'remove' else 're-entered'} {offered[step.term].label}"
        + _p(step.p)
        for step in (selection.steps if selection else ())
    ]
    told = "; ".join(steps) or ("nothing removed" if selection else "not run")
    return f"Candidates: {labels}. Backward selection: {told}."


def sentences(
    word: MultivariableCox,
    selection: Selection | None,
    final: FinalModel | None,
    offered: Offered,
    refused: str,
) -> Iterator[str]:
    """What was done, nothing where there is no model.

    refused : why the model that was fitted is not shown, "" when it is.
    """
    if final is None or (selection is None and final.fit is None):
        return
    n, events = numbers.count(final.sample.n), numbers.count(final.sample.events)
    counts = f"{n} patients, {events} {final.counted}"
    if not offered:
        threshold = numbers.decimals(word.screen, 2)
        yield f"{word.label} is empty: no covariate had an overall univariate P of at most {threshold}."
        return
    start = f"{_screened(word)}{listed(list(offered.values()))}"
    complete = "in patients complete for all of them"
    if selection is None:
        yield f"{word.label} holds {start}, {complete} ({counts})."
        return
    yield f"{word.label} began with {start}, {complete}; {_rule(word)}."
    removed = "; ".join(_steps(word, selection, offered))
    yield f"Removed in turn: {removed}." if removed else "Nothing was removed."
    kept = listed([offered[term.name] for term in final.terms]) or "no covariate"
    shown = f"; it is not shown: {_inside(refused)}" if final.fit and refused else ""
    yield f"The model ended with {kept} ({counts}){shown}."


def _screened(word: MultivariableCox) -> str:
    """How those came together that it began with."""
    if not (word.screened_by or word.screened):
        return ""
    threshold = numbers.decimals(word.screen, 2)
    screened = f"the covariates of an overall univariate P of at most {threshold}"
    also = ", and with those always offered" if word.offered else ""
    return f"{screened}{also}: "


def _rule(word: MultivariableCox) -> str:
    criterion = "Wald" if word.criterion == "wald" else "likelihood-ratio"
    above, below = numbers.decimals(word.remove_above, 2), numbers.decimals(word.enter_below, 2)
    return (
        f"backward selection removed the factor with the largest {criterion} P above {above} and "
        f"let one return below {below} (score test)"
    )


def _steps(word: MultivariableCox, selection: Selection, offered: Offered) -> Iterator[str]:
    """Each step with its P, and by which test where an infinite coefficient left no other."""
    for step in selection.steps:
        back = "" if step.action == "remove" else "back in: "
        fallback = step.criterion == "likelihood_ratio" != word.criterion
        other = ", by the likelihood ratio" if fallback else ""
        yield f"{back}{listed([offered[step.term]])}{_p(step.p, other)}"


def _p(p: float | None, by: str = "") -> str:
    return "" if p is None else f" (P {numbers.with_sign(numbers.p_value(p))}{by})"


def _inside(reason: str) -> str:
    """A sentence within another."""
    return reason.removeprefix("Not estimated: ").replace("; ", ", ").rstrip(".")

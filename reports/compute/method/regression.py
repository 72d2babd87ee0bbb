"""Which models were fitted, how were ties met, limits drawn and covariates chosen?"""

from collections.abc import Sequence

from reports import numbers
from reports.compute.cox import candidates, ties_of
from reports.compute.method.models import beyond
from reports.compute.population import Context
from reports.compute.ratios import FEWEST_EVENTS
from reports.groupings import Covariate, Measured
from reports.model_words import (
    MultivariableCox,
    ProportionalHazards,
    TimeDependentCox,
    UnivariateCox,
)
from reports.text_words import InteractionP

MODELS = UnivariateCox | MultivariableCox | TimeDependentCox

TIES = {"breslow": "Breslow", "efron": "Efron"}


def regression(context: Context) -> str:
    """Ties, limits and tests of all models; then each model, and what was done beyond."""
    words = context.study.tables
    if not any(isinstance(word, MODELS) for word in words):
        return " ".join(beyond(context.study))
    points = (context.study.end_point, *context.study.end_points.values())
    counted = "events" if any(point.counted == "events" for point in points) else "deaths"
    models = (
        f"Cox models used {TIES[ties_of(context)]}'s approximation for ties; 95% limits are "
        "exp(b ± 1.96 SE), P values are Wald's, for a factor with all its levels together. "
        f"A model with fewer than {FEWEST_EVENTS} {counted} per coefficient is not shown."
    )
    sentences = [models, *_numbers(context)]
    for word in words:
        if isinstance(word, UnivariateCox):
            known = "each in the patients in whom it is known"
            sentences.append(f"{word.label} holds a model for each covariate alone, {known}.")
        if isinstance(word, MultivariableCox):
            sentences += [_selection(word), *_ended(context, word)]
    if any(isinstance(word, InteractionP) for word in context.study.text_words):
        sentences.append("Interactions were tested by the likelihood ratio.")
    sentences += beyond(context.study)
    if not any(isinstance(word, ProportionalHazards) for word in words):
        sentences.append("That hazards are proportional was assumed and not tested.")
    return " ".join(sentences)


def _numbers(context: Context) -> list[str]:
    """How measured numbers entered the models."""
    covariates: list[Covariate] = []
    for word in context.study.tables:
        if isinstance(word, UnivariateCox | TimeDependentCox):
            covariates += word.covariates
        elif isinstance(word, MultivariableCox):
            covariates += candidates(context, word)
    measured = any(isinstance(covariate, Measured) for covariate in covariates)
    told = "Measured numbers entered on a straight line of the log hazard, in the steps named."
    return [told] if measured else []


def _selection(word: MultivariableCox) -> str:
    criterion = "Wald" if word.criterion == "wald" else "likelihood-ratio"
    offered = _list([numbers.in_sentence(grouping.label) for grouping in word.offered])
    threshold = numbers.decimals(word.screen, 2)
    passed = f"the covariates of an overall univariate P of at most {threshold}"
    screened = passed if word.screened_by or word.screened else ""
    start = ", and ".join(part for part in (screened, offered) if part)
    if word.selection == "none":
        return f"{word.label} holds {start}, in patients complete for all of them."
    return (
        f"{word.label} began with {start}, in patients complete for all of them; "
        f"backward selection removed the factor with the largest {criterion} P above "
        f"{numbers.decimals(word.remove_above, 2)} and let one return below "
        f"{numbers.decimals(word.enter_below, 2)} (score test)."
    )


def _ended(context: Context, word: MultivariableCox) -> list[str]:
    """What the selection did on these patients, and how many they were."""
    final, selection = context.finals.get(word.id), context.selections.get(word.id)
    if final is None:
        return []
    counts = (
        f"{numbers.count(final.sample.n)} patients, {numbers.count(final.sample.events)} "
        f"{final.counted}"
    )
    if selection is None:
        return [f"It has {counts}."] if final.fit is not None else []
    labels = {c.name: numbers.in_sentence(c.label) for c in candidates(context, word)}
    steps = [
        f"{'' if step.action == 'remove' else 'back in: '}{labels[step.term]}"
        + (f" (P {numbers.with_sign(numbers.p_value(step.p))})" if step.p is not None else "")
        for step in selection.steps
    ]
    removed = f"Removed in turn: {'; '.join(steps)}. " if steps else "Nothing was removed. "
    kept = _list([labels[term.name] for term in final.terms]) or "no covariate"
    return [f"{removed}The model ended with {kept} ({counts})."]


def _list(labels: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join(part for part in (", ".join(labels[:-1]), *labels[-1:]) if part)

"""Does the effect of one covariate depend on another? Interactions added to a final model."""

from collections.abc import Sequence
from itertools import combinations

from outcomes.coefficients import TermTest
from outcomes.cox import CoxFit, likelihood_ratio
from outcomes.cox import cox as fit_cox
from outcomes.results import Test
from outcomes.terms import Factor, Interaction
from reports import numbers
from reports.compute.cox import candidates_named, model_named, ties_of
from reports.compute.done import Deed, Done, Made, deeds_in, made
from reports.compute.final import final_of
from reports.compute.population import Context, FinalModel
from reports.compute.ratios import coefficients, too_few
from reports.model_words import InteractionTests
from reports.results import Row, Table, Value
from reports.text_words import InteractionP

COLUMNS = ("df", "Chi-square", "P")
NO_MODEL = "Not tested: there is no final model."
NO_PAIR = "Not tested: the final model holds fewer than two groupings."
NO_LEVELS = "Not tested: no combination of levels to compare."
NO_ESTIMATE = "Not tested: a coefficient of one of the two is not estimable."
DEEDS = {"p": (Deed.INTERACTION, Deed.TESTED, Deed.FURTHER)}


def interaction_p(context: Context, word: InteractionP) -> tuple[Value, Done]:
    """Likelihood-ratio test of the final model against the same with an interaction."""
    table = model_named(context.study, word.added_to)
    labels = {grouping.name: grouping.label for grouping in word.of}
    test, reason = _added(context, final_of(context, word.added_to), labels)
    if test is None:
        return context.write.instead(word.key, reason), Done(word.label, reason=reason)
    value = context.write.p(word.key, test.p, "")
    df = f"Likelihood ratio, {int(test.df or 0)} df."
    told = (
        f"In the text: the interaction of {' and '.join(map(numbers.in_sentence, labels.values()))} "
        f"was added to the final model of {table.label} and tested by the likelihood ratio."
    )
    deeds = frozenset({Deed.INTERACTION, Deed.TESTED})
    done = Done(word.label, deeds, (told,), end_points=(table.end_point,))
    return context.write.value(word.key, test.p or 0.0, value.text, df), done


def interaction_tests(context: Context, word: InteractionTests) -> Made:
    """A line for each pair: degrees of freedom, chi-square and P of its likelihood-ratio test."""
    table, final = model_named(context.study, word.added_to), final_of(context, word.added_to)
    rows = [_pair(context, word, final, labels) for labels in _pairs(context, word, final)]
    if not rows:
        reason = NO_MODEL if final is None or final.fit is None else NO_PAIR
        value = context.write.instead(f"{word.id}.pairs", reason)
        rows = [Row("Interactions", (value, None, None))]
    note = (
        f"Each pair added alone to the final model of {table.label}. P: likelihood ratio, not "
        "corrected for the number of pairs."
    )
    n, events = (final.sample.n, final.sample.events) if final else (0, 0)
    finished = Table(word.id, word.label, word.title, COLUMNS, tuple(rows), (note,), n, events)
    deeds = deeds_in(rows, DEEDS)
    told = (_told(word, table.label, rows),) if deeds else ()
    return made(finished, deeds, told, end_points=(table.end_point,), on=table.on)


def _told(word: InteractionTests, model: str, rows: Sequence[Row]) -> str:
    tested = sum(any(cell and cell.value is not None for cell in row.cells) for row in rows)
    whole = numbers.count(len(rows))
    some = "" if tested == len(rows) else f" ({numbers.count(tested)} of {whole} could be tested)"
    return (
        f"{word.label}: interactions were added to the final model of {model} one at a time and "
        f"tested by the likelihood ratio{some}; the P values are not corrected for their number."
    )


def _pairs(
    context: Context, word: InteractionTests, final: FinalModel | None
) -> list[dict[str, str]]:
    """Names and labels of each pair: those asked for, else all of the final model."""
    if word.pairs:
        return [{grouping.name: grouping.label for grouping in pair} for pair in word.pairs]
    covariates = candidates_named(context.study, model_named(context.study, word.added_to))
    labels = {covariate.name: covariate.label for covariate in covariates}
    names = [term.name for term in final.terms if isinstance(term, Factor)] if final else []
    return [{name: labels[name] for name in pair} for pair in combinations(names, 2)]


def _pair(
    context: Context, word: InteractionTests, final: FinalModel | None, labels: dict[str, str]
) -> Row:
    key = ".".join((word.id, *labels))
    test, reason = _added(context, final, labels)
    return Row(" × ".join(labels.values()), test_cells(context, key, test, reason))


def _added(
    context: Context, final: FinalModel | None, labels: dict[str, str]
) -> tuple[Test | None, str]:
    """The test of two groupings of a final model, or why there is none; labels : by name."""
    if final is None or final.fit is None:
        return None, NO_MODEL
    terms = {term.name: term for term in final.terms if isinstance(term, Factor)}
    absent = [label for name, label in labels.items() if name not in terms]
    if absent:
        return None, f"Not tested: {' and '.join(absent)} not in the final model."
    pair = Interaction(*(terms[name] for name in labels))
    products = coefficients([pair.a]) * coefficients([pair.b])
    asked = coefficients(final.terms) + products
    return with_product(context, final, final.fit, pair, asked)


def with_product(
    context: Context, model: FinalModel, fit: CoxFit, pair: Interaction, asked: int
) -> tuple[Test | None, str]:
    """The model against the same with the product of two of its factors, or why there is none.

    asked : coefficients of the larger model. A pair of which one has a coefficient without an estimate has no test: its product would be
    compared with a model that is itself at the edge, and P be 1 whatever the data say.
    """
    if few := too_few(model.sample.events, asked, model.counted):
        return None, few.replace("estimated", "tested")
    if any(one.beta is None for one in fit.coefficients if one.term in (pair.a.name, pair.b.name)):
        return None, NO_ESTIMATE
    larger = fit_cox(model.sample, [*model.terms, pair], ties=ties_of(context))
    test = likelihood_ratio(fit, larger)
    return (None, NO_LEVELS) if test.p is None else (test, "")


def test_cells(
    context: Context, key: str, test: Test | TermTest | None, reason: str
) -> tuple[Value, ...]:
    """Degrees of freedom, chi-square and P, or the sentence in their place."""
    write = context.write
    if test is None or test.statistic is None or test.p is None:
        return tuple(write.instead(f"{key}.{part}", reason) for part in ("df", "chi2", "p"))
    return (
        write.count(f"{key}.df", int(test.df or 0)),
        write.number(f"{key}.chi2", test.statistic, 2, reason),
        write.p(f"{key}.p", test.p, reason),
    )

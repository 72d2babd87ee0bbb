"""Does the effect of one covariate depend on another? Interactions added to a final model."""

from itertools import combinations

from outcomes.coefficients import TermTest
from outcomes.cox import cox as fit_cox
from outcomes.cox import likelihood_ratio
from outcomes.results import Test
from outcomes.terms import Factor, Interaction
from reports.compute.cox import final_model, model_covariates, model_table, ties_of
from reports.compute.population import Context, FinalModel
from reports.compute.ratios import coefficients, too_few
from reports.model_words import InteractionTests
from reports.results import Row, Table, Value
from reports.text_words import InteractionP

COLUMNS = ("df", "Chi-square", "P")
NO_MODEL = "Not tested: there is no final model."
NO_PAIR = "Not tested: the final model holds fewer than two groupings."

NO_LEVELS = "Not tested: no combination of levels to compare."


def interaction_p(context: Context, word: InteractionP) -> Value:
    """Likelihood-ratio test of the final model against the same with an interaction."""
    final = final_model(context, model_table(context, word.added_to))
    labels = {grouping.name: grouping.label for grouping in word.of}
    test, reason = added(context, final, labels)
    if test is None:
        return context.write.instead(word.key, reason)
    value = context.write.p(word.key, test.p, "")
    return context.write.value(
        word.key, test.p or 0.0, value.text, f"Likelihood ratio, {int(test.df or 0)} df."
    )


def interaction_tests(context: Context, word: InteractionTests) -> Table:
    """A line for each pair: degrees of freedom, chi-square and P of its likelihood-ratio test."""
    table = model_table(context, word.added_to)
    final = final_model(context, table)
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
    return Table(word.id, word.label, word.title, COLUMNS, tuple(rows), (note,), n, events)


def _pairs(
    context: Context, word: InteractionTests, final: FinalModel | None
) -> list[dict[str, str]]:
    """Names and labels of each pair: those asked for, else all of the final model."""
    if word.pairs:
        return [{grouping.name: grouping.label for grouping in pair} for pair in word.pairs]
    covariates = model_covariates(context, model_table(context, word.added_to))
    labels = {covariate.name: covariate.label for covariate in covariates}
    names = [term.name for term in final.terms if isinstance(term, Factor)] if final else []
    return [{name: labels[name] for name in pair} for pair in combinations(names, 2)]


def _pair(
    context: Context, word: InteractionTests, final: FinalModel | None, labels: dict[str, str]
) -> Row:
    key = ".".join((word.id, *labels))
    test, reason = added(context, final, labels)
    return Row(" × ".join(labels.values()), test_cells(context, key, test, reason))


def added(
    context: Context, final: FinalModel | None, labels: dict[str, str]
) -> tuple[Test | None, str]:
    """The final model against the same with the product of two groupings, or why there is none.

    labels : of the two groupings, by name.
    """
    if final is None or final.fit is None:
        return None, NO_MODEL
    terms = {term.name: term for term in final.terms if isinstance(term, Factor)}
    absent = [label for name, label in labels.items() if name not in terms]
    if absent:
        return None, f"Not tested: {' and '.join(absent)} not in the final model."
    pair = Interaction(*(terms[name] for name in labels))
    products = coefficients([pair.a]) * coefficients([pair.b])
    refused = too_few(final.sample.events, coefficients(final.terms) + products, final.counted)
    if refused:
        return None, refused.replace("estimated", "tested")
    larger = fit_cox(final.sample, [*final.terms, pair], ties=ties_of(context))
    test = likelihood_ratio(final.fit, larger)
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

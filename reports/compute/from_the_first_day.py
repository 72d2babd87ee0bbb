"""How does a later treatment look when it is counted from the first day, with immortal time?"""

from dataclasses import replace

import numpy as np

from outcomes.cox import cox as fit_cox
from outcomes.sample import Survival
from outcomes.terms import Factor, Numeric
from reports import numbers
from reports.columns import Mask
from reports.compute.cox import NOBODY_COMPLETE, final_model, model_table, ties_of
from reports.compute.population import Context
from reports.compute.ratios import Style, block, coefficients, ratio_cells, too_few
from reports.compute.switches import Switched, nobody
from reports.groupings import Category
from reports.model_words import TimeDependentCox
from reports.results import Row

EMPTY = (None,) * 6


def as_if_known(
    context: Context,
    word: TimeDependentCox,
    style: Style,
    sample: Survival | None,
    terms: tuple[Factor | Numeric, ...],
    found: dict[str, Switched],
    complete: Mask,
) -> list[Row]:
    """The switches of the same model, each as if it had been known on the first day.

    sample, terms : of the complete patients. found : the switches of all who were followed.
    style : with the reason why there is no model.
    """
    ever = [found[switch.name].ever.where(complete) for switch in word.switches]
    style = replace(style, table=f"{word.id}.naive")
    switched = [one for one in ever if one.counts[1]]
    fit = None
    if sample is not None and not style.refused:
        fit = fit_cox(sample, [*switched, *terms], ties=ties_of(context))
    rows = [
        Row("Biased: the same model, as if it were known on the first day", EMPTY, heading=True)
    ]
    for switch, one in zip(word.switches, ever, strict=True):
        key, n = f"{style.table}.{switch.name}", one.counts[1]
        died = int(np.count_nonzero(sample.event[one.codes == 1])) if sample else 0
        reason = style.refused or ("" if n else nobody(switch, found[switch.name]))
        own = fit.coefficient(switch.name) if fit and not reason else None
        cells = (
            context.write.count(f"{key}.n", n),
            context.write.count(f"{key}.{style.counted}", died),
            *ratio_cells(context, replace(style, refused=reason), key, own),
        )
        rows.append(Row(f"{switch.label}, ever", cells, 1))
    return rows


def as_published(
    context: Context, word: TimeDependentCox, compared: Category, style: Style
) -> list[Row]:
    """The ratios of `compared` in the final model it is beside, against another reference."""
    table = model_table(context, word.beside)
    final = final_model(context, table)
    against = numbers.in_sentence(compared.levels[word.against])
    heading = f"Biased: {table.label}, counted from the first day, against {against}"
    rows = [Row(heading, EMPTY, heading=True)]
    terms = {term.name: term for term in final.terms} if final else {}
    if final is None or final.fit is None:
        reason = final.reason if final else NOBODY_COMPLETE
    elif compared.name not in terms:
        reason = f"Not estimated: {compared.label} is not in the final model."
    else:
        reason = ""
    if final is None or reason:
        value = context.write.instead(f"{word.id}.published", reason)
        return [*rows, Row(compared.label, (None, None, value, None, None, None), 1)]
    few = too_few(final.sample.events, coefficients(final.terms), final.counted)
    style = replace(style, table=f"{word.id}.published", refused=few)
    other = with_reference(compared, word.against)
    old = terms[compared.name]
    assert isinstance(old, Factor)
    term = _in_order(old, tuple(other.levels))
    others = [term if one.name == term.name else one for one in final.terms]
    fit = fit_cox(final.sample, others, ties=ties_of(context))
    return [*rows, *block(context, style, other, term, final.sample, fit)]


def with_reference(grouping: Category, level: str) -> Category:
    """The same levels, the one that the others are compared with told first."""
    names = sorted(grouping.levels, key=lambda name: name != level)
    return replace(grouping, levels={name: grouping.levels[name] for name in names})


def _in_order(factor: Factor, levels: tuple[str, ...]) -> Factor:
    """The same factor, its levels in another order."""
    place = np.array([levels.index(level) for level in factor.levels])
    codes = np.where(factor.known, place[factor.codes], factor.codes)
    return Factor(factor.name, levels, codes)

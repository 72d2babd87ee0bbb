"""How does a later treatment look when it is counted from the first day, with immortal time?"""

from dataclasses import dataclass, replace

import numpy as np

from outcomes.cox import CoxFit
from outcomes.cox import cox as fit_cox
from outcomes.sample import Survival
from outcomes.terms import Factor, Numeric
from reports import numbers
from reports.columns import Mask
from reports.compute.cox import model_named, ties_of
from reports.compute.final import NOBODY_COMPLETE, final_model, refused
from reports.compute.population import Context
from reports.compute.ratios import Style, block, ratio_cells
from reports.compute.switches import Switched, nobody
from reports.groupings import Category
from reports.model_words import Switch, TimeDependentCox
from reports.results import Row

EMPTY = (None,) * 6


@dataclass(frozen=True, eq=False)
class FirstDay:
    """What a model in time is made of: the complete patients and their terms.

    switches : of all who were followed, by name. complete : a mask of these.
    """

    sample: Survival | None
    terms: tuple[Factor | Numeric, ...]
    switches: dict[str, Switched]
    complete: Mask

    def ever(self, name: str) -> Factor:
        """Whether a switch ever happened to the complete patients."""
        return self.switches[name].ever.where(self.complete)


def as_if_known(
    context: Context, word: TimeDependentCox, style: Style, known: FirstDay
) -> list[Row]:
    """The switches of the same model, each as if it had been known on the first day.

    style : with the reason why there is no model.
    """
    style = replace(style, table=f"{word.id}.naive")
    ever = [known.ever(switch.name) for switch in word.switches]
    switched = [one for one in ever if one.counts[1]]
    fit = None
    if known.sample is not None and not style.refused:
        fit = fit_cox(known.sample, [*switched, *known.terms], ties=ties_of(context))
    title = "Biased: the same model, as if it were known on the first day"
    told = [_ever(context, style, switch, known, fit) for switch in word.switches]
    return [Row(title, EMPTY, heading=True), *told]


def _ever(
    context: Context, style: Style, switch: Switch, known: FirstDay, fit: CoxFit | None
) -> Row:
    """Patients in whom it ever happened, their deaths, and the ratio of the naive model."""
    one, sample = known.ever(switch.name), known.sample
    key, n = f"{style.table}.{switch.name}", one.counts[1]
    died = int(np.count_nonzero(sample.event[one.codes == 1])) if sample else 0
    reason = style.refused or ("" if n else nobody(switch, known.switches[switch.name]))
    own = fit.coefficient(switch.name) if fit and not reason else None
    cells = (
        context.write.count(f"{key}.n", n),
        context.write.count(f"{key}.{style.counted}", died),
        *ratio_cells(context, replace(style, refused=reason), key, own),
    )
    return Row(f"{switch.label}, ever", cells, 1)


def as_published(
    context: Context, word: TimeDependentCox, compared: Category, style: Style
) -> list[Row]:
    """The ratios of `compared` in the final model it is beside, against another reference."""
    table = model_named(context.study, word.beside)
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
    style = replace(style, table=f"{word.id}.published", refused=refused(final))
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

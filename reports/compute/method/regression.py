"""Which models were fitted, how were ties met, and which assumptions were tested?"""

from reports.compute.cox import ties_of
from reports.compute.done import Deed
from reports.compute.method.collected import Record, deeds, labels, told
from reports.compute.population import Context
from reports.compute.ratios import FEWEST_EVENTS

TIES = {"breslow": "Breslow", "efron": "Efron"}


def regression(context: Context, record: Record) -> str:
    """Ties, limits and tests of all models; then each model, and what was done beyond."""
    sentences = told(record, "models")
    done = deeds(record)
    if not done & {Deed.COX, Deed.SELECTED}:
        return " ".join(sentences)
    return " ".join((*_models(context, done), *sentences, *_assumed(record)))


def _models(context: Context, done: frozenset[Deed]) -> list[str]:
    """What holds of all models."""
    told = [f"Cox models used {TIES[ties_of(context)]}'s approximation for ties."]
    pooled = ", where not said otherwise" if Deed.IMPUTED in done else ""
    if Deed.COX in done:
        told.append(
            f"95% limits are exp(b ± 1.96 SE) and P values Wald's{pooled}, for a factor with all "
            "its levels together."
        )
    points = (context.study.end_point, *context.study.end_points.values())
    counted = "events" if any(point.counted == "events" for point in points) else "deaths"
    told.append(f"A model with fewer than {FEWEST_EVENTS} {counted} per coefficient is not shown.")
    if Deed.STRAIGHT_LINE in done:
        told.append(
            "Measured numbers entered on a straight line of the log hazard, in the steps named."
        )
    return told


def _assumed(record: Record) -> list[str]:
    """Of which models nobody asked whether hazards are proportional."""
    if not labels(record, Deed.COX):
        return []
    tested = {done.of for done in record if Deed.PROPORTIONAL in done.deeds}
    untested = [label for label in labels(record, Deed.COX) if label not in tested]
    if not untested:
        return []
    if tested:
        where = ", ".join(untested)
        return [f"That hazards are proportional was assumed and not tested in {where}."]
    return ["That hazards are proportional was assumed and not tested."]

"""How were survival, its median, and competing events estimated and compared?"""

from reports.compute.done import Deed
from reports.compute.method.collected import Record, deeds, told

MEDIAN = {
    "SPSS": "The median is the first day on which survival is 50% or less",
    "R": "The median is the first day on which survival is below 50%, the midpoint where it stands "
    "at 50%",
}
MEDIAN_LIMITS = {
    "SPSS": "its symmetric 95% limits are median ± 1.96 SE with the standard error of SPSS (slope "
    "between the last death that leaves 55% or more and the first that leaves 45% or less), not "
    "cut at 0",
    "R": "limits by Brookmeyer and Crowley (log-log)",
}


def survival(record: Record, convention: str) -> str:
    """The curve, its median and its limits by the convention, and the test of groups."""
    done = deeds(record)
    sentences = []
    if done & {Deed.KAPLAN_MEIER, Deed.LOG_RANK}:
        sentences = ["Survival was estimated by Kaplan-Meier."]
    if Deed.MEDIAN_SURVIVAL in done:
        limits = f"; {MEDIAN_LIMITS[convention]}" if Deed.MEDIAN_LIMITS in done else ""
        sentences.append(f"{MEDIAN[convention]}{limits}.")
    if precision := _precision(done):
        sentences.append(f"Survival at a horizon has {precision}.")
    if Deed.LOG_RANK in done:
        sentences.append("Groups were compared by the two-sided log-rank test (Mantel-Cox).")
    return " ".join((*sentences, *told(record, "survival")))


def _precision(done: frozenset[Deed]) -> str:
    error = "Greenwood's standard error" if Deed.HORIZON_ERROR in done else ""
    limits = "log-log 95% limits" if Deed.HORIZON_LIMITS in done else ""
    return " and ".join(part for part in (error, limits) if part)


def competing(record: Record) -> str:
    """How events that exclude one another were counted."""
    done = deeds(record)
    if Deed.AALEN_JOHANSEN not in done:
        return ""
    told = (
        "Relapse or progression, and death without it, are competing events, estimated by Aalen "
        "and Johansen; death on the day of relapse counts as relapse."
    )
    sentences = [told]
    if Deed.INCIDENCE_ERROR in done:
        jackknife = "Standard errors are those of the infinitesimal jackknife, limits log-log."
        sentences.append(jackknife)
    if Deed.GRAY in done:
        sentences.append("Groups were compared by Gray's test.")
    return " ".join(sentences)

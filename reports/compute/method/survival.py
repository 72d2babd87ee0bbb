"""How were survival, its median, and competing events estimated and compared?"""

from reports.model_words import Landmark
from reports.study import Study
from reports.text_words import LogRankP, MedianSurvival, SurvivalAt
from reports.words import (
    CumulativeIncidence,
    CumulativeIncidenceFigure,
    KaplanMeierFigure,
    SurvivalAtHorizons,
    SurvivalTable,
    UnivariateLogRank,
)

KAPLAN_MEIER = (
    KaplanMeierFigure
    | Landmark
    | LogRankP
    | MedianSurvival
    | SurvivalAt
    | SurvivalAtHorizons
    | SurvivalTable
    | UnivariateLogRank
)


def survival(study: Study) -> str:
    """The curve, its median and its limits by the convention, and the test of groups."""
    words = (*study.tables, *study.figures, *study.text_words)
    if not any(isinstance(word, KAPLAN_MEIER) for word in words):
        return ""
    if study.convention == "SPSS":
        middle = (
            "The median is the first day on which survival is 50% or less; its symmetric 95% "
            "limits are median ± 1.96 SE with the standard error of SPSS (slope between the last "
            "death that leaves 55% or more and the first that leaves 45% or less), not cut at 0."
        )
    else:
        middle = (
            "The median is the first day on which survival is below 50%, the midpoint where it "
            "stands at 50%; limits by Brookmeyer and Crowley (log-log)."
        )
    told = ["Survival was estimated by Kaplan-Meier.", middle]
    if any(_has_limits(word) for word in words):
        told.append("Survival at a horizon has Greenwood's standard error and log-log 95% limits.")
    if any(_compares(word) for word in words):
        told.append("Groups were compared by the two-sided log-rank test (Mantel-Cox).")
    return " ".join(told)


def _has_limits(word: object) -> bool:
    """Does the word tell how sure survival at a horizon is?"""
    if isinstance(word, SurvivalAt):
        return word.statistic != "survival"
    return isinstance(word, SurvivalAtHorizons | Landmark | UnivariateLogRank)


def _compares(word: object) -> bool:
    """Does the word test curves against one another?"""
    if isinstance(word, KaplanMeierFigure):
        return word.by is not None
    return isinstance(word, SurvivalTable | UnivariateLogRank | LogRankP | Landmark)


def competing(study: Study) -> str:
    """How events that exclude one another were counted."""
    words = [
        word
        for word in (*study.tables, *study.figures)
        if isinstance(word, CumulativeIncidence | CumulativeIncidenceFigure)
    ]
    if not words:
        return ""
    told = (
        "Relapse or progression, and death without it, are competing events, estimated by Aalen "
        "and Johansen; death on the day of relapse counts as relapse. Standard errors are those "
        "of the infinitesimal jackknife, limits log-log."
    )
    compared = " Groups were compared by Gray's test." if any(word.by for word in words) else ""
    return told + compared

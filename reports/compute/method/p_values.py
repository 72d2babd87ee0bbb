"""Which sides have the P values, and are they corrected for their number?"""

from reports.model_words import (
    ImputedCox,
    InteractionTests,
    Landmark,
    MultivariableCox,
    ProportionalHazards,
    TimeDependentCox,
    UnivariateCox,
)
from reports.study import Study
from reports.text_words import InteractionP, LogRankP
from reports.words import (
    CrossTable,
    CumulativeIncidence,
    CumulativeIncidenceFigure,
    GroupComparison,
    KaplanMeierFigure,
    SurvivalTable,
    UnivariateLogRank,
)

TESTING = (
    CrossTable
    | GroupComparison
    | ImputedCox
    | InteractionP
    | InteractionTests
    | Landmark
    | LogRankP
    | MultivariableCox
    | ProportionalHazards
    | SurvivalTable
    | TimeDependentCox
    | UnivariateCox
    | UnivariateLogRank
)
DRAWN = CumulativeIncidence | CumulativeIncidenceFigure | KaplanMeierFigure


def p_values(study: Study) -> str:
    """One sentence for all tests of a report; "" when it has none."""
    words = (*study.tables, *study.figures, *study.text_words)
    if not any(isinstance(w, TESTING) or (isinstance(w, DRAWN) and w.by) for w in words):
        return ""
    one_sided = any(isinstance(w, GroupComparison) and w.paper_test == "one-sided" for w in words)
    but = " but those named one-sided" if one_sided else ""
    return (
        f"All P values{but} are two-sided. None is corrected for the number of tests, and what is "
        "called significant is left to the reader."
    )

"""How was it done? The method section, written from what was run, and what to be warned of."""

from outcomes.cox import CoxFit
from reports import numbers
from reports.columns import Columns, column
from reports.compute.cox import ties_of
from reports.compute.population import Context, all_hold
from reports.compute.ratios import FEWEST_EVENTS
from reports.results import Provenance
from reports.study import Study
from reports.text_words import FollowUp, InteractionP, LogRankP, MedianSurvival, SurvivalAt
from reports.words import (
    Characteristics,
    CrossTable,
    CumulativeIncidence,
    CumulativeIncidenceFigure,
    KaplanMeierFigure,
    MultivariableCox,
    SideBySide,
    SurvivalAtHorizons,
    SurvivalTable,
    UnivariateCox,
    UnivariateLogRank,
)

FEW = 30  # patients; the smallest group that one would describe by percentages at all
KAPLAN_MEIER = (
    KaplanMeierFigure
    | LogRankP
    | MedianSurvival
    | SurvivalAt
    | SurvivalAtHorizons
    | SurvivalTable
    | UnivariateLogRank
)
EVENTS = {"death": "death from any cause", "failure or death": "failure or death"}
TIES = {"breslow": "Breslow", "efron": "Efron"}


def method(context: Context, columns: Columns, provenance: Provenance) -> tuple[str, ...]:
    """The paragraphs: cohort, end point, descriptive, survival, regression, software."""
    paragraphs = (
        cohort_paragraph(context.study, columns),
        _end_point(context),
        _descriptive(context.study),
        _survival(context.study),
        _competing(context.study),
        _regression(context),
        _software(provenance),
        *context.study.limits,
    )
    return tuple(paragraph for paragraph in paragraphs if paragraph)


def cohort_paragraph(study: Study, columns: Columns) -> str:
    """Every criterion as a sentence, with the number of transplants left after it."""
    left = columns
    told = []
    for step in study.cohort:
        for criterion in step.criteria:
            left = left.where(all_hold(left, (criterion,)))
            told.append(f"{criterion.sentence} ({numbers.count(left.n)})")
    start = f"Of {numbers.count(columns.n)} transplants in the data cut were kept, in turn"
    return f"{start}: {'; '.join(told)}."


def _end_point(context: Context) -> str:
    point = context.study.end_point
    event = EVENTS[point.event]
    cut = f"; follow-up after {point.cutoff} was not used" if point.cutoff else ""
    meaning = (
        f"{point.label}: time to {event} in whole days, censored at last contact{cut}. A month is "
        "365.25/12 days. Deaths come before censorings of the same day."
    )
    sentences = [meaning]
    for other in context.study.end_points.values():
        start = column(other.origin).label.lower()
        sentences.append(f"{other.label}: from the {start} to {EVENTS[other.event]}, likewise.")
    words = (*context.study.text_words, *_rows(context.study))
    kinds = {word.patients for word in words if isinstance(word, FollowUp)}
    names = {
        "all": "the observed time of all patients, dead or alive",
        "survivors": "the observed time of the survivors",
        "reverse": "reverse Kaplan-Meier",
    }
    if kinds:
        told = " or ".join(names[kind] for kind in names if kind in kinds)
        sentences.append(f"Follow-up is {told}, as named with each number.")
    return " ".join(sentences)


def _rows(study: Study) -> tuple[object, ...]:
    return tuple(row for word in study.tables if isinstance(word, SideBySide) for row in word.rows)


def _descriptive(study: Study) -> str:
    sentences = []
    if any(isinstance(word, Characteristics) for word in study.tables):
        sentences.append("Percentages refer to the patients in whom the value is known.")
    if any(isinstance(word, CrossTable) for word in study.tables):
        sentences.append(
            "Tables of counts were tested by Pearson's chi-square; those with two rows or two "
            "columns by Fisher's exact test (two-sided) when an expected count was below 5."
        )
    return " ".join(sentences)


def _survival(study: Study) -> str:
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
    compared = "Groups were compared by the two-sided log-rank test (Mantel-Cox)."
    return f"Survival was estimated by Kaplan-Meier. {middle} {compared}"


def _competing(study: Study) -> str:
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


def _regression(context: Context) -> str:
    words = context.study.tables
    if not any(isinstance(word, UnivariateCox | MultivariableCox) for word in words):
        return ""
    points = (context.study.end_point, *context.study.end_points.values())
    counted = "events" if any(point.counted == "events" for point in points) else "deaths"
    models = (
        f"Cox models used {TIES[ties_of(context)]}'s approximation for ties; 95% limits are "
        "exp(b ± 1.96 SE), P values are Wald's, for a factor with all its levels together. "
        f"A model with fewer than {FEWEST_EVENTS} {counted} per coefficient is not shown."
    )
    sentences = [models]
    for word in words:
        if isinstance(word, MultivariableCox):
            sentences.append(_selection(word))
    if any(isinstance(word, InteractionP) for word in context.study.text_words):
        sentences.append("Interactions were tested by the likelihood ratio.")
    return " ".join(sentences)


def _selection(word: MultivariableCox) -> str:
    criterion = "Wald" if word.criterion == "wald" else "likelihood-ratio"
    offered = ", ".join(numbers.in_sentence(grouping.label) for grouping in word.offered)
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


def _software(provenance: Provenance) -> str:
    libraries = ", ".join(f"{name} {version}" for name, version in provenance.libraries)
    return (
        f"Computed by Engraft {provenance.code_version} ({libraries}) with the conventions of "
        f"{provenance.convention}, study file {provenance.study} version "
        f"{provenance.study_version}, from the data cut of {provenance.cut_date} "
        f"(SHA-256 {provenance.cut_sha256})."
    )


def warnings(context: Context, columns: Columns) -> tuple[str, ...]:
    """What a reader must know before trusting a number; `columns` are all rows of the cut."""
    told = []
    if uncounted := columns.n - int(columns.known("allo_number").sum()):
        told.append(
            f"Transplants that may be first or further ones, as an earlier transplant is not "
            f"recorded: {numbers.count(uncounted)}. They are not analysed as first transplants."
        )
    analysed = context.populations[""]
    if analysed.n == 0:
        told.append("No patient meets the criteria of the study.")
    elif analysed.n < FEW:
        few = "Only 1 patient is" if analysed.n == 1 else f"Only {analysed.n} patients are"
        told.append(f"{few} analysed: too few for conclusions, whatever the numbers say.")
    for reason, count in analysed.dropped if analysed.n else ():
        told.append(f"Left out of the survival analyses: {numbers.count(count)} ({reason}).")
    people = len(set(analysed.columns["patient"].tolist()))
    if people != analysed.n:
        rows, patients = numbers.count(analysed.n), numbers.count(people)
        told.append(f"{rows} rows belong to {patients} patients: some count twice.")
    for table, final in context.finals.items():
        if final is not None and final.fit is not None and _thin(final.fit):
            told.append(
                f"{table}: fewer than 10 {final.counted} per coefficient; read with caution."
            )
    return tuple(told)


def _thin(fit: CoxFit) -> bool:
    return fit.events < 10 * len(fit.coefficients)

"""What changes the hazard, each covariate alone? Univariate models, and what a model is made of."""

from outcomes.cox import Ties
from outcomes.sample import Survival
from outcomes.selection import Screen, screen
from outcomes.terms import Factor, Numeric
from reports import numbers
from reports.compute.done import Deed, Made, deeds_in, made
from reports.compute.population import Context, Patients, why_nobody
from reports.compute.ratios import RATIOS, Style, block, coefficients, headers, too_few
from reports.groupings import Covariate, Measured
from reports.model_words import MultivariableCox, UnivariateCox
from reports.results import Row, Table
from reports.study import Study

NOT_KNOWN = "Not estimated: not known in any patient."


def ties_of(context: Context) -> Ties:
    """SPSS knows Breslow's approximation only; R takes Efron's unless told otherwise."""
    return "breslow" if context.study.convention == "SPSS" else "efron"


def model_named(study: Study, name: str) -> MultivariableCox:
    """The table of a model by its id; a study that names another id was refused when loaded."""
    return next(w for w in study.tables if isinstance(w, MultivariableCox) and w.id == name)


def candidates_named(study: Study, word: MultivariableCox) -> tuple[Covariate, ...]:
    """All that are screened for a model or offered to it, whether they enter or not; each once."""
    screened = [c for table in screens_of(study, word) for c in table.covariates]
    return tuple({c.name: c for c in (*screened, *word.offered)}.values())


def screens_of(study: Study, word: MultivariableCox) -> list[UnivariateCox]:
    """The univariate table it is screened by, and one that nobody prints for its own list."""
    tables = [w for w in study.tables if isinstance(w, UnivariateCox) and w.id == word.screened_by]
    if word.screened:
        own = UnivariateCox(word.id, "", "", word.screened, on=word.on, end_point=word.end_point)
        tables.append(own)
    return tables


def univariate_table(context: Context, word: UnivariateCox) -> Made:
    """Each covariate alone; the overall Wald P stands on the line of the covariate."""
    patients, screens = context.patients(word.on, word.end_point), univariate(context, word)
    counted = patients.end_point.counted
    rows: list[Row] = []
    for covariate in word.covariates:
        found = screens[covariate.name]
        term, sample = _complete(patients.sample, patients.term(covariate))
        style = Style(word.id, counted, word.ratio_places, _refused(patients, term, sample))
        rows += block(context, style, covariate, term, sample, found.fit if found else None)
    n, events = (patients.sample.n, patients.sample.events) if patients.sample else (0, 0)
    notes = ("Each covariate alone, in the patients in whom it is known. P: Wald.",)
    titles = headers(counted)
    table = Table(word.id, word.label, word.title, titles, tuple(rows), notes, n, events)
    fitted = [one for one in word.covariates if screens[one.name] is not None]
    deeds = {*deeds_in(rows, RATIOS), *straight(fitted)}
    if Deed.COX not in deeds:
        return made(table, (), on=word.on)
    told = (_told(word, fitted),)
    return made(table, {*deeds, Deed.UNADJUSTED}, told, end_points=(word.end_point,), on=word.on)


def _refused(patients: Patients, term: Factor | Numeric, sample: Survival | None) -> str:
    """Why a covariate has no model, "" when it has."""
    if patients.sample is None:
        return why_nobody(patients)
    if sample is None:
        return NOT_KNOWN
    return too_few(sample.events, coefficients([term]), patients.end_point.counted)


def _told(word: UnivariateCox, fitted: list[Covariate]) -> str:
    without = [one for one in word.covariates if one not in fitted]
    told = f"{word.label} holds a model for each covariate alone, each in the patients in whom it "
    if not without:
        return f"{told}is known."
    return f"{told}is known; none could be fitted for {listed(without)}."


def listed(covariates: list[Covariate]) -> str:
    """ "a", "a and b", "a, b and c", by their labels."""
    labels = [numbers.in_sentence(one.label) for one in covariates]
    return " and ".join(part for part in (", ".join(labels[:-1]), *labels[-1:]) if part)


def straight(covariates: list[Covariate]) -> set[Deed]:
    """Whether a measured number is among the covariates of a model."""
    measured = any(isinstance(covariate, Measured) for covariate in covariates)
    return {Deed.STRAIGHT_LINE} if measured else set()


def univariate(context: Context, word: UnivariateCox) -> dict[str, Screen | None]:
    """The model of each covariate by name; None where it is not known or deaths are too few."""
    if word.id not in context.screens:
        patients = context.patients(word.on, word.end_point)
        found: dict[str, Screen | None] = {}
        for covariate in word.covariates:
            term, sample = _complete(patients.sample, patients.term(covariate))
            found[covariate.name] = None
            if sample is not None and not _refused(patients, term, sample):
                found[covariate.name] = screen(sample, [term], ties=ties_of(context))[0]
        context.screens[word.id] = found
    return context.screens[word.id]


def _complete(
    sample: Survival | None, factor: Factor | Numeric
) -> tuple[Factor | Numeric, Survival | None]:
    if sample is None or not factor.known.any():
        return factor.where(factor.known), None
    return factor.where(factor.known), sample.where(factor.known)

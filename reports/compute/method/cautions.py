"""What must a reader know before trusting a number?"""

from outcomes.cox import CoxFit
from reports import numbers
from reports.columns import Columns
from reports.compute.population import Context

AGE_IS_VAGUE = "age_from_partial_date"
FEW = 30  # patients; the smallest group that one would describe by percentages at all


def warnings(context: Context, columns: Columns) -> tuple[str, ...]:
    """What a reader must know before trusting a number; `columns` are all rows of the cut."""
    told = []
    if uncounted := columns.n - int(columns.known("allo_number").sum()):
        told.append(
            f"Transplants that may be first or further ones, as an earlier transplant is not "
            f"recorded: {numbers.count(uncounted)}. They are not analysed as first transplants."
        )
    if "failure" in columns and (open_ := int((~columns.known("failure")).sum())):
        told.append(
            "Transplants of which it is not known whether a relapse or progression followed: "
            f"{numbers.count(open_)}. They count neither as failed nor as free of it."
        )
    analysed = context.populations[""]
    if 0 < analysed.n < FEW:
        few = "Only 1 patient is" if analysed.n == 1 else f"Only {analysed.n} patients are"
        told.append(f"{few} analysed: too few for conclusions, whatever the numbers say.")
    for reason, count in analysed.dropped if analysed.n else ():
        told.append(f"Left out of the survival analyses: {numbers.count(count)} ({reason}).")
    if partial := _partial_ages(analysed.columns):
        told.append(
            f"Age at transplant from a date of birth or of transplant that is known to the month or "
            f"year only: {numbers.count(partial)}. The middle of the month or year stands for it."
        )
    people = len(set(analysed.columns["patient"].tolist()))
    if people != analysed.n:
        rows, patients = numbers.count(analysed.n), numbers.count(people)
        told.append(f"{rows} rows belong to {patients} patients: some count twice.")
    labels = {word.id: word.label for word in context.study.tables}
    for table, final in context.finals.items():
        if final is not None and final.fit is not None and _thin(final.fit):
            told.append(
                f"{labels[table]}: fewer than 10 {final.counted} per coefficient; read with caution."
            )
    return tuple(told)


def _partial_ages(columns: Columns) -> int:
    """Rows whose age is from a partial date; 0 in cuts that were taken before this was told."""
    known = AGE_IS_VAGUE in columns
    return int((columns[AGE_IS_VAGUE] == "yes").sum()) if known else 0


def _thin(fit: CoxFit) -> bool:
    """A model without a single number in it needs no caution: its sentences stand in the table."""
    told = any(one.beta is not None for one in fit.coefficients)
    return told and fit.events < 10 * len(fit.coefficients)

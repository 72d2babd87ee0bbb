"""Is it told how many ages are from a date of which only the month or the year is known?"""

import numpy as np

from reports.columns import Columns
from reports.compute import Source, run
from reports.studies.momm_prszt import STUDY
from tests.reports.any_cohort import cohort_of

SOURCE = Source("2026-01-31", "test", "test", synthetic=True)
WHOLE = cohort_of(STUDY)


def told(columns: Columns) -> list[str]:
    results = run(STUDY, columns, SOURCE, judged=False)
    return [one for one in results.warnings if one.startswith("Age at transplant from a date")]


def test_the_rows_are_counted() -> None:
    partial = np.where(np.arange(WHOLE.n) < 4, "yes", "no")
    (said,) = told(WHOLE.changed(age_from_partial_date=partial))
    assert said == (
        "Age at transplant from a date of birth or of transplant that is known to the month or year "
        "only: 4. The middle of the month or year stands for it."
    )


def test_nothing_is_said_of_none_and_of_older_cuts() -> None:
    assert told(WHOLE.changed(age_from_partial_date=np.full(WHOLE.n, "no"))) == []
    older = {name: WHOLE[name] for name in WHOLE.names if name != "age_from_partial_date"}
    assert told(Columns(older)) == []

"""What does a study answer on a cohort whose cases went through the registry's door?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from demo.cohorts.reading import Case
from reports.compute import run
from reports.results import Comparison, Results, Verdict
from reports.study import Study
from tests.reports.computed import MADE
from tests.reports.door import pass_through


def answer(study: Study, cohort: Mapping[str, list[Case]], blocker: Any) -> Results:
    """Send, judge, store and extract every case, compute the study, leave the database as it was.

    blocker : the fixture django_db_blocker; a module asks once and shares the answer.
    """
    with blocker.unblock(), transaction.atomic():
        passed = pass_through(cohort)
        transaction.set_rollback(True)
    assert set(passed.outcomes) == {"new"}
    assert (passed.errors, passed.taken.left_out, passed.taken.withheld) == (0, 0, 0)
    return run(study, passed.taken.columns, MADE)


def words_of(results: Results) -> Counter[Verdict]:
    """How often each word was given to a printed number."""
    return Counter(comparison.verdict for comparison in results.comparisons)


def by_id(results: Results) -> dict[str, Comparison]:
    """The comparisons by the id of the printed number."""
    return {comparison.id: comparison for comparison in results.comparisons}

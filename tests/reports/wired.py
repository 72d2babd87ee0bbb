"""What does a study answer when one case of its cohort is another? For tests of what hangs on what.

The whole cohort goes through the registry's door once for a module. A changed case goes through it
alone, and its rows take the place of those that the patient had.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from demo.cohorts.reading import Case
from reports.columns import Columns
from reports.compute import run
from reports.results import Results
from reports.study import Study
from tests.reports.computed import MADE, changed_keys
from tests.reports.door import Passed, pass_through

UNKNOWN = {"missing": "UNK"}


class Wired:
    """A study on a cohort that went through the door, and on the same but for a case or two."""

    def __init__(self, study: Study, cohort: Mapping[str, list[Case]], blocker: Any) -> None:
        """blocker : the fixture django_db_blocker."""
        self.study, self.cohort, self._blocker = study, cohort, blocker
        self._passed = self._through(cohort)
        self.before = self.answer(self._passed.taken.columns)

    def case(self, wanted: Callable[[Case], bool]) -> Any:
        """A copy, to be changed, of the first case that is wanted."""
        every = (case for cases in self.cohort.values() for case in cases)
        return deepcopy(next(case for case in every if wanted(case)))

    def after(self, *changed: Case) -> Results:
        """The answer with these cases in the place of those with the same keys."""
        centre = {str(case["key"]): code for code, cases in self.cohort.items() for case in cases}
        by_centre: dict[str, list[Case]] = {}
        for case in changed:
            by_centre.setdefault(centre[str(case["key"])], []).append(case)
        passed = self._through(by_centre)
        known = self._passed.pseudonyms
        as_before = {new: known[key] for key, new in passed.pseudonyms.items()}
        theirs = passed.taken.columns
        named = [as_before[pseudonym] for pseudonym in theirs["patient"].tolist()]
        return self.answer(self._without(changed), theirs.changed(patient=named))

    def moved_by(self, *changed: Case) -> set[str]:
        """The keys whose number moved, and the figures whose curves did."""
        after = self.after(*changed)
        drawn = {figure.id: figure.series for figure in self.before.figures}
        curves = {figure.id for figure in after.figures if figure.series != drawn[figure.id]}
        return changed_keys(self.before, after) | curves

    def answer(self, *parts: Columns) -> Results:
        """The study on these rows."""
        names = parts[0].names
        columns = Columns({name: np.concatenate([p[name] for p in parts]) for name in names})
        return run(self.study, columns, MADE)

    def _without(self, changed: tuple[Case, ...]) -> Columns:
        gone = [self._passed.pseudonyms[str(case["key"])] for case in changed]
        columns = self._passed.taken.columns
        return columns.where(~np.isin(columns["patient"], gone))

    def _through(self, cohort: Mapping[str, list[Case]]) -> Passed:
        with self._blocker.unblock(), transaction.atomic():
            passed = pass_through(cohort)
            transaction.set_rollback(True)
        assert set(passed.outcomes) == {"new"}
        assert (passed.errors, passed.taken.left_out, passed.taken.withheld) == (0, 0, 0)
        return passed


def of(keys: set[str], *beginnings: str) -> set[str]:
    """The keys that begin so."""
    return {key for key in keys if key.startswith(beginnings)}


def ending(keys: set[str], *ends: str) -> set[str]:
    """The keys that end so."""
    return {key for key in keys if key.endswith(ends)}


def later(date_of: str, days: int) -> str:
    """An ISO date so many days later."""
    return (date.fromisoformat(date_of) + timedelta(days=days)).isoformat()


def lives_on(case: Any) -> None:
    """The death of a case is taken back: it was alive at the last contact."""
    del case["death"]
    case["follow_ups"][-1]["status"] = "ALIVE"

"""How does a run leave with its data and scripts, to be computed anew elsewhere? Each time is logged."""

from __future__ import annotations

import logging

from registry.models.user import User
from registry.permissions import may_run_studies, require
from reports.actions.cuts import columns_of
from reports.models import DataCut, Run
from reports.render.files import OutOfDate
from reports.replay import OtherRun, archive
from reports.results import Results
from reports.studies import STUDIES

log = logging.getLogger(__name__)


def pack_run(*, by: User, run: Run) -> bytes:
    """The ZIP of a finished run that the user sees, for those who may run studies.

    Raises PermissionDenied, CutDamaged, and OutOfDate for results that a version of the study
    before this one has left.
    """
    require(may_run_studies(by), "take out the data of a run")
    assert run.cut is not None  # the database holds none that is done without
    try:
        results = Results.from_json(run.results)
    except (KeyError, TypeError, ValueError) as fault:
        raise OutOfDate from fault
    return pack_cut(run.cut, results, told=f"run {run.pk}, user {by.pk}")


def pack_cut(cut: DataCut, results: Results, *, told: str) -> bytes:
    """The ZIP of results that were computed on this cut. told : who takes it, for the log.

    Patient rows leave the registry with it, so each time is logged, without a value of any patient.
    Raises CutDamaged, OutOfDate.
    """
    try:
        packed = archive(STUDIES[results.study], columns_of(cut), results)
    except OtherRun as fault:
        raise OutOfDate from fault
    rows = results.provenance.rows
    log.info(
        "patient rows taken out: %s: study %s, cut %s, %d rows", told, results.study, cut.pk, rows
    )
    return packed

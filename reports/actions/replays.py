"""How does a run leave with its data and scripts, to be computed anew elsewhere? Each time is written down."""

from __future__ import annotations

import logging

from django.utils import timezone

from registry.models.user import User
from registry.permissions import may_take_out_rows, require
from registry.scope import scope
from reports.actions.cuts import columns_of
from reports.compute.part import done_in
from reports.models import DataCut, Run, TakenOut
from reports.render.files import OutOfDate
from reports.replay import OtherRun, archive
from reports.results import Results
from reports.studies import STUDIES

log = logging.getLogger(__name__)


def pack_run(*, by: User, run: Run) -> bytes:
    """The ZIP of a finished run, for those who may take patients' rows of its centres out.

    Raises OutOfDate for results that a version of the study before this one has left; otherwise
    as pack_cut.
    """
    assert run.cut is not None  # written together with the state
    try:
        results = Results.from_json(run.results)
    except (KeyError, TypeError, ValueError) as fault:
        raise OutOfDate from fault
    return pack_cut(by=by, cut=run.cut, results=results, run=run)


def pack_cut(*, by: User, cut: DataCut, results: Results, run: Run | None = None) -> bytes:
    """The ZIP of results that were computed on this cut. run : the one that keeps them, if any.

    Patients' rows leave the registry with it. So a line of `TakenOut` is written before anybody
    has the bytes, without a value of any patient: they are given only where it stands.
    Raises PermissionDenied, CutDamaged, OutOfDate, NotRepeated (of reports.replay).
    """
    require(may_take_out_rows(by, cut.centres), "take patients' rows out of the registry")
    columns = columns_of(cut)
    try:
        packed = archive(STUDIES[results.study], columns, results)
    except OtherRun as fault:
        raise OutOfDate from fault
    rows = done_in(columns, results.provenance.period).n
    with scope(cut.centres):
        TakenOut.objects.create(
            by=by,
            at=timezone.now(),
            study=results.study,
            run=run,
            cut=cut,
            centres=cut.centres,
            rows=rows,
        )
    log.info(
        "patient rows taken out: %s, user %s: study %s, cut %s, %d rows",
        f"run {run.pk}" if run else "run_study", by.pk, results.study, cut.pk, rows,
    )  # fmt: skip
    return packed

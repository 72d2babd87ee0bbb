"""On which data is a study computed? On a cut: the columns as they were at one moment, kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.db import connection, transaction
from django.utils import timezone

from registry.scope import scope
from reports import compute
from reports.columns import Columns
from reports.extract import take_columns
from reports.models import DataCut
from reports.numbers import count
from reports.queries import cohort_of
from reports.results import Period, Results
from reports.studies import STUDIES
from reports.version import code_version


def take_cut(centres: list[int]) -> DataCut:
    """Freeze the analysis columns of these centres; the same data give the cut taken before."""
    now = timezone.now()
    with one_moment(), scope(centres):
        taken, cohort = take_columns(), cohort_of(centres)
    with scope(centres):
        cut, _ = DataCut.objects.get_or_create(
            sha256=taken.columns.sha256,
            centres=centres,
            left_out=taken.left_out,
            withheld=taken.withheld,
            synthetic=taken.synthetic,
            linked=[list(one) for one in taken.linked],
            cohort=cohort,
            dictionary_version=taken.dictionary_version,
            defaults={
                "taken_at": now,
                "rows": taken.columns.n,
                "columns": taken.columns.to_bytes(),
            },
        )
        return cut


@contextmanager
def one_moment() -> Iterator[None]:
    """Every query sees the tables as they were at the first, whatever is saved meanwhile.

    Inside a transaction that has begun it is too late to ask for that: take cuts outside of one.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


class CutDamaged(Exception):
    """The stored bytes of a cut are not those that were taken."""


def columns_of(cut: DataCut) -> Columns:
    """The columns of a cut. Raises CutDamaged when its bytes do not give its SHA-256."""
    stored = bytes(cut.columns)
    if hashlib.sha256(stored).hexdigest() != cut.sha256:
        raise CutDamaged(f"data cut {cut.pk}: its bytes do not give its SHA-256 {cut.sha256}")
    return Columns.from_bytes(stored)


def compute_cut(
    study: str, cut: DataCut, *, period: Period | None = None, judged: bool | None = None
) -> Results:
    """The results of a study on a cut: the same cut, part and code give the same bytes.

    period : the transplants taken, all without one. judged : whether these are the patients of
    the paper, where somebody has said so; None asks `papers_patients`.
    They are the results as a run keeps them, so that whatever is drawn of them now can be drawn
    from the stored run later. Raises CutDamaged.
    """
    results = compute.run(
        STUDIES[study],
        columns_of(cut),
        compute.Source(
            cut_date=timezone.localdate(cut.taken_at).isoformat(),
            code_version=code_version(),
            dictionary_version=cut.dictionary_version,
            synthetic=cut.synthetic,
            period=period,
            linked=tuple(tuple(one) for one in cut.linked),
        ),
        judged=papers_patients(study, cut, period) if judged is None else judged,
    )
    told = replace(results, warnings=(*_warnings(cut), *results.warnings))
    return Results.from_json(told.to_json())


def papers_patients(study: str, cut: DataCut, period: Period | None) -> bool:
    """Whether a paper's patients are what a run holds while nobody says so: the rule of every door.

    Only those of all centres of the study's synthetic cohort are, and of no other centre: they were
    made to be those of the paper. Who was added in these centres counts with them; where that changes
    whom the study analyses, `part_told` (reports.compute.whole_cohort) says so.
    """
    return period is None and cut.cohort == study


def _warnings(cut: DataCut) -> Iterator[str]:
    if cut.left_out:
        yield f"Left out: {_patients(cut.left_out)} whose records have errors to be corrected."
    if cut.withheld:
        yield f"Left out: {_patients(cut.withheld)} without consent to the use of their records."


def _patients(n: int) -> str:
    return "1 patient" if n == 1 else f"{count(n)} patients"

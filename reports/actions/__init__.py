"""Every write of the reports: the cut, the run, the monthly order, the export, and what is taken out."""

from reports.actions.cuts import CutDamaged, compute_cut, take_cut
from reports.actions.exports import (
    NoLongerKept,
    delete_old_exports,
    fetch_export,
    make_export,
    request_export,
    waiting_exports,
)
from reports.actions.orders import make_due_runs, send_now, subscribe, unsubscribe
from reports.actions.replays import pack_cut, pack_run
from reports.actions.runs import execute_run, request_run, waiting_runs

__all__ = [
    "CutDamaged",
    "NoLongerKept",
    "compute_cut",
    "delete_old_exports",
    "execute_run",
    "fetch_export",
    "make_due_runs",
    "make_export",
    "pack_cut",
    "pack_run",
    "request_export",
    "request_run",
    "send_now",
    "subscribe",
    "take_cut",
    "unsubscribe",
    "waiting_exports",
    "waiting_runs",
]

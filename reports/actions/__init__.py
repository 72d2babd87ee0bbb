"""Every write of the reports: a file for the cut, the run, the monthly order, and what is taken out."""

from reports.actions.cuts import CutDamaged, compute_cut, take_cut
from reports.actions.orders import make_due_runs, send_now, subscribe, unsubscribe
from reports.actions.replays import pack_cut, pack_run
from reports.actions.runs import execute_run, request_run, waiting_runs

__all__ = [
    "CutDamaged",
    "compute_cut",
    "execute_run",
    "make_due_runs",
    "pack_cut",
    "pack_run",
    "request_run",
    "send_now",
    "subscribe",
    "take_cut",
    "unsubscribe",
    "waiting_runs",
]

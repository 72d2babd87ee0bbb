"""Every cohort through the API, every study by the worker, every printed number beside ours.

Run by `demo.studies` with the environment of the running registry:
`python -m demo.studies_job SITE FILE`.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# The models below need the settings, and this file is a program of its own.
django.setup()

from demo import client, people
from demo.client import Sent
from demo.cohorts import hazar, hsct2, kaya, momm, roux
from demo.job import ending_in_words, finished, keep
from demo.processes import say
from demo.waiting import NotAsExpected
from registry.actions.admit import admit_centre, admit_person
from registry.models import Centre, Role, User
from reports import actions, tasks
from reports.models import Run
from reports.results import Comparison, Results, Verdict
from reports.studies import STUDIES

COHORTS: dict[str, ModuleType] = {
    "roux_2017_sfgmtc": roux,
    "hazar_2021_turkey": hazar,
    "hsct2_2025_ecog": hsct2,
    "momm_prszt": momm,
    "kaya_2025_salvage": kaya,
}
"""The cohort on which each study is computed."""

NOT_PRINTED = "in the list of numbers, but not taken from the paper"

Answer = dict[str, object]


def main(site: str, kept_in: Path) -> None:
    """Answer every study; the reports go into a folder beside the counts, which are printed too."""
    cohorts = {study: cohort.cases_by_centre() for study, cohort in COHORTS.items()}
    codes = [code for cohort in cohorts.values() for code in cohort]
    if len(set(codes)) != len(codes):
        raise NotAsExpected("two cohorts have a centre of the same code")
    say(f"Making {len(codes)} centres with a service account each")
    centres = [_centre(code, study) for study, cohort in cohorts.items() for code in cohort]
    tokens = people.service_tokens(centres)
    reader = _statistician()
    cases = sum(len(one) for cohort in cohorts.values() for one in cohort.values())
    say(f"Submitting {cases} cases of {len(cohorts)} cohorts through the API")
    sent = {study: client.send(site, cohort, tokens) for study, cohort in cohorts.items()}
    runs = {}
    for study, cohort in cohorts.items():
        _all_stored(study, sent[study], sum(map(len, cohort.values())))
        runs[study] = actions.request_run(by=reader, study=study, centres=list(cohort))
        tasks.execute_run.delay(str(runs[study].pk))
    reports = kept_in.with_suffix("")
    found = {study: _results(run, reports / study) for study, run in runs.items()}
    answers = {study: answer(results) for study, results in found.items()}
    kept_in.write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print("\n".join(told(answers)))
    print(f"  paper disagrees: with itself, shown by computation; not printed: {NOT_PRINTED}")
    print(f"  Files: {kept_in}, reports in {reports}/<study>/")


def _centre(code: str, study: str) -> Centre:
    name = f"Invented centre {code}"
    return admit_centre(code=code, name=name, synthetic=True, cohort=study)


def _statistician() -> User:
    return admit_person(
        username="statistician",
        role=Role.STATISTICIAN,
        centre=None,
        email="statistician@engraft.example",
        password=secrets.token_urlsafe(12),
    )


def _all_stored(study: str, sent: Sent, n: int) -> None:
    """Wait for the receipts. Raises NotAsExpected unless each case is there."""
    outcomes = client.outcomes(sent.receipts())
    if outcomes != Counter(new=n):
        raise NotAsExpected(f"{study}: {n} cases were sent, {dict(outcomes)} came of them")
    say(f"{study}: {n} cases stored; the worker computes")


def _results(run: Run, folder: Path) -> Results:
    """Wait for the run and keep its report. Raises NotAsExpected if it left a patient out."""
    done = finished(run)
    assert done.cut is not None  # written together with the state
    if done.cut.left_out or done.cut.withheld:
        raise NotAsExpected(f"{run.study}: some patients were left out of the data cut")
    keep(done, folder)
    return Results.from_json(done.results)


def answer(results: Results) -> Answer:
    """How the printed numbers of a study stand to ours, and those that differ."""
    counted = Counter(one.verdict for one in results.comparisons)
    paper = STUDIES[results.study].paper
    return {
        "verdicts": {word.value: counted[word] for word in Verdict},
        "printed": len(paper.entries) if paper else 0,
        "within": sum(one.within for one in results.comparisons),
        "differs": [
            _difference(one) for one in results.comparisons if one.verdict is Verdict.DIFFERS
        ],
    }


def _difference(one: Comparison) -> Answer:
    return {
        "id": one.id,
        "table": one.table,
        "row": one.row,
        "column": one.column,
        "printed": one.printed,
        "ours": one.ours_text,
        "note": one.note,
    }


def told(answers: dict[str, Answer]) -> list[str]:
    """A line for each study, a line for each number that differs, and the total."""
    lines, differing = [], []
    within = printed = 0
    for study, one in answers.items():
        verdicts: dict[str, int] = one["verdicts"]  # type: ignore[assignment]
        words = ", ".join(f"{n} {word.replace('_', ' ')}" for word, n in verdicts.items())
        lines.append(
            f"  {study:<18} {one['within']:>4} of {one['printed']:>3} within the tolerances: {words}"
        )
        within += int(str(one["within"]))
        printed += int(str(one["printed"]))
        for number in one["differs"]:  # type: ignore[attr-defined]
            place = ", ".join(number[part] for part in ("table", "row", "column") if number[part])
            note = f" ({number['note']})" if number["note"] else ""
            differing.append(
                f"  ▲ {number['id']}: {place}: printed {number['printed']}, "
                f"ours {number['ours']}{note}"
            )
    return [*lines, *differing, f"  {within} of {printed} within the tolerances"]


if __name__ == "__main__":
    ending_in_words(lambda: main(sys.argv[1], Path(sys.argv[2])))

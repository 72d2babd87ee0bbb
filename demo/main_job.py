"""The main job: 33 centres submit, a worker computes the SFGM-TC study, the report arrives by mail.

Run by `demo.__main__` with the environment of the running registry:
`python -m demo.main_job SITE DIRECTORY`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import django
from django.core.exceptions import ValidationError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# The models below need the settings, and this file is a program of its own.
django.setup()

from demo import people
from demo.client import Client, Refused
from demo.cohorts import roux
from registry.actions.create_service_account import NameTaken
from registry.models import User
from registry.scope import every_centre
from reports import actions, tasks
from reports.models import Delivery, Run

STUDY = "roux_2017_sfgmtc"
PATIENCE = 300.0

T = TypeVar("T")


class NotAsExpected(RuntimeError):
    """A step of the main job did not end as it should."""


def main(site: str, home: Path) -> None:
    """Do the whole job and leave the five files in `home`."""
    cohort = roux.cases_by_centre()
    say(f"Making {len(cohort)} centres with a service account each")
    centres = people.make_centres(list(cohort))
    tokens = people.service_tokens(centres)
    logins = people.make_logins(centres[0], home / "logins.json")
    _submit(site, home, cohort, tokens)
    run = _run_and_mail(home)
    _keep(home, run)
    print(f"\n  {site}")
    for login in logins:
        print(f"    {login.username:<13} {login.password}   {login.role}")
    print(f"    {'API token':<13} {tokens[centres[0].code]}   {centres[0]}")
    print(f"  Files: {', '.join(str(home / name) for name in FILES)}")


FILES = ("report.pdf", "report.html", "report.json", "mail.eml", "receipt.json")


def _submit(
    site: str, home: Path, cohort: dict[str, list[roux.Case]], tokens: dict[str, str]
) -> None:
    """Each centre sends its cases with its own token and waits for the receipt."""
    say(f"Submitting {sum(map(len, cohort.values()))} cases through the API, centre by centre")
    clients = {code: Client(site, tokens[code]) for code in cohort}
    asked = {code: clients[code].submit(cases, "demo") for code, cases in cohort.items()}
    receipts = {}
    outcomes: Counter[str] = Counter()
    for code, status_url in asked.items():
        state = clients[code].wait(status_url)
        receipts[code] = {"status": state, "cases": clients[code].receipts(status_url)}
        outcomes.update(str(one["outcome"]) for one in receipts[code]["cases"])  # type: ignore[index]
    (home / "receipt.json").write_text(json.dumps(receipts, indent=1, sort_keys=True) + "\n")
    counts = ", ".join(f"{n} {outcome}" for outcome, n in sorted(outcomes.items()))
    say(f"Receipts: {counts}")
    if outcomes["rejected"] or sum(outcomes.values()) != sum(map(len, cohort.values())):
        raise NotAsExpected(f"some cases were not stored: read {home / 'receipt.json'}")


def _run_and_mail(home: Path) -> Run:
    """The statistician orders the study monthly and asks for one report now."""
    reader = User.objects.get(username="statistician")
    actions.subscribe(by=reader, study=STUDY, day=1, hour=6, time_zone=people.time_zone())
    run = actions.send_now(by=reader, study=STUDY)
    tasks.execute_run.delay(str(run.pk))
    say("The worker computes the SFGM-TC study (Roux 2017)")
    told = {""}

    def finished() -> Run | None:
        with every_centre():
            now = Run.objects.select_related("cut").get(pk=run.pk)
        if now.step not in told:
            told.add(now.step)
            say(f"  {now.step}")
        return now if now.state in (Run.State.DONE, Run.State.DEAD) else None

    done = _wait(finished, "the study")
    if done.state == Run.State.DEAD:
        raise NotAsExpected(f"the study failed: {done.failure} Read {home / 'logs/worker.log'}")
    say("The report goes out by e-mail")
    sent = _wait(
        lambda: Delivery.objects.filter(run=run).exclude(state__in=["ready", "sending"]).first(),
        "the e-mail",
    )
    if sent.state != Delivery.State.SENT:
        raise NotAsExpected(f"the e-mail is {sent.state}: {sent.failure}")
    return done


def _wait(look: Callable[[], T | None], what: str) -> T:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = look()
        if found is not None:
            return found
        time.sleep(0.2)
    raise NotAsExpected(f"{what} did not come within {PATIENCE:.0f} seconds")


def _keep(home: Path, run: Run) -> None:
    (home / "report.json").write_text(run.results, encoding="utf-8")
    (home / "report.html").write_text(run.page, encoding="utf-8")
    (home / "report.pdf").write_bytes(bytes(run.pdf or b""))
    newest = max((home / "mails").glob("*.eml"))
    (home / "mail.eml").write_bytes(newest.read_bytes())
    results = json.loads(run.results)
    say("Patients: " + " → ".join(str(step["n"]) for step in results["flow"]))
    say(
        "Beside the paper: "
        + ", ".join(f"{n} {word.replace('_', ' ')}" for word, n in results["verdicts"].items())
    )


def say(text: str) -> None:
    """One line of progress."""
    print(f"· {text}", flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1], Path(sys.argv[2]))
    except (NotAsExpected, Refused, NameTaken) as fault:
        sys.exit(f"✗ {fault}")
    except ValidationError as refusal:
        sys.exit(f"✗ {' '.join(refusal.messages)}")

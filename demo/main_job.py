"""The main job: 33 centres submit, a worker computes the SFGM-TC study, the report arrives by mail.

Run by `demo.__main__` with the environment of the running registry:
`python -m demo.main_job SITE DIRECTORY`.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# The models below need the settings, and this file is a program of its own.
django.setup()

from demo import client, people
from demo.cohorts import roux
from demo.cohorts.reading import Case
from demo.job import ending_in_words, finished, keep
from demo.processes import say
from demo.waiting import NotAsExpected, wait_for
from registry.models import User
from reports import actions, tasks
from reports.models import Delivery, Run

STUDY = "roux_2017_sfgmtc"


def main(site: str, home: Path) -> None:
    """Do the whole job and leave the five files in `home`."""
    cohort = roux.cases_by_centre()
    say(f"Making {len(cohort)} centres with a service account each")
    centres = people.make_centres(list(cohort), cohort=STUDY)
    tokens = people.service_tokens(centres)
    logins = people.make_logins(centres[0], home / "logins.json")
    _submit(site, home, cohort, tokens)
    run = _run_and_mail()
    _keep(home, run)
    print(f"\n  {site}")
    for login in logins:
        print(f"    {login.username:<13} {login.password}   {login.role}")
    print(f"    {'API token':<13} {tokens[centres[0].code]}   {centres[0]}")
    print(f"  Files: {', '.join(str(home / name) for name in FILES)}")


FILES = ("report.pdf", "report.html", "report.json", "mail.eml", "receipt.json")


def _submit(site: str, home: Path, cohort: dict[str, list[Case]], tokens: dict[str, str]) -> None:
    """Each centre sends its cases with its own token and waits for the receipt."""
    n = sum(map(len, cohort.values()))
    say(f"Submitting {n} cases through the API, centre by centre")
    receipts = client.send(site, cohort, tokens).receipts()
    found = client.outcomes(receipts)
    (home / "receipt.json").write_text(json.dumps(receipts, indent=1, sort_keys=True) + "\n")
    say("Receipts: " + ", ".join(f"{n} {outcome}" for outcome, n in sorted(found.items())))
    if found["rejected"] or found.total() != n:
        raise NotAsExpected(f"some cases were not stored: read {home / 'receipt.json'}")


def _run_and_mail() -> Run:
    """The statistician orders the study monthly and asks for one report now."""
    reader = User.objects.get(username="statistician")
    actions.subscribe(by=reader, study=STUDY, day=1, hour=6, time_zone=people.time_zone())
    run = actions.send_now(by=reader, study=STUDY)
    tasks.execute_run.delay(str(run.pk))
    say("The worker computes the SFGM-TC study (Roux 2017)")
    done = finished(run, tell=lambda step: say(f"  {step}"))
    say("The report goes out by e-mail")
    sent = wait_for(
        lambda: Delivery.objects.filter(run=run).exclude(state__in=["ready", "sending"]).first(),
        "the e-mail",
    )
    if sent.state != Delivery.State.SENT:
        raise NotAsExpected(f"the e-mail is {sent.state}: {sent.failure}")
    return done


def _keep(home: Path, run: Run) -> None:
    keep(run, home)
    newest = max((home / "mails").glob("*.eml"))
    (home / "mail.eml").write_bytes(newest.read_bytes())
    results = json.loads(run.results)
    say("Patients: " + " → ".join(str(step["n"]) for step in results["flow"]))
    say(
        "Beside the paper: "
        + ", ".join(f"{n} {word.replace('_', ' ')}" for word, n in results["verdicts"].items())
    )


if __name__ == "__main__":
    ending_in_words(lambda: main(sys.argv[1], Path(sys.argv[2])))

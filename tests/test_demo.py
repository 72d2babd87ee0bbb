"""Does the main job run from nothing, and a second time on what is there?"""

import email
import email.policy
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from knox.models import AuthToken

from config.local import remove
from config.wheels import LocalServicesUnavailable
from demo import __main__ as show
from demo import people, processes
from registry.actions.admit import admit_centre
from registry.models import Centre, User

FILES = ("report.pdf", "report.html", "report.json", "mail.eml", "receipt.json")
OWN_SERVERS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "EMAIL_PORT", "EMAIL_HOST")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    directory = tmp_path_factory.mktemp("demo")
    yield directory
    remove(directory / "services")


def _demo(home: Path) -> dict[str, bytes]:
    environment = {name: value for name, value in os.environ.items() if name not in OWN_SERVERS}
    command = [sys.executable, "-m", "demo", "--once", "--home", str(home)]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {name: (home / name).read_bytes() for name in FILES}


@pytest.fixture(scope="module")
def first(home: Path) -> dict[str, bytes]:
    return _demo(home)


def test_the_report_opens_with_the_flow_and_the_verdicts(first: dict[str, bytes]) -> None:
    report = json.loads(first["report.json"])
    assert list(report)[:2] == ["flow", "verdicts"]
    assert [step["n"] for step in report["flow"]] == [1307, 334, 288]
    assert report["verdicts"]["differs"] == 0
    printed = report["verdicts"]["same"] + report["verdicts"]["same_after_rounding"]
    assert printed == 253
    assert len(report["comparisons"]) == 266
    assert report["synthetic"] is True


def test_the_treatments_are_counted_as_printed(first: dict[str, bytes]) -> None:
    tables = {table["id"]: table for table in json.loads(first["report.json"])["tables"]}
    counts = {row["label"]: row["cells"][0] for row in tables["t2"]["rows"]}
    known = [cell["value"] for cell in counts.values() if cell and cell["value"] is not None]
    assert sorted(known) == [13, 30, 67, 70, 108, 288]


def test_every_case_has_its_receipt(first: dict[str, bytes]) -> None:
    receipts = json.loads(first["receipt.json"])
    outcomes = [case["outcome"] for centre in receipts.values() for case in centre["cases"]]
    assert len(receipts) == 33
    assert outcomes == ["new"] * 1307


def test_the_mail_has_words_a_picture_a_link_and_the_report(first: dict[str, bytes]) -> None:
    message = email.message_from_bytes(first["mail.eml"], policy=email.policy.default)
    kinds = [part.get_content_type() for part in message.walk()]
    for kind in ("text/plain", "text/html", "image/png", "application/pdf"):
        assert kind in kinds
    assert "/reports/" in message.get_body(("plain",)).get_content()
    assert b"ROU-" not in first["mail.eml"]


def test_a_second_start_stores_nothing_twice_and_gives_the_same_bytes(
    home: Path, first: dict[str, bytes]
) -> None:
    second = _demo(home)
    receipts = json.loads(second["receipt.json"])
    outcomes = {case["outcome"] for centre in receipts.values() for case in centre["cases"]}
    assert outcomes == {"same"}
    assert second["report.json"] == first["report.json"]
    assert second["report.pdf"] == first["report.pdf"]
    assert second["report.html"] == first["report.html"]


@pytest.mark.parametrize(
    "fault, says",
    [
        (LocalServicesUnavailable("PostgreSQL did not start."), "PostgreSQL did not start."),
        (processes.DidNotStart("web ended at once: read web.log"), "web ended at once"),
        (subprocess.CalledProcessError(1, ["python", "manage.py", "migrate"]), "manage.py migrate"),
    ],
)
def test_what_cannot_start_ends_in_a_sentence(
    fault: Exception, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> int:
        raise fault

    monkeypatch.setattr(show, "services_or_environment", lambda *_: nullcontext({}))
    monkeypatch.setattr(show, "_show", fail)
    monkeypatch.setattr(sys, "argv", ["demo", "--once", "--home", str(tmp_path)])
    told = io.StringIO()
    monkeypatch.setattr(sys, "stderr", told)
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert show.main() == 1
    finally:
        signal.signal(signal.SIGTERM, before)
    assert told.getvalue().startswith("✗ ") and says in told.getvalue()


def test_a_database_that_is_not_there_is_told_without_our_traceback(tmp_path: Path) -> None:
    """The real program: only the command's own words and one sentence."""
    nowhere = "postgresql://engraft_app:none@127.0.0.1:1/engraft"
    own = {
        "DATABASE_URL": nowhere,
        "DATABASE_OWNER_URL": nowhere,
        "REDIS_URL": "redis://127.0.0.1:1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "demo", "--once", "--home", str(tmp_path)],
        env=os.environ | own, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "✗ `manage.py migrate --verbosity 0` failed."
    assert "demo/__main__.py" not in done.stderr


@pytest.mark.django_db
def test_people_of_an_earlier_start_stay_and_their_tokens_end(tmp_path: Path) -> None:
    def start() -> tuple[dict[str, str], list[people.Login]]:
        centres = people.make_centres([f"F{n:02}" for n in range(1, 34)], cohort="roux")
        logins = people.make_logins(centres[0], tmp_path / "logins.json")
        return people.service_tokens(centres), logins

    first, first_logins = start()
    second, second_logins = start()
    assert first_logins == second_logins
    assert first["F01"] != second["F01"]
    assert AuthToken.objects.count() == 33
    assert User.objects.count() == 36
    told = Centre.objects.values_list("synthetic", "cohort", "population")
    assert set(told) == {(True, "roux", "paediatric")}
    for login in first_logins:
        assert User.objects.get(username=login.username).check_password(login.password)


@pytest.mark.django_db
def test_a_lost_file_of_logins_gives_new_passwords(tmp_path: Path) -> None:
    centre = admit_centre(code="F01", name="Ashford")
    people.make_logins(centre, tmp_path / "one.json")
    for login in people.make_logins(centre, tmp_path / "two.json"):
        assert User.objects.get(username=login.username).check_password(login.password)


@pytest.mark.django_db
def test_the_demo_takes_nobody_s_name(tmp_path: Path) -> None:
    centre = admit_centre(code="F01", name="Ashford")
    User.objects.create_user("office", password="somebody's own", role="office")
    with pytest.raises(ValidationError, match="already exists"):
        people.make_logins(centre, tmp_path / "logins.json")
    assert User.objects.get(username="office").check_password("somebody's own")

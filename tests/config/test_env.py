"""What does a missing or wrong setting say, and where may a secret come from?"""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


def test_a_missing_value_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENGRAFT_COLOUR", raising=False)
    with pytest.raises(
        ImproperlyConfigured, match=r"ENGRAFT_COLOUR is not set[\s\S]+\.env\.example"
    ):
        env.text("ENGRAFT_COLOUR")


def test_a_secret_comes_from_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = tmp_path / "colour"
    kept.write_text("red\n")
    monkeypatch.setenv("ENGRAFT_COLOUR", "blue")
    monkeypatch.setenv("ENGRAFT_COLOUR_FILE", str(kept))

    assert env.secret("ENGRAFT_COLOUR") == "red"


def test_a_secret_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGRAFT_COLOUR_FILE", "/run/secrets/none")
    with pytest.raises(ImproperlyConfigured, match="/run/secrets/none"):
        env.secret("ENGRAFT_COLOUR")


@pytest.mark.parametrize("written, meant", [("1", True), ("0", False)])
def test_a_flag_is_one_or_zero(written: str, meant: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGRAFT_FLAG", written)
    assert env.flag("ENGRAFT_FLAG") is meant


@pytest.mark.parametrize("written", ["yes", "true", "False", ""])
def test_a_flag_is_not_guessed(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGRAFT_FLAG", written)
    with pytest.raises(ImproperlyConfigured, match="1 for yes or 0 for no"):
        env.flag("ENGRAFT_FLAG")


@pytest.mark.parametrize("written", ["-1", "1_000", "²", "1.0", ""])
def test_a_number_is_whole_and_plain(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGRAFT_NUMBER", written)
    with pytest.raises(ImproperlyConfigured, match="whole number"):
        env.number("ENGRAFT_NUMBER", 5)


def test_a_database_may_be_behind_a_unix_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGRAFT_DB", "postgresql://me:p%40ss@%2Frun%2Fpg/engraft")
    found = env.database("ENGRAFT_DB")
    assert found is not None
    assert (found["HOST"], found["USER"], found["PASSWORD"], found["NAME"]) == (
        "/run/pg", "me", "p@ss", "engraft",
    )  # fmt: skip
    assert found["ATOMIC_REQUESTS"] is True


def test_only_postgresql_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGRAFT_DB", "sqlite:///engraft.db")
    with pytest.raises(ImproperlyConfigured, match="PostgreSQL 16"):
        env.database("ENGRAFT_DB")


def test_every_setting_is_in_the_example() -> None:
    """.env.example names each variable that config/ reads."""
    root = Path(__file__).parent.parent.parent
    settings = (root / "config" / "settings.py").read_text()
    read = set(re.findall(r'env\.(?:text|secret|flag|number|names|database)\(\s*"(\w+)"', settings))
    example = (root / ".env.example").read_text()
    assert len(read) > 15
    assert {name for name in read if f"{name}=" not in example} == set()

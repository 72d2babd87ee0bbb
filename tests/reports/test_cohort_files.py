"""Are the cohorts' files those that their README describes, and is each case read without a word?"""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from demo.cohorts import hazar, hsct2, kaya, momm, roux
from registry.dictionary.checks import Severity
from registry.dictionary.reading import read_case
from registry.models import DICTIONARY
from registry.validation import judge

COHORTS = (roux, hazar, hsct2, kaya, momm)
README = (Path(roux.__file__).parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("cohort", COHORTS, ids=lambda one: one.FILE.stem)
def test_the_readme_names_the_file_by_its_hash(cohort: ModuleType) -> None:
    hashed = hashlib.sha256(cohort.FILE.read_bytes()).hexdigest()
    assert f"SHA-256 of `{cohort.FILE.name}`:\n`{hashed}`." in README


@pytest.mark.parametrize("cohort", COHORTS, ids=lambda one: one.FILE.stem)
def test_every_case_is_read_and_has_no_error(cohort: ModuleType) -> None:
    today = date(2026, 1, 1)
    for cases in cohort.cases_by_centre().values():
        for case in cases:
            reading = read_case(DICTIONARY, case)
            assert not reading.problems, case["key"]
            found = judge(reading.record, DICTIONARY, today)
            wrong = [one.says for one in found if one.severity is Severity.ERROR]
            assert not wrong, case["key"]

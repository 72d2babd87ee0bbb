"""Do the imports run as ARCHITECTURE.md says, and does the guard bark when they do not?"""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONTRACTS = [one["name"] for one in PROJECT["tool"]["importlinter"]["contracts"]]
PACKAGES = PROJECT["tool"]["importlinter"]["root_packages"]

# contract: (file, the import that breaks it)
BREAKS = {
    "Imports run one way": ("registry/queries.py", "import reports.numbers"),
    "The pure modules know no framework, database or queue": (
        "registry/dictionary/language.py",
        "from django.db import models",
    ),
    "Statistics read no files and know no documents": ("outcomes/sample.py", "import pandas"),
    "The engine rooms of outcomes are its own": (
        "reports/numbers.py",
        "import outcomes._regression.newton",
    ),
    "The engine rooms of outcomes know one another only downwards": (
        "outcomes/_numbers/linear.py",
        "import outcomes._regression.newton",
    ),
    "The engine rooms below fits import no fit": (
        "outcomes/_regression/columns.py",
        "from outcomes.cox import CoxFit",
    ),
    "The registry does no numerical work": ("registry/audit.py", "import numpy"),
    "Celery is spoken in tasks.py and config/celery.py only": (
        "registry/audit.py",
        "from celery import shared_task",
    ),
    "Only reports.extract reads the registry's tables": (
        "reports/render/words.py",
        "from registry.models import Patient",
    ),
    "A study imports no other study": (
        "reports/studies/new_2026_bad.py",
        "import reports.studies.roux_2017_sfgmtc",
    ),
    "Layers of the registry": ("registry/models/centre.py", "import registry.audit"),
    "Layers of the reports": ("reports/numbers.py", "import reports.study"),
}


def lint(tree: Path) -> dict[str, bool]:
    """Run the import contracts on a tree; for each contract, whether it was kept."""
    answer = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=tree, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.findall(r"^(.+?) (KEPT|BROKEN)", answer.stdout, re.MULTILINE)
    assert found, answer.stdout + answer.stderr
    verdicts = {name: verdict == "KEPT" for name, verdict in found}
    assert (answer.returncode == 0) == all(verdicts.values()), answer.stdout
    return verdicts


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the packages that may be spoiled."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        only_code = shutil.ignore_patterns("__pycache__", "static", "*.csv")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=only_code)
    return tmp_path


def test_every_contract_holds() -> None:
    assert lint(ROOT) == dict.fromkeys(CONTRACTS, True)


def test_every_contract_has_a_test_that_breaks_it() -> None:
    assert set(BREAKS) == set(CONTRACTS)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_forbidden_import_breaks_its_contract(contract: str, copy: Path) -> None:
    file, bad_import = BREAKS[contract]
    spoiled = copy / file
    before = spoiled.read_text() if spoiled.exists() else '"""A new study."""\n'
    spoiled.write_text(f"{before}\n{bad_import}\n")

    assert lint(copy)[contract] is False


@pytest.mark.parametrize("package", ["registry", "reports"])
def test_a_new_module_must_find_its_layer(package: str, copy: Path) -> None:
    (copy / package / "helpers.py").write_text('"""Everything else."""\n')

    assert lint(copy)[f"Layers of the {package}"] is False

"""Which documents are made by the code? `python -m docs.generate` writes them, `--check` refuses
stale ones."""

from __future__ import annotations

import os
import sys
from io import StringIO
from pathlib import Path

import django
from django.core.management import call_command

from config.local import USUAL_DIRECTORY, services_or_environment

DOCS = Path(__file__).parent


def documents() -> dict[Path, str]:
    """Every generated document with its text."""
    # Only now: Django must know its settings before the models can be read.
    from docs.dictionary_page import data_dictionary  # noqa: PLC0415
    from docs.methods_page import methods_page  # noqa: PLC0415
    from docs.study_words_page import study_words_page  # noqa: PLC0415
    from tests.real_input.rule_yield import rule_yield_page  # noqa: PLC0415

    schema = StringIO()
    described = ("--custom-settings", "registry.api.schema.SETTINGS")
    call_command("spectacular", *described, "--validate", "--fail-on-warn", stdout=schema)
    return {
        DOCS / "data-dictionary.md": data_dictionary(),
        DOCS / "statistics.md": methods_page(),
        DOCS / "study-words.md": study_words_page(),
        DOCS / "rule-yield.md": rule_yield_page(),
        DOCS / "api-v1.yaml": schema.getvalue(),
    }


def main(check: bool) -> int:
    """Write the documents, or name the stale ones and answer 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with services_or_environment(USUAL_DIRECTORY, os.environ) as found:
        os.environ.update(found)
        django.setup()
        wanted = documents()
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    for path in stale:
        if check:
            print(f"{path.relative_to(DOCS.parent)} is stale: run `make docs` and commit it")
        else:
            path.write_text(wanted[path])
            print(f"wrote {path.relative_to(DOCS.parent)}")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))

"""Does another process, with another clock, language and hash seed, make the same bytes?"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = """
import hashlib
from tests.reports import sample_results as sample
{imported}
print(hashlib.sha256(made(sample.results())).hexdigest())
"""


def same_in_another_process(imported: str, made: bytes) -> None:
    """imported : the line that imports what makes the file under the name `made`."""
    settings = {"PYTHONHASHSEED": "4711", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    fresh = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(imported=imported)],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=True,
    )
    assert fresh.stdout.strip() == hashlib.sha256(made).hexdigest()

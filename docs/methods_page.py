"""Which statistics are there, from which source, and what was each checked against?"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from types import ModuleType

import outcomes

HEAD = """# Statistics

Made by `make docs` from the docstrings of `outcomes/`. Each function names its source and what its numbers were
compared with; the tables of R's numbers and the scripts that made them lie in `tests/outcomes/golden/`. Every
function's docstring has an example that the tests run.

Conventions (`R`, `SPSS`) are named on the results. What SPSS prints where a curve never passes 0.55 or 0.45, and its
stepwise and multiple-imputation output, could not be compared with real output of SPSS.
"""


def public_modules() -> list[ModuleType]:
    """The modules of outcomes that others use."""
    names = sorted(module.name for module in pkgutil.iter_modules(outcomes.__path__))
    return [importlib.import_module(f"outcomes.{name}") for name in names if name[0] != "_"]


def public_functions(module: ModuleType) -> Iterator[tuple[str, Callable[..., object]]]:
    """The functions a module defines for others, in the order of the file."""
    offered = getattr(module, "__all__", None)
    for name, found in vars(module).items():
        own = inspect.isfunction(found) and found.__module__ == module.__name__
        if own and name[0] != "_" and (offered is None or name in offered):
            yield name, found


def paragraph(text: str, label: str) -> str:
    """What a docstring says after `label:`, in one line; empty when it says nothing."""
    end = r"(?=\s(?:Source|Checked|Raises|>>>)|\n\n|$)"
    found = re.search(rf"\b{label}: (.*?){end}", inspect.cleandoc(text), re.DOTALL)
    return " ".join(found[1].split()) if found else ""


def methods_page() -> str:
    """Markdown: one section per module, one row per function."""
    parts = [HEAD]
    for module in public_modules():
        functions = list(public_functions(module))
        if not functions:
            continue
        question = inspect.cleandoc(module.__doc__ or "").splitlines()[0]
        parts.append(f"## `{module.__name__}`\n\n{question}\n")
        parts.append("| function | what it does | source | checked |\n|---|---|---|---|")
        for name, function in functions:
            text = function.__doc__ or ""
            first = inspect.cleandoc(text).splitlines()[0] if text else ""
            cells = (f"`{name}`", first, paragraph(text, "Source"), paragraph(text, "Checked"))
            parts.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        parts.append("")
    return "\n".join(parts)

"""Which engines are here? Ours always; R and the judges where they are installed."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util

from benchmarks.engines import Call, engraft, r

JUDGES = {  # module to look for: ours that speaks to it, its distribution
    "lifelines": ("lifelines_engine", "lifelines"),
    "statsmodels": ("statsmodels_engine", "statsmodels"),
    "sksurv": ("sksurv_engine", "scikit-survival"),
    "comprisk": ("comprisk_engine", "comprisk"),
}


def find(only: list[str]) -> tuple[list[Call], list[str], list[str]]:
    """The calls; the versions of what is here; the names of what is not.

    only : engines to use, of engraft, R and the modules above; all when empty.
    """
    calls, versions, missing = list(engraft.CALLS), [], []
    if not only or "R" in only:
        here = r.packages()
        versions += [f"{name} {version}" for name, version in here.items()]
        for package, theirs in r.CALLS.items():
            if package in here:
                calls += theirs
            else:
                missing.append(f"R {package}")
    for judge, (module, distribution) in JUDGES.items():
        if only and judge not in only:
            continue
        if importlib.util.find_spec(judge) is None:
            missing.append(distribution)
            continue
        versions.append(f"{distribution} {importlib.metadata.version(distribution)}")
        calls += importlib.import_module(f"benchmarks.engines.{module}").CALLS
    return calls, versions, missing

"""Which transplants and relapses stand in no table ready to be analysed, and for what reason?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from registry.dictionary import derived
from registry.dictionary.case import Node
from reports.extract import Held

WITH_ERRORS = "of_patients_with_errors"
TRANSPLANTS = {
    WITH_ERRORS: "of patients whose records have errors",
    "boost_or_rescue": "given as a boost or rescue",
    "autologous": "autologous",
    "type_not_known": "whose type is not known",
}
RELAPSES = {
    WITH_ERRORS: "of patients whose records have errors",
    "transplant_not_known": "of which it is not known after which transplant",
    "transplant_left_out": "after a transplant that is not in the other table either",
    "kind_not_known": "whose kind is not known",
    "molecular": "cytogenetic, molecular or of minimal residual disease only",
    "first_not_known": "of which it is not known whether it was the first after its transplant",
    "not_the_first": "not the first after its transplant",
}
"""Reasons as the manifest names them, with words that follow a number. The first that holds counts."""


@dataclass(frozen=True)
class LeftOut:
    """How many records are in no analysis table, by each reason; a record is counted once.

    With the rows of the analysis table they add up to those of the table of the records.
    """

    transplants: Counter[str] = field(default_factory=Counter)
    relapses: Counter[str] = field(default_factory=Counter)

    def add(self, one: Held) -> None:
        """Count the records of one patient."""
        if not one.sound:
            self.transplants[WITH_ERRORS] += len(one.case.of("transplant"))
            self.relapses[WITH_ERRORS] += len(one.case.of("relapse"))
            return
        analysed, relapses = derived.allogeneic(one.case), one.case.of("relapse")
        if not relapses and len(analysed) == len(one.case.of("transplant")):
            return
        there, no_boost = _records(analysed), _records(derived.transplants(one.case))
        firsts = _records(derived.first_failure(transplant) for transplant in analysed)
        self.transplants.update(
            _why_no_transplant(transplant, no_boost)
            for transplant in one.case.of("transplant")
            if id(transplant.record) not in there
        )
        self.relapses.update(
            _why_no_relapse(relapse, there)
            for relapse in relapses
            if id(relapse.record) not in firsts
        )


def by_reason(counts: Mapping[str, int], reasons: Mapping[str, str]) -> dict[str, int]:
    """Every reason with its number, for the manifest: 0 too."""
    return {name: counts.get(name, 0) for name in reasons}


def sentence(counts: Mapping[str, int], reasons: Mapping[str, str], what: str, table: str) -> str:
    """3 transplants are not in analysis_transplants: 1 autologous, 2 whose type is not known."""
    n = sum(counts.values())
    if not n:
        return f"Every {what} is in {table}."
    parts = [f"{counts[name]} {words}" for name, words in reasons.items() if counts.get(name)]
    begins = f"1 {what} is" if n == 1 else f"{n} {what}s are"
    return f"{begins} not in {table}: {', '.join(parts)}."


def _records(nodes: Iterable[Node | None]) -> set[int]:
    return {id(node.record) for node in nodes if node is not None}


def _why_no_transplant(transplant: Node, no_boost: set[int]) -> str:
    if id(transplant.record) not in no_boost:
        return "boost_or_rescue"
    return "autologous" if transplant.value("type") == "AUTO" else "type_not_known"


def _why_no_relapse(relapse: Node, there: set[int]) -> str:
    followed = relapse.related("transplant")
    if followed is None:
        return "transplant_not_known"
    if id(followed.record) not in there:
        return "transplant_left_out"
    kind = relapse.value("kind")
    if kind is None:
        return "kind_not_known"
    if kind not in derived.FAILURES:
        return "molecular"
    return "first_not_known" if derived.doubtful_failure(followed) else "not_the_first"

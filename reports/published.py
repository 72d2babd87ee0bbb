"""What did the paper print, and how does our number stand to it? Five words, each computed.

same                 our value, rounded to the printed digits, is the printed number
same_after_rounding  not digit for digit, but within the tolerance stated for that number; a P
                     value is also on the same side of 0.05 and of 0.20
paper_disagrees      the paper contradicts itself there (reports.self_check), and our value agrees
                     with what its other numbers say
differs              anything else that was printed
not_printed          ours, without a printed counterpart
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reports import numbers
from reports.results import Comparison, Value, Verdict
from reports.self_check import Contradiction, Printed, Rules, contradictions, read_rules

FOLDER = Path(__file__).parent / "studies" / "published"

# A number that stands in for one which our copy of the paper lost is no witness for ours.
NOT_FROM_THE_PAPER = ("calibrated cohort", "inferred")
SIGNIFICANT, SCREENED = 0.05, 0.20  # P below the one, and at most the other, is acted upon


@dataclass(frozen=True)
class Paper:
    """The printed numbers of a paper, addressed by the keys of our report.

    remarks : {key: the sentence under our number}, where the paper errs or leaves something open.
    limits : the same of the paper as a whole, told at the end of the method.
    """

    study: str
    entries: tuple[Printed, ...]
    contradictions: Mapping[str, Contradiction]
    rules: Rules = field(default_factory=Rules)
    remarks: Mapping[str, str] = field(default_factory=dict)
    limits: tuple[str, ...] = ()

    def by_key(self) -> dict[str, list[Printed]]:
        """The entries of each of our keys; those of tables and figures before those of the text."""
        found: dict[str, list[Printed]] = {}
        for entry in sorted(self.entries, key=lambda entry: not entry.in_table):
            if entry.from_paper:
                found.setdefault(entry.key, []).append(entry)
        return found


def read(name: str) -> Paper:
    """The printed numbers in studies/published/<name>.json, addressed by <name>_addresses.json."""
    numbers_file = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    addresses = json.loads((FOLDER / f"{name}_addresses.json").read_text(encoding="utf-8"))
    entries = tuple(_entry(raw, addresses) for raw in numbers_file["entries"])
    rules = read_rules(addresses)
    proofs = contradictions(entries, rules)
    remarks, limits = addresses.get("remarks", {}), tuple(addresses.get("limits", ()))
    return Paper(numbers_file["study"], entries, proofs, rules, remarks, limits)


def _entry(raw: Mapping[str, object], addresses: Mapping[str, Mapping[str, str]]) -> Printed:
    tolerance = raw["tol_cohort"]
    return Printed(
        id=str(raw["id"]),
        table=str(raw["table"]),
        row=str(raw["row"]),
        column=str(raw["column"]),
        value=float(str(raw["value"])),
        unit=str(raw["unit"]),
        printed=_with_operator(str(raw["printed"]), str(raw["operator"])),
        operator=str(raw["operator"]),
        note=str(raw["note"] or ""),
        key=_address(str(raw["id"]), str(raw["key"] or ""), addresses),
        tolerance=None if tolerance is None else float(str(tolerance)),
        from_paper=raw["source"] not in NOT_FROM_THE_PAPER,
    )


def _with_operator(printed: str, operator: str) -> str:
    """The file writes some "<0.002" as 0.002 with the sign beside it."""
    return printed if operator == "=" or printed.startswith("<") else operator + printed


def _address(entry_id: str, key: str, addresses: Mapping[str, Mapping[str, str]]) -> str:
    """Our key for a printed number: by its id, else its key by the longest fitting beginning."""
    if entry_id in addresses["by_id"]:
        return addresses["by_id"][entry_id]
    beginnings = addresses["by_beginning"]
    for beginning in sorted(beginnings, key=len, reverse=True):
        if key.startswith(beginning):
            return beginnings[beginning] + key[len(beginning) :]
    return key


def compare(paper: Paper, answers: Mapping[str, Value]) -> tuple[Comparison, ...]:
    """Every printed number beside ours, in the order of the paper."""
    return tuple(_compared(entry, answers.get(entry.key), paper) for entry in paper.entries)


def _compared(entry: Printed, ours: Value | None, paper: Paper) -> Comparison:
    value = None if ours is None or ours.value is None else float(ours.value)
    contradiction = paper.contradictions.get(entry.id)
    notes = [entry.note, contradiction.sentence if contradiction else ""]
    if value is None:
        notes.append((ours.reason if ours else None) or "This report does not compute the number.")
    return Comparison(
        id=entry.id,
        table=entry.table,
        row=entry.row,
        column=entry.column,
        printed=entry.printed,
        ours=value,
        ours_text=ours.text if ours else numbers.NO_VALUE,
        verdict=verdict(entry, value, contradiction),
        tolerance=entry.tolerance,
        note=" · ".join(note for note in notes if note),
        within=value is not None and (_same(entry, value) or _within(entry, value)),
    )


def verdict(entry: Printed, ours: float | None, contradiction: Contradiction | None) -> Verdict:
    """The word for one number; `ours` is None when we have none."""
    if not entry.from_paper:
        return Verdict.NOT_PRINTED
    if ours is None:
        return Verdict.DIFFERS
    if _same(entry, ours):
        return Verdict.SAME
    if contradiction is not None and contradiction.supports(ours):
        return Verdict.PAPER_DISAGREES
    if _within(entry, ours):
        return Verdict.SAME_AFTER_ROUNDING
    return Verdict.DIFFERS


def _same(entry: Printed, ours: float) -> bool:
    if entry.operator == "<":
        return ours < entry.value
    if entry.operator == "<=":
        return ours <= entry.value
    return numbers.rounded(ours, entry.places) == numbers.exact(entry.value)


def _within(entry: Printed, ours: float) -> bool:
    """Within the stated tolerance and, for a P value, with the same consequences."""
    if entry.operator != "=":
        return False
    if entry.unit == "p" and _consequences(ours) != _consequences(entry.value):
        return False
    # The slack is far below any printed digit: 2.65 - 2.6 is 0.05000000000000027 in binary.
    return abs(ours - entry.value) <= (entry.tolerance or 0.0) + 1e-9


def _consequences(p: float) -> tuple[bool, bool]:
    """Is it called significant, and does the covariate pass the screen?"""
    return p < SIGNIFICANT, p <= SCREENED


def count_verdicts(
    comparisons: Iterable[Comparison], answers: Mapping[str, Value], paper: Paper | None
) -> dict[str, int]:
    """How often each of the five words was given; our own numbers count as not printed."""
    found = dict.fromkeys((word.value for word in Verdict), 0)
    for comparison in comparisons:
        found[comparison.verdict] += 1
    addressed = {entry.key for entry in paper.entries} if paper else set()
    ours_only = (key for key, value in answers.items() if key not in addressed)
    found[Verdict.NOT_PRINTED] += sum(answers[key].value is not None for key in ours_only)
    return found

"""What can a new record say already? The number that comes next, and the transplant it follows."""

from __future__ import annotations

from registry.dictionary.case import Case, Record
from registry.dictionary.events import BOOSTS
from registry.dictionary.values import Answer
from registry.forms.places import node_at
from registry.models import DICTIONARY
from registry.records import Path


def proposed(case: Case, parent: Path, type_name: str) -> dict[str, Answer]:
    """Answers with which the form of a new record opens; the person sees and may change them."""
    known = DICTIONARY[type_name].by_name
    around = node_at(case, parent)
    answers: dict[str, Answer] = {}
    if "number" in known and around is not None:
        every = around.record.of(type_name)
        # A boost has none; any other one without a number has it all the same, that nobody wrote.
        there = tuple(one for one in every if one.answers.get("boost_or_rescue") not in BOOSTS)
        number = max(_highest(there), len(there)) + 1
        answers["number"] = min(number, int(known["number"].high or number))
    if "after_transplant" in known and (last := _highest(case.root.of("transplant"))):
        answers["after_transplant"] = last
    return answers


def _highest(records: tuple[Record, ...]) -> int:
    numbers = [one.answers.get("number") for one in records]
    return max((one for one in numbers if isinstance(one, int)), default=0)

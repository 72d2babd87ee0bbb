"""Which printed numbers can be held against others of the paper, and which of them cannot stand?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reports.self_check.findings import ComparedP, Looked, Rule
from reports.self_check.groups import CountBlock, against_tests, count_blocks, tested_blocks
from reports.self_check.limits import against_limits, against_symmetry
from reports.self_check.other_place import against_other_place
from reports.self_check.percentages import Share, against_counts, shares_of
from reports.self_check.printed import Contradiction, Printed
from reports.self_check.rules import Rules

# In this order a number is tried; the first proof is told.
TRIED = (Rule.PERCENTAGE, Rule.SHARE, Rule.COUNT_TEST, Rule.WALD, Rule.SYMMETRY, Rule.OTHER_PLACE)


@dataclass(frozen=True)
class PaperNumbers:
    """The printed numbers of a paper by their places, those of tables before those of the text.

    shares : what percentages are made of, and blocks : the counts beside a P value, by the id of
    the percentage and of the P value. tested : P values of counts beside those of the tests.
    """

    printed: tuple[Printed, ...]
    by_key: Mapping[str, list[Printed]]
    first: Mapping[str, Printed]
    rules: Rules
    shares: Mapping[str, Share]
    blocks: Mapping[str, CountBlock]
    tested: Mapping[str, ComparedP]


def arranged(entries: Iterable[Printed], rules: Rules) -> PaperNumbers:
    """The numbers that are the paper's own, found by their keys."""
    printed = tuple(entry for entry in entries if entry.from_paper)
    by_key: dict[str, list[Printed]] = {}
    for entry in sorted(printed, key=lambda entry: not entry.in_table):
        by_key.setdefault(entry.key, []).append(entry)
    first = {key: found[0] for key, found in by_key.items()}
    blocks = {
        block.p.id: block
        for groups in rules.groups
        for block in count_blocks(first, groups)
        if block.p is not None
    }
    shares = shares_of(printed, first, rules)
    return PaperNumbers(printed, by_key, first, rules, shares, blocks, tested_blocks(blocks))


def proofs(paper: PaperNumbers) -> dict[str, tuple[Rule, Contradiction]]:
    """The numbers that the others rule out, by their id, with the rule that found it."""
    found = {}
    for entry in paper.printed:
        for rule in TRIED:
            proof = _proof(rule, entry, paper)
            if proof is not None:
                found[entry.id] = rule, proof
                break
    return found


def _proof(rule: Rule, entry: Printed, paper: PaperNumbers) -> Contradiction | None:
    if beside(rule, entry, paper) is None:
        return None
    match rule:
        case Rule.PERCENTAGE | Rule.SHARE:
            return against_counts(entry, paper.shares[entry.id])
        case Rule.COUNT_TEST:
            return against_tests(paper.tested[entry.id])
        case Rule.WALD:
            return against_limits(entry, paper.first)
        case Rule.SYMMETRY:
            return against_symmetry(entry, paper.first, paper.rules.symmetric)
        case _:
            return against_other_place(entry, paper.by_key[entry.key])


def beside(rule: Rule, entry: Printed, paper: PaperNumbers) -> tuple[Printed, ...] | None:
    """The numbers a rule holds a number against; None where the rule does not apply."""
    match rule:
        case Rule.PERCENTAGE | Rule.SHARE:
            share = paper.shares.get(entry.id)
            if share is None or (share.part is None) != (rule is Rule.SHARE):
                return None
            return () if share.part is None else (share.part,)
        case Rule.COUNT_TEST:
            return paper.blocks[entry.id].printed if entry.id in paper.tested else None
        case Rule.WALD:
            return _those(paper.first, entry.key, ".p", (".hr", ".lo", ".hi"))
        case Rule.SYMMETRY:
            if entry.key.removesuffix("lo") not in paper.rules.symmetric:
                return None
            return _those(paper.first, entry.key, "lo", ("median", "hi"))
        case _:
            alike = [one for one in paper.by_key[entry.key] if one.unit == entry.unit]
            return tuple(alike) if len(alike) > 1 else None


def _those(
    first: Mapping[str, Printed], key: str, ending: str, others: tuple[str, ...]
) -> tuple[Printed, ...] | None:
    stem = key.removesuffix(ending)
    found = tuple(first[stem + other] for other in others if stem + other in first)
    return found if stem != key and len(found) == len(others) else None


def looked_at(paper: PaperNumbers) -> tuple[Looked, ...]:
    """Every rule that applies to single numbers, with the numbers it was tried on."""
    looked = []
    for rule in TRIED:
        held = [(entry, beside(rule, entry, paper)) for entry in paper.printed]
        tried = [(entry, others) for entry, others in held if others is not None]
        ids = tuple(entry.id for entry, _ in tried)
        looked.append(Looked(rule, ids, tuple({one.id for _, o in tried for one in o})))
    return tuple(looked)

"""How is a contradiction told: of which kind is it, and what should stand there?"""

from collections.abc import Iterator, Mapping, Sequence

from reports import numbers
from reports.self_check.findings import ComparedP, Finding, Kind, Rule
from reports.self_check.groups import usual_tests
from reports.self_check.limits import wald_range
from reports.self_check.printed import Contradiction, Printed, shown, where
from reports.self_check.single_numbers import PaperNumbers, beside, proofs
from reports.self_check.sums import Parts, forced

Proofs = Mapping[str, tuple[Rule, Contradiction]]


def errors(
    paper: PaperNumbers, parts: Sequence[Parts], tested: Sequence[ComparedP]
) -> Iterator[Finding]:
    """Every contradiction once; a percentage made to add to 100 is called so."""
    found = proofs(paper)
    usual = usual_tests(tested)
    made = {id_ for one in parts for id_ in forced(one, found)}
    for entry in paper.printed:
        if entry.id not in found or _told_elsewhere(entry, paper, found):
            continue
        rule, proof = found[entry.id]
        kind = Kind.TWO_WAYS if rule is Rule.OTHER_PLACE else Kind.WRONG
        sentence = proof.sentence
        if entry.id in made:
            kind, sentence = Kind.FORCED, f"{sentence} It is what the others leave of 100."
        printed = f"{shown(entry)}%" if entry.unit == "%" else shown(entry)
        instead = (
            _by_test(paper.tested[entry.id], usual[entry.table])
            if rule is Rule.COUNT_TEST
            else _instead(rule, entry, paper, proof)
        )
        yield Finding(kind, (entry.id,), entry.table, where(entry), printed, sentence, instead)


def _told_elsewhere(entry: Printed, paper: PaperNumbers, found: Proofs) -> bool:
    """Is the number only printed in two ways, and told where it stands last?"""
    if found[entry.id][0] is not Rule.OTHER_PLACE:
        return False
    others = [one for one in paper.by_key[entry.key] if one.id in found]
    return entry.id != others[-1].id


def _by_test(here: ComparedP, test: str) -> str:
    """The P of the test that the other P values of the table are; "" when they are none."""
    p = next((fit.p for fit in here.fits if fit.test == test), None)
    return "" if p is None else f"{numbers.p_value(p)} by {test}"


def _instead(rule: Rule, entry: Printed, paper: PaperNumbers, proof: Contradiction) -> str:
    """What the other numbers allow in the place of a printed one."""
    if rule is Rule.OTHER_PLACE:
        return shown(paper.first[entry.key])
    low, high = proof.lowest, proof.highest
    if rule is Rule.WALD:  # without the tolerance that our own number is given
        ratio, lower, upper = beside(rule, entry, paper) or ()
        low, high = wald_range(ratio, lower, upper)
    joint = " or " if proof.values else " to "
    told = (_told(value, entry, rule) for value in proof.values or (low, high))
    return joint.join(dict.fromkeys(told))


def _told(value: float, entry: Printed, rule: Rule) -> str:
    if entry.unit == "p":
        return numbers.p_value(value, "10^-5")
    if rule is Rule.PERCENTAGE:
        return numbers.percent(value, entry.places)
    return f"{round(value, 6):g}" + ("%" if entry.unit == "%" else "")

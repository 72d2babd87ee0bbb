"""What is wrong in a whole paper, and how many of its numbers were looked at by which rule?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reports.self_check.errors import errors
from reports.self_check.findings import ComparedP, Finding, Kind, Looked, Rule
from reports.self_check.groups import remarks_on_tests, without_exact
from reports.self_check.means import mean_blocks, remark_on_means
from reports.self_check.percentages import remarks_on
from reports.self_check.printed import Contradiction, Printed
from reports.self_check.rules import Rules
from reports.self_check.single_numbers import PaperNumbers, arranged, looked_at, proofs
from reports.self_check.sums import Parts, against_hundred, against_whole, parts_of


@dataclass(frozen=True)
class PaperCheck:
    """Every finding of a paper, and what was looked at.

    printed : how many numbers the paper prints. looked : how many of them were tried by each rule.
    untouched : how many of them no rule could use. tested : the P values beside those of every
    test of their counts. not_exact : the rows of those whose exact test was too large to be tried.
    """

    printed: int
    looked: tuple[tuple[Rule, int], ...]
    untouched: int
    findings: tuple[Finding, ...]
    tested: tuple[ComparedP, ...]
    not_exact: tuple[str, ...]

    def by_table(self) -> tuple[tuple[str, tuple[Finding, ...]], ...]:
        """The findings under the table they stand in, in the order of the paper."""
        tables = dict.fromkeys(finding.table for finding in self.findings)
        return tuple(
            (table, tuple(one for one in self.findings if one.table == table)) for table in tables
        )


def contradictions(entries: Iterable[Printed], rules: Rules) -> dict[str, Contradiction]:
    """The contradictions of a paper, by the id of the number."""
    return {id_: proof for id_, (_, proof) in proofs(arranged(entries, rules)).items()}


def check(entries: Iterable[Printed], rules: Rules) -> PaperCheck:
    """Everything that can be said of a paper's printed numbers."""
    paper = arranged(entries, rules)
    parts = tuple(parts_of(paper.first, rules, paper.shares))
    looked = (*looked_at(paper), *_sums(parts), *_means(paper))
    pairs = tuple(paper.tested.values())
    findings = (
        *errors(paper, parts, pairs),
        *(finding for look in looked for finding in look.findings),
        *_explained(paper, parts),
        *remarks_on_tests(pairs),
    )
    by_rule = {rule: {id_ for l in looked if l.rule is rule for id_ in l.ids} for rule in Rule}
    used = {id_ for look in looked for id_ in (*look.ids, *look.beside)}
    return PaperCheck(
        printed=len(paper.printed),
        looked=tuple((rule, len(ids)) for rule, ids in by_rule.items() if ids),
        untouched=sum(entry.id not in used for entry in paper.printed),
        findings=_in_order(paper, findings),
        tested=pairs,
        not_exact=tuple(one.row for one in pairs if without_exact(one)),
    )


def _sums(parts: Sequence[Parts]) -> Iterator[Looked]:
    for one in parts:
        found = against_whole(one)
        ids = tuple(count.id for count in one.counts)
        yield Looked(Rule.SUM, ids, (one.whole.id,), (found,) if found else ())
        if one.of is not None:
            found = against_hundred(one)
            ids = tuple(share.id for share in one.percentages)
            yield Looked(Rule.PERCENTAGES, ids, (), (found,) if found else ())


def _means(paper: PaperNumbers) -> Iterator[Looked]:
    for groups in paper.rules.groups:
        for block in mean_blocks(paper.first, groups):
            found = remark_on_means(block)
            p, *others = (entry.id for entry in block.printed)
            if found is not None:
                yield Looked(Rule.MEAN_TEST, (p,), tuple(others), (found,))


def _explained(paper: PaperNumbers, parts: Sequence[Parts]) -> Iterator[Finding]:
    """Percentages that are possible, but truncated or of another whole than named."""
    wholes = {share.key: one.whole for one in parts for share in one.percentages}
    for key, whole in paper.rules.denominators.items():
        if whole in paper.first:
            wholes[key] = paper.first[whole]
    for entry in paper.printed:
        if entry.id in paper.shares:
            yield from remarks_on(entry, paper.shares[entry.id], wholes.get(entry.key))


def _in_order(paper: PaperNumbers, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """In the order of the paper; of one number the gravest first."""
    place = {entry.id: at for at, entry in enumerate(paper.printed)}
    kinds = list(Kind)
    tables = {entry.table: at for at, entry in reversed(list(enumerate(paper.printed)))}
    return tuple(
        sorted(findings, key=lambda f: (tables[f.table], kinds.index(f.kind), place[f.ids[0]]))
    )

"""How does each number stand to the printed one, and what stands beside it when nobody compares?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reports.published import Paper, compare, count_verdicts
from reports.results import Comparison, Row, Table, Value, Verdict


@dataclass(frozen=True, eq=False)
class Compared:
    """Our values with what is printed in their places.

    judged : the patients are the paper's, so each number has its verdict. values : by key.
    """

    judged: bool
    values: Mapping[str, Value]
    comparisons: tuple[Comparison, ...]
    verdicts: dict[str, int]

    def value(self, value: Value) -> Value:
        """A value with the printed one beside it."""
        return self.values.get(value.key, value) if value.key else value

    def table(self, table: Table) -> Table:
        """A table with the printed values beside its own."""
        rows = tuple(
            Row(row.label, tuple(map(self._cell, row.cells)), row.indent, row.heading)
            for row in table.rows
        )
        return replace(table, rows=rows)

    def _cell(self, value: Value | None) -> Value | None:
        return None if value is None else self.value(value)


def compared(paper: Paper | None, answers: dict[str, Value], judged: bool) -> Compared:
    """Every answer beside the paper's number, with a verdict when the patients are the paper's."""
    if not judged:
        return Compared(False, _beside(answers, paper), (), count_verdicts((), {}, paper))
    comparisons = compare(paper, answers) if paper else ()
    verdicts = count_verdicts(comparisons, answers, paper)
    return Compared(True, _judged(answers, paper, comparisons), comparisons, verdicts)


def _beside(answers: Mapping[str, Value], paper: Paper | None) -> dict[str, Value]:
    """Our values with the number that the paper prints in each place, and no word on the two."""
    printed = paper.by_key() if paper else {}
    return {
        key: replace(answers[key], printed=entries[0].printed)
        for key, entries in printed.items()
        if key in answers
    }


def _judged(
    answers: Mapping[str, Value], paper: Paper | None, comparisons: tuple[Comparison, ...]
) -> dict[str, Value]:
    """Every value with the printed number that stands in its place, and the verdict."""
    if paper is None:
        return {}
    by_id = {comparison.id: comparison for comparison in comparisons}
    printed = paper.by_key()
    found: dict[str, Value] = {}
    for key, value in answers.items():
        if key not in printed:
            word = None if value.value is None else Verdict.NOT_PRINTED
            found[key] = replace(value, verdict=word)
            continue
        entry = printed[key][0]
        found[key] = replace(
            value,
            printed=entry.printed,
            verdict=by_id[entry.id].verdict,
            tolerance=entry.tolerance,
            footnote=value.footnote or _proof(paper, entry.id, by_id[entry.id].verdict),
        )
    return found


def _proof(paper: Paper, entry_id: str, word: Verdict) -> str | None:
    if word is Verdict.PAPER_DISAGREES:
        return paper.contradictions[entry_id].sentence
    return None

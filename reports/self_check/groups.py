"""Which test of the printed counts is a printed P value, and is there any?"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reports import numbers
from reports.self_check.count_tests import (
    LINEAR,
    MID_ONE,
    MID_TWO,
    ONE_SIDED,
    OTHER_SIDE,
    PEARSON,
    RANKS,
    RATIO,
    TWO_SIDED,
    YATES,
    affordable,
    p_values,
)
from reports.self_check.findings import ComparedP, Finding, Fit, Kind
from reports.self_check.printed import Contradiction, Printed, fits, shown
from reports.self_check.rules import Groups

# The more usual test is named where several give the printed number.
USUAL = (
    TWO_SIDED,
    PEARSON,
    ONE_SIDED,
    YATES,
    RATIO,
    LINEAR,
    RANKS,
    MID_TWO,
    MID_ONE,
    OTHER_SIDE,
)
ONE_SIDED_TESTS = (ONE_SIDED, MID_ONE, OTHER_SIDE)
SIGNIFICANT = 0.05
FEWEST = 2  # P values that one test must explain before it is called the test of the table


@dataclass(frozen=True)
class CountBlock:
    """The counts of a block by level and group; a cell is None where our copy has no number."""

    name: str
    label: str
    p: Printed | None
    cells: Mapping[str, Mapping[str, Printed | None]]
    sizes: Mapping[str, int | None]
    apart: bool

    @property
    def printed(self) -> tuple[Printed, ...]:
        """Every printed count."""
        rows = self.cells.values()
        return tuple(cell for row in rows for cell in row.values() if cell is not None)

    def of_group(self, group: str) -> list[Printed | None]:
        """The counts of one group, by level."""
        return [row[group] for row in self.cells.values()]

    def counts(self) -> list[list[int]] | None:
        """The table to be tested, a row a level; None where the printed numbers do not give it.

        One count of a group that is not printed is what the others leave of the group. A level
        alone is tested against the rest of its group. Patients whose value is not known, the
        level "missing", are not compared.
        """
        if self.apart:
            return None
        columns = [self._column(group) for group in self.sizes]
        if any(column is None for column in columns):
            return None
        return [list(row) for row in zip(*(c for c in columns if c is not None), strict=True)]

    def _column(self, group: str) -> list[int] | None:
        missing = self.cells.get("missing", {}).get(group)
        cells = [row[group] for level, row in self.cells.items() if level != "missing"]
        size = self.sizes[group]
        if size is not None and missing is not None:
            size -= int(missing.value)
        known = [int(cell.value) for cell in cells if cell is not None]
        rest = None if size is None else size - sum(known)
        lost = len(cells) - len(known)
        if (rest is not None and rest < 0) or lost > 1 or (lost and rest is None):
            return None
        filled = [rest or 0 if cell is None else int(cell.value) for cell in cells]
        if len(cells) > 1:
            return filled
        return None if rest is None else [*filled, rest]


def count_blocks(first: Mapping[str, Printed], groups: Groups) -> Iterator[CountBlock]:
    """Every block of counts of a table of groups."""
    sizes = {
        group: int(first[key].value) if key in first else None
        for group, key in groups.sizes.items()
    }
    found: dict[str, dict[str, dict[str, Printed | None]]] = {}
    for key, entry in first.items():
        if not key.startswith(groups.beginning) or not key.endswith(".n"):
            continue
        where, _, group = key[len(groups.beginning) : -len(".n")].rpartition(".")
        block, _, level = where.partition(".")
        if group in sizes and level:
            levels = found.setdefault(block, {})
            levels.setdefault(level, dict.fromkeys(sizes))[group] = entry
    for block, levels in found.items():
        stem = f"{groups.beginning}{block}"
        p = first.get(f"{stem}.p", first.get(f"{stem}.p1"))
        cells = (cell for row in levels.values() for cell in row.values() if cell is not None)
        label = p.row if p else next(cells).row.partition(":")[0]
        yield CountBlock(block, label, p, levels, sizes, block in groups.apart)


def tested_blocks(blocks: Mapping[str, CountBlock]) -> dict[str, ComparedP]:
    """The printed P values beside those of every test of their counts, by the id of the P value.

    Where the exact tests of a paper are too many, the dearest are left out.
    """
    counts = {id_: table for id_, block in blocks.items() if (table := block.counts()) is not None}
    exact = affordable(counts)
    found = {id_: _tested(blocks[id_], table, id_ in exact) for id_, table in counts.items()}
    return {id_: one for id_, one in found.items() if one is not None}


def _tested(block: CountBlock, counts: list[list[int]], exact: bool) -> ComparedP | None:
    found = p_values(counts, exact=exact)
    if block.p is None:
        return None
    if not found:
        return None
    columns = " / ".join(", ".join(map(str, column)) for column in zip(*counts, strict=True))
    fitting = tuple(
        Fit(test, found[test], fits(block.p, found[test])) for test in USUAL if test in found
    )
    return ComparedP(block.p.id, block.p.table, block.label, shown(block.p), columns, fitting)


def without_exact(found: ComparedP) -> bool:
    """Was the exact test too large to be tried?"""
    return not any(fit.test == TWO_SIDED for fit in found.fits)


def against_tests(found: ComparedP) -> Contradiction | None:
    """A P value that no test of the printed counts can give, neither rounded nor truncated.

    Nobody is accused where the exact test is too large to be tried.
    """
    if any(fit.how for fit in found.fits) or without_exact(found):
        return None
    told = ", ".join(f"{fit.test} {p_text(fit.p)}" for fit in found.fits)
    sentence = (
        f"The paper prints P {found.printed}; no test of its own counts {found.numbers} gives it: "
        f"{numbers.count(len(found.fits))} were tried, {told}."
    )
    values = tuple(sorted(fit.p for fit in found.fits))
    return Contradiction(sentence, values[0], values[-1], values=values)


def remarks_on_tests(found: Sequence[ComparedP]) -> list[Finding]:
    """Which test the P values of a table are, and what changes where it is one-sided."""
    remarks = []
    for table, test in usual_tests(found).items():
        here = [one for one in found if one.table == table]
        remarks += [_usual_test_told(here, test)] if test else []
        remarks += [flip for one in here if (flip := _one_sided(one, test)) is not None]
    return remarks


def usual_test(found: Sequence[ComparedP]) -> str:
    """The test that explains most of the P values; "" when none explains two of them."""
    explained = Counter(fit.test for one in found for fit in one.fits if fit.how)
    best = max(USUAL, key=lambda test: (explained[test], -USUAL.index(test)))
    return best if explained[best] >= FEWEST else ""


def usual_tests(found: Sequence[ComparedP]) -> dict[str, str]:
    """The usual test of each table."""
    by_table: dict[str, list[ComparedP]] = {}
    for one in found:
        by_table.setdefault(one.table, []).append(one)
    return {table: usual_test(here) for table, here in by_table.items()}


def named(one: ComparedP, test: str = "") -> Fit | None:
    """The test a P value is: that of the table, else the most usual that gives the number."""
    fitting = [fit for fit in one.fits if fit.how]
    of_table = [fit for fit in fitting if fit.test == test]
    return next(iter((*of_table, *fitting)), None)


def _usual_test_told(here: Sequence[ComparedP], test: str) -> Finding:
    explained = [one for one in here if any(fit.test == test and fit.how for fit in one.fits)]
    alone = [one for one in explained if sum(bool(fit.how) for fit in one.fits) == 1]
    asked = sum(any(fit.test == test for fit in one.fits) for one in here)
    sentence = f"{len(explained)} of the {asked} P values to which it applies are {test}"
    if alone:
        sentence += f"; {len(alone)} of them fit no other test that was tried"
    sentence += f" ({_numbers_tried(here)} were tried on each)"
    rows = ", ".join(one.row for one in explained)
    printed = ", ".join(one.printed for one in explained)
    ids = tuple(one.id for one in explained)
    return Finding(Kind.TEST, ids, here[0].table, rows, printed, f"{sentence}.")


def tried(one: ComparedP) -> str:
    """How many of the tests tried give a printed P value, and which: the more, the less it tells."""
    giving = [fit.test for fit in one.fits if fit.how]
    of = numbers.count(len(one.fits))
    if not giving:
        return f"none of {of} tests tried gives it"
    if len(giving) == 1:
        return f"one of {of} tests tried gives it"
    return f"{len(giving)} of {of} tests tried give it: {'; '.join(giving)}"


def _numbers_tried(here: Sequence[ComparedP]) -> str:
    """ "10 tests", or "5 to 10 tests"."""
    counts = sorted({len(one.fits) for one in here})
    return f"{' to '.join(map(str, dict.fromkeys((counts[0], counts[-1]))))} tests"


def _one_sided(one: ComparedP, test: str) -> Finding | None:
    """A P value below 0.05 that is so on one side only."""
    fit = named(one, test)
    both = next((other.p for other in one.fits if other.test == TWO_SIDED), None)
    if fit is None or fit.test not in ONE_SIDED_TESTS or both is None:
        return None
    if fit.p >= SIGNIFICANT or both < SIGNIFICANT:
        return None
    sentence = (
        f"P {one.printed} is {fit.test} ({p_text(fit.p)}): {tried(one)}. Two-sided it is "
        f"{p_text(both)}, which is not below 0.05."
    )
    return Finding(
        Kind.ONE_SIDED, (one.id,), one.table, one.row, one.printed, sentence, p_text(both)
    )


def p_text(p: float) -> str:
    """A P value with enough digits to be held against a printed one."""
    return numbers.decimals(p, 4) if 0.001 <= p < 0.1 else numbers.p_value(p, "10^-5")

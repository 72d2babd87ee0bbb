"""What would become of each line of a table? Judged with the other lines of its patient; writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from registry.actions.further_errors import (
    hangs_on,
    hidden_by,
    main_date,
    may_be_judged_further,
    read_as_unknown,
    without_records,
)
from registry.actions.line_findings import answers_named, finding_of, gathered, told_of_none
from registry.actions.placed_lines import Placed, path_of
from registry.actions.plan import Plan, plan_case, walk
from registry.actions.same_person import examined
from registry.dictionary.case import Record
from registry.dictionary.reading import merge, write_record
from registry.dictionary.values import Answer
from registry.exchange.cases import at, case_of_row, laid_together
from registry.exchange.columns import KEY
from registry.exchange.lines import FindingJson, Layout, Line, finding
from registry.exchange.told_apart import NoPlace, spelt_as
from registry.models import DICTIONARY, ImportRow
from registry.records import Path, StoredCase
from registry.validation import Finding

Outcome = ImportRow.Outcome


@dataclass(frozen=True)
class Judged:
    """What would become of one line. `case` is what it says, as JSON of the API; None if unreadable.

    adds, changes : the kinds of records that would be added with this line, or changed.
    """

    line: Line
    key: str
    outcome: str
    findings: list[FindingJson]
    case: dict[str, object] | None = None
    adds: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()


class _Group:
    """The lines of one patient, and what is stored of the patient."""

    def __init__(self, layout: Layout, stored: StoredCase, key: str, today: date) -> None:
        self.layout, self.stored, self.today = layout, stored, today
        self.root = replace(stored.root, key=key)
        self.key = key
        self.done: dict[int, Judged] = {}
        self.placed: list[Placed] = []
        self.plan: Plan | None = None
        self.added: set[Path] = set()
        self.undated: set[int] = set()

    def settle(self, lines: Sequence[Line]) -> None:
        """Find out which lines can be taken, and what they would come to, in `plan`.

        Lines that cannot be taken are put aside one after the other, each with its reason, until
        the judge accepts what is left; so a bad line keeps no good one of the patient out. What
        else is wrong with them is found out at last, beside those that can be taken.
        """
        for line in lines:
            if line.problems:
                self._reject(line, [one.finding for one in line.problems])
        self._settle_the_readable(lines)
        more = [one for one in lines if one.problems and may_be_judged_further(one)]
        self._judge_further([*more, *(one for one in lines if one.line in self.undated)])

    def _settle_the_readable(self, lines: Sequence[Line]) -> None:
        while self._place([one for one in lines if one.line not in self.done]):
            if self._contradictions() or self._repetitions():
                continue
            self.plan = self._plan()
            if self.plan is None or not self.plan.blocked:
                return
            self._blame(self.plan)
        self.plan = None

    def verdicts(self, plan: Plan | None) -> list[Judged]:
        """The verdict on every line; `plan` is the own one, with what else is found of the patient."""
        for one in self.placed:
            self._accept(one, plan)
        return [self.done[number] for number in sorted(self.done)]

    def _place(self, lines: Sequence[Line]) -> bool:
        """Give every record of these lines its place; False when no line is left."""
        self.placed, known = [], self.root
        for line in lines:
            if self.stored.patient is None and not _anything(line):
                says = _("The line says nothing about a patient whom the registry does not know")
                self._reject(line, [finding(says, self.layout.places.get(KEY))])
                continue
            try:
                root = spelt_as(known, case_of_row(line, self.layout, known, self.root))
            except NoPlace as refusal:
                self._reject(line, [refusal.problem.finding])
                if refusal.undated:
                    self.undated.add(line.line)
                continue
            self.placed.append(Placed(line, root))
            known = merge(known, root)
        return bool(self.placed)

    def _judge_further(self, lines: Sequence[Line]) -> None:
        """Tell what else is wrong with lines of which cells cannot be read, or records lack their
        date, but for what only comes from these cells and records."""
        known = self.root
        for one in self.placed:
            known = merge(known, one.root)
        tried, supposed, left_out = [], {}, {}
        for line in lines:
            number = line.line
            placed, supposed[number], left_out[number] = self._placed_in_part(line, known)
            if placed:
                tried.append(placed)
                known = merge(known, placed.root)
        if not tried:
            return
        taken = [one.root for one in (*self.placed, *tried)]
        plan = plan_case(self.stored, laid_together(taken), self.today)
        told = self._errors_of(plan, tried)
        for one in tried:
            number = one.line.line
            more = [
                says
                for error, says in told.get(number, ())
                if not hangs_on(error, supposed[number], left_out[number])
            ]
            before = self.done[number]
            findings = [*before.findings, *gathered(more, self.layout.headers)]
            self.done[number] = replace(before, findings=findings)

    def _placed_in_part(
        self, line: Line, known: Record
    ) -> tuple[Placed | None, AbstractSet[str], AbstractSet[str]]:
        """The line with "unknown" in the cells that cannot be read, as far as it has its place; the
        answers that are unknown so, and the kinds of records that are left out.

        A date without which a record has no place is one more thing to correct, and unknown till
        then. A record that has none otherwise is left out: one more thing to correct, unless it
        may come from a cell that cannot be read.
        """
        unread = line.unread(self.layout)
        whole = tried = read_as_unknown(line, unread)
        # Each attempt gives a kind of record its date or leaves it out.
        for _attempt in range(2 * len(DICTIONARY.types)):
            try:
                root = case_of_row(tried, self.layout, known, self.root, unread)
            except NoPlace as refusal:
                hidden = hidden_by(refusal, unread) & tried.answers.keys()
                if not hidden:
                    self._tell(line, refusal.problem.finding)
                    if dates := main_date(refusal):
                        unread |= dates
                        tried = read_as_unknown(tried, dates)
                        continue
                tried = without_records(tried, hidden or {refusal.type_name})
                continue
            gone = whole.answers.keys() - tried.answers.keys()
            return Placed(line, spelt_as(known, root)), unread, gone
        return None, unread, frozenset()

    def _tell(self, line: Line, told: FindingJson) -> None:
        before = self.done[line.line]
        if told not in before.findings:
            self.done[line.line] = replace(before, findings=[*before.findings, told])

    def _contradictions(self) -> bool:
        """Two lines that answer one question differently: which is right, nobody can tell."""
        first: dict[tuple[Path, str], Placed] = {}
        told: dict[int, list[FindingJson]] = defaultdict(list)
        for one in self.placed:
            for place, answer in one.claims.items():
                other = first.setdefault(place, one)
                if other.claims[place] != answer:
                    column = self._column(place[0], place[1])
                    for mine, its in ((one, other), (other, one)):
                        says = _("Line %s says something else of the same") % its.line.line
                        told[mine.line.line].append(finding(says, column))
        for one in self.placed:
            if one.line.line in told:
                self._reject(one.line, told[one.line.line], one.root)
        return bool(told)

    def _repetitions(self) -> bool:
        """Lines that say nothing but what an earlier one says."""
        first: dict[frozenset[tuple[tuple[Path, str], Answer]], int] = {}
        before = len(self.done)
        for one in self.placed:
            line = one.line.line
            earlier = first.setdefault(frozenset(one.claims.items()), line)
            if earlier != line:
                told = finding(_("The same as line %s") % earlier, severity="query")
                self.done[line] = self._judged(one, Outcome.SAME, [told])
        return len(self.done) > before

    def _plan(self) -> Plan | None:
        """What the judge says of the patient with these lines; None when nothing would change."""
        if self.stored.patient and not any(self._news(one) for one in self.placed):
            return None
        incoming = laid_together(one.root for one in self.placed)
        return plan_case(self.stored, incoming, self.today)

    def _news(self, one: Placed) -> bool:
        """Does the line say anything that is not stored?"""
        return any(
            (record := at(self.root, path)) is None or record.answers.get(item) != answer
            for (path, item), answer in one.claims.items()
        )

    def _blame(self, plan: Plan) -> None:
        """Reject the lines that the errors are about; every line, where no one can tell."""
        told = self._errors_of(plan, self.placed, or_all=True)
        for one in self.placed:
            if mine := [says for _error, says in told.get(one.line.line, ())]:
                self._reject(one.line, gathered(mine, self.layout.headers), one.root)

    def _errors_of(
        self, plan: Plan, lines: Sequence[Placed], *, or_all: bool = False
    ) -> dict[int, list[tuple[Finding, FindingJson]]]:
        """By line: the errors that are about it, each with what is said of it."""
        told: dict[int, list[tuple[Finding, FindingJson]]] = defaultdict(list)
        for error in (one for one in plan.findings if one.blocks):
            for one in self._about(plan, error, lines) or (lines if or_all else ()):
                told[one.line.line].append((error, self._told(plan, one, error)))
        return told

    def _about(self, plan: Plan, found: Finding, lines: Sequence[Placed]) -> list[Placed]:
        """The lines that a finding is about: those that gave its answers, or the record."""
        path = path_of(plan.merged, found.pointer)
        asked = set(answers_named(found))
        giving = [one for one in lines if asked & one.given]
        here = [one for one in lines if path and any(p == path for p, _item in one.claims)]
        numbers = {one.line.line for one in giving}
        return [one for one in here if one.line.line in numbers] or here or giving

    def _told(self, plan: Plan, one: Placed, found: Finding) -> FindingJson:
        """The finding at the cells of the line that it speaks of."""
        path = path_of(plan.merged, found.pointer)
        mine = any(its == path for its, _item in one.claims)
        return finding_of(found, self.layout, one.given, plan.merged if mine else None, path)

    def _accept(self, one: Placed, plan: Plan | None) -> None:
        outcome = self._outcome(one)
        told = [] if outcome == Outcome.SAME else [doubt.warning for doubt in one.line.doubts]
        if outcome != Outcome.SAME:
            told += told_of_none(one.line, one.root, self.root, self.layout)
        if plan and outcome != Outcome.SAME:
            for found in plan.findings:
                about = self._about(plan, found, self.placed) if found.open else ()
                if any(one is its for its in about):
                    told.append(self._told(plan, one, found))
        judged = self._judged(one, outcome, told)
        self.done[one.line.line] = replace(judged, **self._would(one))

    def _would(self, one: Placed) -> dict[str, tuple[str, ...]]:
        """The kinds of records that would be added with this line, or changed by it."""
        adds, changes = dict[str, None](), dict[str, None]()
        for path, record in walk(one.root):
            known = at(self.root, path) if path or self.stored.patient else None
            if known is None and path not in self.added:
                self.added.add(path)
                adds[record.type] = None
            elif known is not None and any(
                known.answers.get(item) != answer for item, answer in record.answers.items()
            ):
                changes[record.type] = None
        return {"adds": tuple(adds), "changes": tuple(changes)}

    def _outcome(self, one: Placed) -> str:
        """New: the patient, or every record that the line brings. Changed: some of it differs."""
        if self.stored.patient is None:
            return Outcome.NEW
        paths = {path for path, _record in walk(one.root) if path}
        known = {path for path in paths if at(self.root, path)}
        own = {path for path, _item in one.claims if path}
        if own and not own & known:
            return Outcome.NEW
        return Outcome.CHANGED if self._news(one) or paths - known else Outcome.SAME

    def _column(self, path: Path, item: str) -> int | None:
        return self.layout.place(path[-1][0] if path else "patient", item)

    def _judged(self, one: Placed, outcome: str, findings: list[FindingJson]) -> Judged:
        return Judged(one.line, self.key, outcome, findings, write_record(DICTIONARY, one.root))

    def _reject(self, line: Line, told: list[FindingJson], root: Record | None = None) -> None:
        case = write_record(DICTIONARY, root) if root else None
        self.done[line.line] = Judged(line, self.key, Outcome.REJECTED, told, case)


def judge_patients(
    patients: Sequence[tuple[Sequence[Line], str, StoredCase]],
    layout: Layout,
    *,
    centre_id: int,
    today: date,
) -> list[Judged]:
    """The verdict on each line of these patients: their lines, their number, and what is stored.

    All lines of a patient are judged together. Inside the centre's scope.
    """
    groups = []
    for lines, key, stored in patients:
        group = _Group(layout, stored, key, today)
        group.settle(lines)
        groups.append(group)
    planned = [one for one in groups if one.plan]
    plans = examined([one.plan for one in planned if one.plan], centre_id)
    told = dict(zip(map(id, planned), plans, strict=True))
    return [one for group in groups for one in group.verdicts(told.get(id(group)))]


def _anything(line: Line) -> bool:
    """Does the line give an answer? To clear what is not there is none."""
    return any(answer is not None for own in line.answers.values() for answer in own.values())

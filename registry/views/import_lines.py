"""What does a page show of the lines of an uploaded table? Cells, sentences and what would change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from registry.actions.correct_cell import CORRECTED_IN
from registry.actions.plan import walk
from registry.audit import CONCEALED
from registry.dates import iso_dates_retyped
from registry.dictionary.reading import read_case
from registry.exchange.cases import at
from registry.exchange.columns import CENTRE, KEY, PSEUDONYM, item_of
from registry.forms.saved import words_of
from registry.models import DICTIONARY, ImportFile, ImportRow, Patient, User
from registry.permissions import may_edit, may_see_identity
from registry.records import StoredCase, load_cases

Outcome = ImportRow.Outcome
IMPORTED = "imported"
TOLD = ("error", "warning", "query")


@dataclass(frozen=True)
class Said:
    """A sentence about a line. `place` and `column` are of the cell concerned; "" is the header of none."""

    severity: str
    place: object
    column: str
    says: str
    values: str


@dataclass(frozen=True)
class Cell:
    """What stands in a cell. `state` is "", or the gravest that is said of it."""

    place: int
    header: str
    text: str
    state: str
    hidden: bool
    said: str


@dataclass(frozen=True)
class Change:
    """An answer that would change."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Shown:
    """One line of the table."""

    row: ImportRow
    pseudonym: str
    cells: Sequence[Cell]
    said: Sequence[Said]
    changes: Sequence[Change] = ()


class Lines:
    """The lines of one file as this reader may see them."""

    def __init__(self, file: ImportFile, user: User) -> None:
        self.file = file
        self.identity = may_see_identity(user, file.centre_id)
        self.editable = may_edit(user, file.centre_id) and file.state in CORRECTED_IN

    @cached_property
    def counts(self) -> dict[str, int]:
        """Lines by outcome, of those that are not stored yet; and IMPORTED."""
        left = Q(submission=None)
        asked = {one: Count("pk", filter=left & Q(outcome=one)) for one in Outcome.values}
        counted: dict[str, int] = self.file.lines.aggregate(**asked, imported=Count("submission"))
        return counted

    @property
    def ready(self) -> int:
        """Lines that the button would store."""
        return self.counts[Outcome.NEW] + self.counts[Outcome.CHANGED]

    @property
    def words(self) -> dict[str, str]:
        """What the tabs are called, by outcome."""
        return {
            Outcome.NEW.value: _("New"),
            Outcome.CHANGED.value: _("Changed"),
            Outcome.SAME.value: _("The same"),
            Outcome.REJECTED.value: _("To correct"),
        }

    @property
    def tabs(self) -> list[tuple[str, str, int]]:
        """Name, words and count of each tab."""
        tabs = [(one, text, self.counts[one]) for one, text in self.words.items()]
        if self.counts[IMPORTED]:
            tabs.append((IMPORTED, _("Imported"), self.counts[IMPORTED]))
        return tabs

    def tab(self, wanted: str) -> str:
        """The tab that is shown: the one asked for, else what is to be corrected, else what there is."""
        names = [name for name, _words, _count in self.tabs]
        if wanted in names:
            return wanted
        first = [Outcome.REJECTED, Outcome.NEW, Outcome.CHANGED, IMPORTED, Outcome.SAME]
        return next((str(one) for one in first if self.counts[one]), str(Outcome.REJECTED))

    def of(self, tab: str) -> Iterable[ImportRow]:
        """The rows of a tab, in the order of the file."""
        if tab == IMPORTED:
            return self.file.lines.filter(submission__isnull=False)
        return self.file.lines.filter(submission=None, outcome=tab)

    def shown(self, rows: Iterable[ImportRow], tab: str) -> list[Shown]:
        """What a page of a tab shows."""
        rows = list(rows)
        patients = self._patients(rows)
        stored = load_cases(patients.values()) if tab == Outcome.CHANGED else {}
        out = []
        for row in rows:
            patient = patients.get(row.key)
            case = stored.get(patient.pk) if patient else None
            out.append(
                Shown(
                    row=row,
                    pseudonym=patient.pseudonym if patient else "",
                    cells=self._cells(row),
                    said=self._said(row),
                    changes=list(self._changes(row, case)) if case else (),
                )
            )
        return out

    @property
    def headers(self) -> list[str]:
        """What stands above the columns."""
        return [one["header"] for one in self.file.columns]

    def _patients(self, rows: Iterable[ImportRow]) -> Mapping[str, Patient]:
        keys = {one.key for one in rows if one.key}
        found = Patient.objects.filter(centre=self.file.centre_id, key__in=keys)
        return {one.key: one for one in found}

    def _hidden(self, place: int) -> bool:
        """Whether a column may say who the patient is; of one that is left out nobody knows."""
        target = self.file.columns[place]["target"] if place < len(self.file.columns) else ""
        if self.identity or target in (KEY, PSEUDONYM, CENTRE):
            return False
        found = item_of(target)
        return found is None or found[1].identifying

    def _cells(self, row: ImportRow) -> list[Cell]:
        about: dict[int, list[Mapping[str, object]]] = defaultdict(list)
        for one in row.findings:
            if isinstance(one["column"], int):
                about[one["column"]].append(one)
        headers = self.headers
        cells = []
        for place, text in enumerate(row.texts):
            own, hidden = about[place], self._hidden(place)
            header = headers[place] if place < len(headers) else ""
            severities = {str(one["severity"]) for one in own}
            cells.append(
                Cell(
                    place=place,
                    header=header or _("Column %s") % (place + 1),
                    text=(CONCEALED if text else "") if hidden else iso_dates_retyped(text),
                    state=next((one for one in TOLD if one in severities), ""),
                    hidden=hidden,
                    said="; ".join(str(one["says"]) for one in own),
                )
            )
        return cells

    def _said(self, row: ImportRow) -> list[Said]:
        headers = self.headers
        return [
            Said(
                severity=str(one["severity"]),
                place=place,
                column=headers[place] if isinstance(place, int) and place < len(headers) else "",
                says=str(one["says"]),
                # Among the values of a rule may be a birth date.
                values=str(one["values"]) if self.identity else "",
            )
            for one in row.findings
            for place in [one["column"]]
        ]

    def _changes(self, row: ImportRow, stored: StoredCase) -> Iterator[Change]:
        """What the line says and the registry does not, or otherwise."""
        if row.case is None:
            return
        for path, record in walk(read_case(DICTIONARY, row.case).record):
            type_, before = DICTIONARY[record.type], at(stored.root, path)
            for name, answer in record.answers.items():
                item = type_.by_name[name]
                old = before.answers.get(name) if before else None
                if old == answer:
                    continue
                hidden = item.identifying and not self.identity
                yield Change(
                    label=f"{type_.label}: {item.label}",
                    old=CONCEALED if hidden else words_of(item, old),
                    new=CONCEALED if hidden else words_of(item, answer),
                )

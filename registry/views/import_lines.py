"""What does a page show of the lines of an uploaded table? Cells, sentences and what would change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cached_property

from django.db.models import Count, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from registry.actions.alike_lines import counted, key_of
from registry.actions.correct_cell import CORRECTED_IN, open_rows
from registry.actions.same_person import IN_THIS_CENTRE
from registry.audit import CONCEALED
from registry.dates import iso_dates_retyped
from registry.exchange.choices import Choices, choices_of
from registry.exchange.columns import CENTRE, KEY, PSEUDONYM, item_of
from registry.exchange.heard import Heard
from registry.exchange.lines import FindingJson, places_of
from registry.models import DICTIONARY, ImportFile, ImportRow, Patient, User
from registry.permissions import may_edit, may_see_identity
from registry.records import load_cases
from registry.views.import_changes import changes_of
from registry.views.import_shapes import READY, Asked, Cell, Column, Said, Shown

Outcome = ImportRow.Outcome
IMPORTED = "imported"
ALIKE = "alike"
NEARLY_ALL = 0.8
"""Where so large a part of the new lines may be persons whom the centre has, its numbers are others."""
MANY = 10
TOLD = ("error", "warning", "query")
MAY_BE_KNOWN = Q(
    outcome__in=READY, findings__contains=[{"rule": IN_THIS_CENTRE, "severity": "query"}]
)
"""Lines that the button would store, and of which it is asked whether the centre has the person already."""
UNKNOWN = "unknown"
"""What a line does that was judged before its deeds were kept."""


class Lines:
    """The lines of one file as this reader may see them."""

    def __init__(self, file: ImportFile, user: User) -> None:
        self.file = file
        self.identity = may_see_identity(user, file.centre_id)
        self.editable = may_edit(user, file.centre_id) and file.state in CORRECTED_IN

    @cached_property
    def counts(self) -> dict[str, int]:
        """Lines by outcome, of those that are not stored yet; ALIKE of those; and IMPORTED."""
        left = Q(submission=None)
        asked = {one: Count("pk", filter=left & Q(outcome=one)) for one in Outcome.values}
        counted: dict[str, int] = self.file.lines.aggregate(
            **asked, alike=Count("pk", filter=left & MAY_BE_KNOWN), imported=Count("submission")
        )
        return counted

    @property
    def nearly_all_known(self) -> bool:
        """May nearly every new line be somebody whom the centre has under another number?"""
        alike = self.counts[ALIKE]
        return alike >= MANY and alike >= NEARLY_ALL * self.counts[Outcome.NEW]

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
        if self.counts[ALIKE]:
            tabs.append((ALIKE, _("Perhaps known"), self.counts[ALIKE]))
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
        left = self.file.lines.filter(submission=None)
        return left.filter(MAY_BE_KNOWN) if tab == ALIKE else left.filter(outcome=tab)

    def shown(self, rows: Iterable[ImportRow], tab: str) -> list[Shown]:
        """What a page of a tab shows."""
        rows = list(rows)
        patients = self._patients(rows)
        alike = counted(open_rows(self.file), (told for one in rows for told in one.findings))
        stored = load_cases(patients.values()) if tab == Outcome.CHANGED else {}
        out = []
        for row in rows:
            patient = patients.get(row.key)
            case = stored.get(patient.pk) if patient else None
            out.append(
                Shown(
                    row=row,
                    pseudonym=patient.pseudonym if patient else "",
                    cells=self._cells(row, alike),
                    said=self._said(row, alike),
                    may_correct=self.editable
                    and tab == Outcome.REJECTED
                    and row.submission_id is None,
                    may_answer=self.editable and row.submission_id is None,
                    changes=list(changes_of(row, case, identity=self.identity)) if case else (),
                )
            )
        return out

    @cached_property
    def columns(self) -> list[Column]:
        """What stands above the columns, and what they mean."""
        return [
            Column(one["header"] or _("Column %s") % place, _meaning(one["target"]))
            for place, one in enumerate(self.file.columns, start=1)
        ]

    @cached_property
    def stays(self) -> int | None:
        """The place of the column that tells whose line it is: it stays in sight beside the number."""
        places = {one["target"]: place for place, one in enumerate(self.file.columns)}
        return places.get(KEY, places.get(PSEUDONYM))

    @cached_property
    def would(self) -> list[tuple[str, str, int]]:
        """What the button would do: "adds" or "changes", the kind of record, and how many.

        Empty as long as this is unknown of any line that the button would store.
        """
        ready = self.file.lines.filter(submission=None, outcome__in=READY).order_by()
        deeds = Coalesce("deeds", Value([UNKNOWN]))
        told = ready.annotate(deed=Func(deeds, function="unnest")).values("deed")
        counted = dict(told.annotate(times=Count("pk")).values_list("deed", "times"))
        if UNKNOWN in counted:
            return []
        return [
            (deed, type_.label, times)
            for deed in ("adds", "changes")
            for type_ in DICTIONARY.types
            if (times := counted.get(f"{deed} {type_.name}"))
        ]

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

    def _cells(self, row: ImportRow, alike: Mapping[Hashable, int]) -> list[Cell]:
        about: dict[int, list[FindingJson]] = defaultdict(list)
        for one in row.findings:
            for place in places_of(one):
                about[place].append(one)
        texts = row.texts
        texts += [""] * (len(self.columns) - len(texts))
        heard = {one.target: one.says for one in map(Heard.of, row.read_as)}
        return [
            self._cell(row.line, place, text, about[place], alike, heard)
            for place, text in enumerate(texts)
        ]

    def _cell(
        self,
        line: int,
        place: int,
        text: str,
        about: Sequence[FindingJson],
        alike: Mapping[Hashable, int],
        heard: Mapping[str, str],
    ) -> Cell:
        hidden = self._hidden(place)
        known = place < len(self.columns)
        target = self.file.columns[place]["target"] if known else ""
        # What lacks a column is answered below the line: nothing is wrong with the cell itself.
        severities = {str(one["severity"]) for one in about if not one.get("asks")}
        unread = next((one for one in about if one.get("unread")), {})
        return Cell(
            id=f"{line}-{place}",
            place=place,
            header=self.columns[place].header if known else _("Column %s") % (place + 1),
            text=(CONCEALED if text else "") if hidden else iso_dates_retyped(text),
            state=next((one for one in TOLD if one in severities), ""),
            hidden=hidden,
            left_out=not target,
            choices=choices_of(target) if "error" in severities else Choices(),
            alike=1 if hidden else alike.get(key_of(unread), 1),
            means=heard.get(target, ""),
        )

    def _said(self, row: ImportRow, alike: Mapping[Hashable, int]) -> list[Said]:
        return [
            Said(
                severity=str(one["severity"]),
                columns=[
                    (place, self.columns[place].header)
                    for place in places_of(one)
                    if place < len(self.columns)
                    # What is answered below the line has no cell, as long as its column is not there.
                    and self.file.columns[place]["target"] != one.get("asks")
                ],
                says=str(one["says"]),
                # Among the values of a rule may be a birth date.
                values=str(one["values"]) if self.identity else "",
                asked=self._asked(row.line, one, alike),
            )
            for one in row.findings
        ]

    def _asked(self, line: int, told: FindingJson, alike: Mapping[Hashable, int]) -> Asked | None:
        target = str(told.get("asks", ""))
        found = item_of(target)
        if found is None:
            return None
        return Asked(
            id=f"{line}-{target.replace('.', '-')}",
            target=target,
            label=found[1].label,
            choices=choices_of(target),
            alike=alike.get(key_of(told), 1),
            added=any(one["target"] == target for one in self.file.columns),
        )


def _meaning(target: str) -> str:
    special = {KEY: _("Own number"), PSEUDONYM: _("Pseudonym"), CENTRE: _("Centre")}
    if found := item_of(target):
        return f"{found[0].label}: {found[1].label}"
    return special.get(target, "")

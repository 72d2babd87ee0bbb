"""Whose line is it, and what would become of it? The lines of a table are sorted by patient and judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from registry.actions.judge_lines import Judged, judge_patients
from registry.dictionary.case import Record
from registry.exchange.columns import CENTRE, KEY, PSEUDONYM, fold
from registry.exchange.lines import Layout, Line, Problem
from registry.models import Centre, Patient
from registry.pseudonym import mistyped
from registry.records import StoredCase, load_cases


@dataclass(frozen=True)
class PatientLines:
    """The lines of one patient in their order; `pk` is None when the patient is new."""

    pk: int | None
    key: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class _Known:
    pk: int
    key: str
    pseudonym: str
    merged_into: int | None


class Register:
    """The centre's patients, found by number (but for case, accents and spaces) or pseudonym."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        names = ("pk", "key", "pseudonym", "merged_into_id")
        rows = Patient.objects.filter(centre=centre).values_list(*names)
        self.by_pk = {row[0]: _Known(*row) for row in rows}
        self.by_key = {one.key: one for one in self.by_pk.values()}
        self.by_pseudonym = {one.pseudonym: one for one in self.by_pk.values()}
        self.by_folded: dict[str, list[_Known]] = defaultdict(list)
        self.by_figures: dict[str, list[_Known]] = defaultdict(list)
        for one in self.by_pk.values():
            self.by_folded[folded(one.key)].append(one)
            if figures := _figures(one.key):
                self.by_figures[figures].append(one)

    def of_key(self, key: str) -> _Known | None:
        """The patient of this number; of several that are alike only the very same."""
        alike = self.by_folded.get(folded(key), [])
        return self.by_key.get(key) or (alike[0] if len(alike) == 1 else None)

    def kept(self, one: _Known) -> _Known:
        """The patient into whom this one was merged, or this one."""
        while one.merged_into is not None:
            one = self.by_pk[one.merged_into]
        return one

    def find(self, line: Line, layout: Layout) -> tuple[Line, _Known | None]:
        """The line with what is wrong about its patient, and the patient; None for a new one."""
        if line.centre and fold(line.centre) not in (
            fold(self.centre.code),
            fold(self.centre.name),
        ):
            says = _("This line is of another centre: a table holds patients of your centre only")
            return line.but(Problem(says, layout.places[CENTRE])), None
        by_number = self.of_key(line.key) if line.key else None
        if not line.pseudonym:
            if (
                line.key
                and by_number is None
                and (alike := self.by_figures.get(_figures(line.key)))
            ):
                says = _("Is it %s? Zeros in front are easily lost: write the number as registered")
                place = layout.places.get(KEY)
                return line.but(Problem(says % " / ".join(one.key for one in alike), place)), None
            return line, by_number and self.kept(by_number)
        known = self.by_pseudonym.get(line.pseudonym)
        place = layout.places[PSEUDONYM]
        if known is None:
            # The same words for a stranger's patient and for nobody's.
            says = _("No patient of your centre has this pseudonym")
            if mistyped(line.pseudonym):
                says = _("This pseudonym is mistyped: no patient can have it")
            return line.but(Problem(says, place)), None
        known = self.kept(known)
        if line.key and (by_number is None or self.kept(by_number) != known):
            says = _("Number and pseudonym are not of the same patient")
            return line.but(Problem(says, place)), None
        return line, known


def folded(key: str) -> str:
    """A hospital's number without what nobody means to say by it (rule 74)."""
    return " ".join(key.casefold().split())


def _figures(key: str) -> str:
    """A number without the zeros in front of it; "" for what is not all figures."""
    bare = folded(key)
    return (bare.lstrip("0") or "0") if bare.isascii() and bare.isdigit() else ""


def by_patient(lines: Iterable[Line], layout: Layout, register: Register) -> list[PatientLines]:
    """The lines of each patient, in the order of their first lines. Inside the centre's scope.

    A line whose patient is in doubt stands alone, with its problem.
    """
    groups: dict[object, list[Line]] = defaultdict(list)
    known: dict[object, _Known | None] = {}
    for line in lines:
        told, patient = register.find(line, layout)
        name: object = patient.pk if patient else ("new", folded(line.key))
        nobody = patient is None and not line.key
        if nobody or len(told.problems) > len(line.problems):
            name = ("line", line.line)
        groups[name].append(told)
        known[name] = patient
    return [
        PatientLines(
            pk=patient.pk if (patient := known[name]) else None,
            key=patient.key if patient else own[0].key,
            lines=tuple(own),
        )
        for name, own in groups.items()
    ]


def judge_lines(patients: Sequence[PatientLines], layout: Layout, centre: Centre) -> list[Judged]:
    """The verdict on every line of these patients. Inside the centre's scope; writes nothing."""
    known = [one.pk for one in patients if one.pk is not None]
    stored = load_cases(Patient.objects.filter(pk__in=known))
    # One who is gone since the lines were sorted is new again; the store will judge.
    cases = [
        (one.lines, one.key, stored.get(one.pk or 0) or StoredCase(Record("patient")))
        for one in patients
    ]
    return judge_patients(cases, layout, centre_id=centre.pk, today=timezone.localdate())

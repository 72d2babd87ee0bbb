"""How does a judged case get into the tables? Planned first, then written in bulk.

The one place that writes clinical rows. Forms, API and import all come through here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone

from registry.dictionary.case import Case, Node, Record
from registry.dictionary.checks import Severity
from registry.dictionary.derived import age_years
from registry.dictionary.language import DICTIONARY_VERSION
from registry.dictionary.reading import merge
from registry.models import (
    DICTIONARY,
    RECORD_MODELS,
    CaseReceipt,
    Centre,
    ClinicalRecord,
    Patient,
    Question,
    Transplant,
)
from registry.pseudonym import new_pseudonym
from registry.records import MODEL_OF, Path, StoredCase, set_answer
from registry.validation import Finding, judge

Outcome = CaseReceipt.Outcome


@dataclass(frozen=True)
class Plan:
    """What is to be written for one case, and what the judge says of the result."""

    stored: StoredCase
    merged: Record
    findings: tuple[Finding, ...]
    fresh: tuple[Path, ...]
    changed: tuple[Path, ...]

    @property
    def outcome(self) -> str:
        if self.stored.patient is None:
            return Outcome.NEW
        return Outcome.CHANGED if self.fresh or self.changed else Outcome.SAME

    @property
    def blocked(self) -> bool:
        """True when an ERROR finding stands: such a case is stored as a draft only."""
        return any(one.blocks for one in self.findings)


def plan_case(stored: StoredCase, incoming: Record, today: date) -> Plan:
    """Lay `incoming` over what is stored, judge the whole, and list the differences."""
    merged = merge(stored.root, incoming)
    paths = dict(walk(merged))
    before = dict(walk(stored.root)) if stored.patient else {}
    fresh = tuple(path for path in paths if path not in before)
    changed = tuple(path for path in paths if path in before and _differs(paths[path], before[path]))
    return Plan(stored, merged, judge(merged, DICTIONARY, today), fresh, changed)


def walk(record: Record, path: Path = ()) -> Iterator[tuple[Path, Record]]:
    """Every record of a case with the way to it, parents before children."""
    yield path, record
    for type_name, children in record.children.items():
        for child in children:
            yield from walk(child, (*path, (type_name, child.key)))


def _differs(one: Record, other: Record) -> bool:
    return one.answers != other.answers or one.kept != other.kept


def write_plans(plans: Iterable[Plan], *, centre: Centre) -> list[Patient]:
    """Write every plan in a few statements per record type; answer the patients in order.

    Runs inside `audit.writing`. New rows get the version 1, changed rows one more.
    """
    plans = list(plans)
    now = timezone.now()
    inserts: dict[type[ClinicalRecord], list[ClinicalRecord]] = defaultdict(list)
    updates: dict[type[ClinicalRecord], list[ClinicalRecord]] = defaultdict(list)
    for plan in plans:
        if plan.outcome != Outcome.SAME or _summary_changed(plan):
            _prepare(plan, centre, inserts, updates)
    for model in RECORD_MODELS:
        if inserts[model]:
            model._default_manager.bulk_create(inserts[model])
        if updates[model]:
            columns = [one.name for one in model._meta.concrete_fields if not one.primary_key]
            model._default_manager.bulk_update(updates[model], columns)
    _sync_questions(plans, now)
    return [plan.stored.patient for plan in plans if plan.stored.patient]


def _prepare(
    plan: Plan,
    centre: Centre,
    inserts: dict[type[ClinicalRecord], list[ClinicalRecord]],
    updates: dict[type[ClinicalRecord], list[ClinicalRecord]],
) -> None:
    rows = plan.stored.rows
    fresh, changed = set(plan.fresh), set(plan.changed)
    ages = _ages(plan.merged)
    for path, record in walk(plan.merged):
        row = rows.get(path)
        age_moved = isinstance(row, Transplant) and row.age_at_transplant != ages.get(path)
        if path and path not in fresh | changed and not age_moved:
            continue
        if row is None:
            row = rows[path] = _new_row(path, record, centre, rows)
        elif path in changed:
            row.version += 1
        for item in row.record_type.items:
            set_answer(row, item, record.answers.get(item.name))
        row.kept = {str(rule): reason for rule, reason in record.kept.items()}
        if isinstance(row, Transplant):
            row.age_at_transplant = ages.get(path)
        if isinstance(row, Patient):
            _summarise(row, plan)
        (updates if row.pk else inserts)[type(row)].append(row)


def _new_row(
    path: Path, record: Record, centre: Centre, rows: dict[Path, ClinicalRecord]
) -> ClinicalRecord:
    if not path:
        return Patient(centre=centre, key=record.key, pseudonym=new_pseudonym())
    model = MODEL_OF[record.type]
    parent = model.record_type.parent
    links = {"patient": rows[()], str(parent): rows[path[:-1]]}
    return model(centre=centre, key=record.key, **links)


def _ages(merged: Record) -> dict[Path, object]:
    """The patient's age at each transplant: the birth date itself stays sealed."""
    case = Case(merged, DICTIONARY, date.max)
    return {
        (("transplant", node.record.key),): _age(node) for node in case.of("transplant")
    }


def _age(node: Node) -> object:
    born, when = node.date("identity.birth_date"), node.date("date")
    return age_years(born, when) if born and when else None


def _summary(plan: Plan) -> dict[str, int]:
    def open_ones(severity: Severity) -> int:
        return sum(one.severity is severity and one.open for one in plan.findings)

    return {
        "error_count": open_ones(Severity.ERROR),
        "warning_count": open_ones(Severity.WARNING),
        "query_count": open_ones(Severity.QUERY),
    }


def _summary_changed(plan: Plan) -> bool:
    patient = plan.stored.patient
    return patient is not None and any(
        getattr(patient, name) != count for name, count in _summary(plan).items()
    )


def _summarise(patient: Patient, plan: Plan) -> None:
    for name, count in _summary(plan).items():
        setattr(patient, name, count)
    patient.judged_at = timezone.now()
    patient.dictionary_version = DICTIONARY_VERSION


def _sync_questions(plans: list[Plan], now: object) -> None:
    """Open a question for each new QUERY finding; close those whose rule holds again."""
    of_patient = {plan.stored.patient: plan for plan in plans if plan.stored.patient}
    still_open: dict[tuple[int, tuple[object, ...]], Question] = {
        (one.patient_id, _identity(one)): one
        for one in Question.objects.filter(patient__in=list(of_patient), closed_at=None)
    }
    fresh = []
    for patient, plan in of_patient.items():
        for finding in plan.findings:
            if finding.severity is not Severity.QUERY:
                continue
            question = _question(patient, finding, now)
            if still_open.pop((patient.pk, _identity(question)), None) is None:
                fresh.append(question)
    Question.objects.bulk_create(fresh)
    Question.objects.filter(pk__in=[one.pk for one in still_open.values()]).update(closed_at=now)


def _question(patient: Patient, finding: Finding, now: object) -> Question:
    return Question(
        centre_id=patient.centre_id,
        patient=patient,
        rule=finding.rule,
        record_type=finding.record_type,
        record_key=finding.record_key,
        item=finding.items[0] if finding.items else "",
        text=finding.says,
        opened_at=now,
    )


def _identity(question: Question) -> tuple[object, ...]:
    return (question.rule, question.record_type, question.record_key, question.item)


def renamed(plan: Plan, prefix: str) -> tuple[Finding, ...]:
    """The findings with their pointers inside a batch."""
    return tuple(replace(one, pointer=prefix + one.pointer) for one in plan.findings)

"""How does a judged case get into the tables? Planned first, then written in bulk.

The one place that writes clinical rows. Forms, API and import all come through here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from registry.actions.plan import Outcome, Plan, walk
from registry.actions.questions import sync_questions
from registry.actions.reasons import UNSAID, Why, ask_why
from registry.actions.same_person import examined, keep_tokens
from registry.actions.sparse import Sparse
from registry.dictionary.case import Case, Node, Record
from registry.dictionary.checks import Severity
from registry.dictionary.derived import age_years
from registry.dictionary.language import DICTIONARY_VERSION
from registry.dictionary.visits import standing_of
from registry.models import (
    DICTIONARY,
    RECORD_MODELS,
    Centre,
    ClinicalRecord,
    Patient,
    Transplant,
)
from registry.pseudonym import new_pseudonym
from registry.records import MODEL_OF, Path, set_answer

Rows = dict[type[ClinicalRecord], list[ClinicalRecord]]
Age = tuple[Decimal | None, bool]
"""An age in years, and whether the middle of a month or a year stood for one of its two dates."""
NO_AGE: Age = (None, False)
KNOWN_BY = ("id", "centre", "key", "pseudonym")


class CannotBeStored(IntegrityError):
    """The tables would refuse this case, even as a draft; `plan.refused` says why, in words."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("; ".join(one.says for one in plan.refused))
        self.plan = plan


def write_plans(plans: Sequence[Plan], *, centre: Centre, why: Why = UNSAID) -> list[Patient]:
    """Write every plan in two statements per record type; answer the patients in order.

    Runs inside `audit.writing`. New rows get the version 1, changed rows one more. why : of the
    stored answers that change. Raises Unexplained and CannotBeStored before anything is written.
    """
    ask_why(plans, why)
    for plan in plans:
        if plan.refused:
            raise CannotBeStored(plan)
    plans = examined(plans, centre.pk)
    inserts: Rows = defaultdict(list)
    updates: Rows = defaultdict(list)
    for plan in plans:
        if plan.outcome != Outcome.SAME or _summary_changed(plan):
            _prepare(plan, centre, inserts, updates)
    for model in RECORD_MODELS:
        if inserts[model]:
            _insert(model, inserts[model])
        if updates[model]:
            _update(model, updates[model])
    keep_tokens(plans)
    sync_questions(plans, timezone.now())
    return [plan.stored.patient for plan in plans if plan.stored.patient]


def _insert(model: type[ClinicalRecord], rows: list[ClinicalRecord]) -> None:
    if model is not Patient:
        Sparse(model).bulk_create(rows)
        return
    for last in (False, False, True):
        try:
            with transaction.atomic():
                Sparse(model).bulk_create(rows)
            return
        except IntegrityError as clash:
            # Another centre's patient may have the pseudonym: no query here could see that one.
            if last or "pseudonym" not in constraint_of(clash):
                raise
            for row in rows:
                row.pk, row.pseudonym = None, new_pseudonym()  # type: ignore[attr-defined]


def constraint_of(refusal: IntegrityError) -> str:
    """The constraint that was violated, by name; empty when the database does not say."""
    told = getattr(refusal.__cause__, "diag", None)
    return getattr(told, "constraint_name", None) or ""


def _update(model: type[ClinicalRecord], rows: list[ClinicalRecord]) -> None:
    """Write all columns of rows that exist; their patients are locked, so none can have gone.

    As an upsert, because bulk_update asks one question per row and column: ten times slower. By what
    a record is known does not change here, and PostgreSQL then lets rows be added that name the
    patient, such as a draft, while a long batch is written.
    """
    columns = [one.name for one in model._meta.concrete_fields if one.name not in KNOWN_BY]
    model._default_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=columns
    )


def _prepare(plan: Plan, centre: Centre, inserts: Rows, updates: Rows) -> None:
    rows = plan.stored.rows
    touched = plan.fresh | plan.changed
    ages = _ages(plan.merged)
    for path, record in walk(plan.merged):
        row = rows.get(path)
        age_moved = isinstance(row, Transplant) and _age_of(row) != ages.get(path, NO_AGE)
        if path and path not in touched and not age_moved:
            continue
        if row is None:
            row = rows[path] = _new_row(path, record, centre, rows)
        elif path in plan.changed:
            row.version += 1
        for item in row.record_type.items:
            if row.pk or item.name in record.answers:
                set_answer(row, item, record.answers.get(item.name))
        row.kept = {str(rule): reason for rule, reason in record.kept.items()}
        if isinstance(row, Transplant):
            row.age_at_transplant, row.age_from_partial_date = ages.get(path, NO_AGE)
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


def _age_of(row: Transplant) -> Age:
    return row.age_at_transplant, row.age_from_partial_date


def _ages(merged: Record) -> dict[Path, Age]:
    """The patient's age at each transplant: the birth date itself stays sealed."""
    case = Case(merged, DICTIONARY, date.max)
    return {(("transplant", node.record.key),): _age(node) for node in case.of("transplant")}


def _age(node: Node) -> Age:
    born, when = node.date("identity.birth_date"), node.date("date")
    age = age_years(born, when) if born and when else None
    if age is None or not (born and when):
        return NO_AGE
    return age, not (born.exact and when.exact)


def _summary(plan: Plan) -> dict[str, object]:
    def open_ones(severity: Severity) -> int:
        return sum(one.severity is severity and one.open for one in plan.findings)

    standing = standing_of(Case(plan.merged, DICTIONARY, timezone.localdate()))
    owed = standing.owed
    return {
        "first_transplant_on": standing.first_transplant,
        "last_transplant_on": standing.last_transplant,
        "last_contact_on": standing.last_contact,
        "vital": standing.vital,
        "due_on": owed.due if owed else None,
        "due_visit": owed.code if owed else "",
        "error_count": open_ones(Severity.ERROR),
        "warning_count": open_ones(Severity.WARNING),
        "query_count": open_ones(Severity.QUERY),
        "dictionary_version": DICTIONARY_VERSION,
    }


def _summary_changed(plan: Plan) -> bool:
    patient = plan.stored.patient
    return patient is not None and any(
        getattr(patient, name) != value for name, value in _summary(plan).items()
    )


def _summarise(patient: Patient, plan: Plan) -> None:
    for name, value in _summary(plan).items():
        setattr(patient, name, value)
    patient.judged_at = timezone.now()

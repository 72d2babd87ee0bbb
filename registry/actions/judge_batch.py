"""What would become of each case of a batch? Read and judged beside what is stored; nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils import timezone

from registry.actions.merged_cases import AsKept, Named, as_kept, stored_by_key
from registry.actions.plan import Outcome, Plan, plan_case
from registry.actions.same_person import examined
from registry.dictionary.case import Record
from registry.dictionary.reading import Reading, Unreadable, read_case
from registry.models import DICTIONARY
from registry.records import StoredCase
from registry.validation import Finding

FindingJson = dict[str, object]


@dataclass(frozen=True)
class Batch:
    """The envelope of a submission, already checked for shape."""

    source_system: str
    cases: Sequence[object]
    atomic: bool = False


@dataclass(frozen=True)
class Verdict:
    """What would become of one case. `plan` is what to write; None for a rejected case.

    `read` is the case as it is stored: it may name a patient who was merged into another.
    """

    index: int
    key: str
    outcome: str
    findings: list[FindingJson]
    plan: Plan | None = None
    read: AsKept | None = None


def judge_batch(batch: Batch, centre_id: int) -> list[Verdict]:
    """The verdict on each case of a whole batch, inside the scope of its centre."""
    doubled = doubled_keys(batch.cases)
    verdicts = judge_cases(batch.cases, centre_id=centre_id, doubled=doubled)
    verdicts = with_suspects(each_patient_once(verdicts), centre_id)
    return all_or_nothing(verdicts) if batch.atomic else verdicts


def judge_cases(
    raw_cases: Sequence[object], *, centre_id: int, doubled: Collection[str], start: int = 0
) -> list[Verdict]:
    """The verdict on each of these cases alone, which begin at place `start` of their batch.

    What the batch does to a case is found by `each_patient_once`, before anything is written, and
    who may be the same person by `with_suspects`, when what stands before it is written. What the centre has under their keys is locked against other writers until the transaction
    ends. `doubled` are the keys that stand twice in the batch.
    """
    readings = [read_case(DICTIONARY, raw) for raw in raw_cases]
    stored = stored_by_key(centre_id, [one.record.key for one in readings])
    return [
        _verdict(index, reading, stored, doubled)
        for index, reading in enumerate(readings, start=start)
    ]


def each_patient_once(
    verdicts: Sequence[Verdict], before: Mapping[int, str] | None = None
) -> list[Verdict]:
    """After a merge two numbers can mean one patient: of two such cases in one batch the later waits.

    Both were planned from the same rows: written after each other the second would undo the first.
    before : numbers of the batch's cases that are stored already, by the patients' primary keys.
    """
    seen = dict(before or {})
    sorted_out = []
    for one in verdicts:
        patient = one.plan and one.plan.stored.patient
        first = seen.setdefault(patient.pk, one.key) if patient else one.key
        if first != one.key:
            why = f"By now the same patient as {first!r}, who is in this batch too"
            refusal = _unreadable(f"/cases/{one.index}", Unreadable("/key", why))
            one = Verdict(one.index, one.key, Outcome.REJECTED, [refusal])
        sorted_out.append(one)
    return sorted_out


def with_suspects(verdicts: Sequence[Verdict], centre_id: int) -> list[Verdict]:
    """With the findings on those who may be the same person as another patient."""
    plans = iter(examined([one.plan for one in verdicts if one.plan], centre_id))
    return [one if one.plan is None else _with_plan(one, next(plans)) for one in verdicts]


def _with_plan(verdict: Verdict, plan: Plan) -> Verdict:
    findings = plan.findings_under(f"/cases/{verdict.index}")
    return replace(verdict, plan=plan, findings=[finding_json(one) for one in findings])


def doubled_keys(raw_cases: Sequence[object]) -> frozenset[str]:
    """The keys that more than one case of a batch has: which one is meant, nobody can tell."""
    raw_keys = (raw.get("key") for raw in raw_cases if isinstance(raw, dict))
    counts = Counter(key.strip() for key in raw_keys if isinstance(key, str))
    return frozenset(key for key, times in counts.items() if times > 1)


def all_or_nothing(verdicts: list[Verdict]) -> list[Verdict]:
    """The verdicts on an atomic batch: one rejected case rejects the others."""
    if all(one.plan for one in verdicts):
        return verdicts
    return [one if one.plan is None else _not_alone(one) for one in verdicts]


def _not_alone(verdict: Verdict) -> Verdict:
    why = "Not stored: this batch is all or nothing, and another case has errors"
    refusal = _unreadable("", Unreadable(f"/cases/{verdict.index}", why))
    findings = [refusal, *verdict.findings]
    return replace(verdict, outcome=Outcome.REJECTED, findings=findings, plan=None)


def _verdict(
    index: int, reading: Reading, stored: Mapping[str, Named], doubled: Collection[str]
) -> Verdict:
    key, pointer = reading.record.key, f"/cases/{index}"
    unreadable = [_unreadable(pointer, one) for one in _problems(reading, doubled)]
    if unreadable:
        return Verdict(index, key, Outcome.REJECTED, unreadable)
    before = stored.get(key) or Named(StoredCase(Record("patient")))
    read = as_kept(reading.record, before)
    if read.problems:
        told = [_unreadable(pointer, one) for one in read.problems]
        return Verdict(index, key, Outcome.REJECTED, told)
    plan = plan_case(before.stored, read.record, timezone.localdate())
    findings = [finding_json(one) for one in plan.findings_under(pointer)]
    if plan.blocked:
        return Verdict(index, key, Outcome.REJECTED, findings)
    return Verdict(index, key, plan.outcome, findings, plan, read)


def _problems(reading: Reading, doubled: Collection[str]) -> Iterator[Unreadable]:
    yield from reading.problems
    if reading.record.key in doubled:
        yield Unreadable("/key", f"{reading.record.key!r} stands twice in this batch")


def finding_json(finding: Finding) -> FindingJson:
    """A finding as receipts and the API show it."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "detail": finding.says + (f" ({finding.values})" if finding.values else ""),
        "pointer": finding.pointer,
        "record": f"{finding.record_type} {finding.record_key}".strip(),
        "kept": finding.kept,
    }


def _unreadable(prefix: str, problem: Unreadable) -> FindingJson:
    return {
        "rule": None,
        "severity": "error",
        "detail": problem.detail,
        "pointer": prefix + problem.pointer,
    }

"""Who may be the same person as this patient, in the own centre or elsewhere? Kept and asked for every door.

Forms, API and imports come through `actions.store`, which keeps the tokens and asks the questions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from registry.actions.merged_links import Pair, decisions
from registry.actions.plan import Plan
from registry.actions.suspects import Suspect, suspects, suspects_of
from registry.dictionary.case import Record
from registry.dictionary.checks import Severity
from registry.dictionary.values import Missing
from registry.matching import (
    BLOCKING,
    HERE,
    Agreement,
    blocking,
    compare,
    tokens_of,
)
from registry.models import Centre, Identity, LinkRequest, MatchToken, Patient, Question
from registry.models.sealed import match_key
from registry.records import Path, record_of
from registry.scope import scope
from registry.validation import Finding

IN_ANOTHER_CENTRE, LINKED_BUT_UNLIKE, IN_THIS_CENTRE = 68, 69, 78
"""Numbers of the checks that need the other patients, and so stand here and not in the dictionary."""

ABOUT_PERSONS = (IN_ANOTHER_CENTRE, LINKED_BUT_UNLIKE, IN_THIS_CENTRE)
FOR_THE_OFFICE = (IN_ANOTHER_CENTRE,)
ELSEWHERE_WORDS = "A patient with these details exists in another centre"
SINGLE = ("identity", "identity")
PERSON: tuple[Path, ...] = ((), (SINGLE,))
"""The records from which it is told who somebody is: the sex stands in the patient's own."""
CHUNK = 1000


def tokens_in(case: Record) -> frozenset[str]:
    """The tokens of a case's identity; the same person has most of them in another case."""
    answers = {
        name: str(answer)
        for record in case.of("identity")
        for name, answer in record.answers.items()
        if answer is not None and not isinstance(answer, Missing)
    }
    sex = case.answers.get("sex")
    found = tokens_of(answers, sex if isinstance(sex, str) else None, key=match_key())
    return found if blocking(found) else frozenset()


def _holders(wanted: Mapping[int, frozenset[str]]) -> dict[str, list[int]]:
    holders: dict[str, list[int]] = defaultdict(list)
    for key, tokens in wanted.items():
        for token in tokens:
            if token[0] in BLOCKING:
                holders[token].append(key)
    return holders


def keep_tokens(plans: Iterable[Plan]) -> None:
    """Store the tokens of the persons who are new or whose identity changed.

    Runs inside `audit.writing`, after the patients are stored.
    """
    patients = {
        plan.stored.patient: tokens_in(plan.merged)
        for plan in plans
        if plan.stored.patient and _about_the_person(plan)
    }
    keep_tokens_of(patients)


def keep_tokens_of(patients: Mapping[Patient, frozenset[str]]) -> None:
    """Store these tokens in the place of those that were; a person without any has no row.

    A row that says the same already stays: who wrote it last tells who is new (newcomers).
    """
    rows = [
        MatchToken(patient=patient, centre_id=patient.centre_id, tokens=sorted(tokens))
        for patient, tokens in patients.items()
        if tokens
    ]
    there = MatchToken.objects.filter(patient__in=[row.patient_id for row in rows])
    held = {row.patient_id: (row.centre_id, row.tokens) for row in there}
    MatchToken.objects.bulk_create(
        [row for row in rows if held.get(row.patient_id) != (row.centre_id, row.tokens)],
        update_conflicts=True,
        unique_fields=["patient"],
        update_fields=["tokens", "centre"],
    )
    bare = [patient.pk for patient, tokens in patients.items() if not tokens]
    MatchToken.objects.filter(patient__in=bare).delete()


def _about_the_person(plan: Plan) -> bool:
    told = plan.fresh | plan.changed
    return not told.isdisjoint(PERSON)


def examined(plans: Sequence[Plan], centre_id: int) -> list[Plan]:
    """The plans with a finding for each that may be about the person of another patient.

    Only those are examined that are new, whose identity changed, or about whom it is being asked.
    """
    asked = _being_asked(plans)
    chosen = {
        number: tokens
        for number, plan in enumerate(plans)
        if not plan.examined
        and (_about_the_person(plan) or (plan.stored.patient and plan.stored.patient.pk in asked))
        and (tokens := tokens_in(plan.merged))
    }
    found = suspects_of(chosen, centre_id)
    words = _Words.of(plans, found, centre_id)
    twins = _in_the_batch(plans, chosen)
    return [
        plan
        if plan.examined
        else replace(
            plan,
            examined=True,
            findings=(*plan.findings, *words.findings(plan, found.get(n, ()), twins.get(n))),
        )
        for n, plan in enumerate(plans)
    ]


def _being_asked(plans: Sequence[Plan]) -> set[int]:
    known = [plan.stored.patient.pk for plan in plans if plan.stored.patient]
    if not known:
        return set()
    open_ones = Question.objects.filter(patient__in=known, closed_at=None, rule__in=ABOUT_PERSONS)
    return set(open_ones.values_list("patient_id", flat=True))


def _in_the_batch(plans: Sequence[Plan], chosen: Mapping[int, frozenset[str]]) -> dict[int, str]:
    """For each case that an earlier one of the same batch may be about: the earlier one's number."""
    new = {number: tokens for number, tokens in chosen.items() if not plans[number].stored.patient}
    alike: dict[int, str] = {}
    for holders in _holders(new).values():
        first = holders[0]
        for later in holders[1:]:
            if later not in alike and compare(new[first], new[later]).points >= HERE:
                alike[later] = plans[first].merged.key
    return alike


@dataclass(frozen=True)
class _Words:
    """What is to be said of a suspect: names of the own centre's, and what was decided before."""

    centre_id: int
    names: Mapping[int, str]
    decided: Mapping[Pair, str]

    @classmethod
    def of(
        cls, plans: Sequence[Plan], found: Mapping[int, list[Suspect]], centre_id: int
    ) -> _Words:
        suspected = {one.patient_id for suspects in found.values() for one in suspects}
        own = Patient.objects.filter(pk__in=suspected, centre_id=centre_id)
        known = [plan.stored.patient.pk for plan in plans if plan.stored.patient]
        return cls(centre_id, dict(own.values_list("pk", "pseudonym")), decided_pairs(known))

    def findings(
        self, plan: Plan, suspects: Iterable[Suspect], twin: str | None
    ) -> Iterable[Finding]:
        me = plan.stored.patient.pk if plan.stored.patient else 0
        pairs = [(one, self.decided.get(frozenset((me, one.patient_id)))) for one in suspects]
        others = [one for one, decided in pairs if decided is None and one.patient_id != me]
        here = [self.names[one.patient_id] for one in others if one.patient_id in self.names]
        if here or twin:
            who = ", ".join(here) or f"number {twin}"
            yield _finding(IN_THIS_CENTRE, f"This may be the same person as {who} of your centre")
        if any(one.centre_id != self.centre_id for one in others):
            yield _finding(IN_ANOTHER_CENTRE, ELSEWHERE_WORDS)
        if any(decided == LinkRequest.State.LINKED and _unlike(one) for one, decided in pairs):
            says = "Another centre has another birth date or sex for this person"
            yield _finding(LINKED_BUT_UNLIKE, says)


def _unlike(suspect: Suspect) -> bool:
    agreed = suspect.agreement
    return agreed.birth_date not in ("same", "unknown") or agreed.sex == "different"


def _finding(rule: int, says: str) -> Finding:
    return Finding(
        rule=rule,
        severity=Severity.QUERY,
        says=says,
        values="",
        pointer="/identity",
        record_type=SINGLE[0],
        record_key=SINGLE[1],
        items=("birth_date",),
    )


def decided_pairs(patients: Iterable[int]) -> Mapping[Pair, str]:
    """Pairs that were asked about or decided, with the state; as far as the present scope shows."""
    ids = list(patients)
    rows = LinkRequest.objects.filter(Q(patient__in=ids) | Q(other__in=ids)) if ids else ()
    return decisions(rows) if rows else {}


def undecided(patient: Patient) -> list[Suspect]:
    """Who may be the same person as a stored patient, and nobody has asked or decided about yet."""
    row = MatchToken.objects.filter(patient=patient).first()
    if row is None:
        return []
    decided = decided_pairs([patient.pk])
    return [
        one
        for one in suspects(frozenset(row.tokens), patient.centre_id)
        if one.patient_id != patient.pk and frozenset((patient.pk, one.patient_id)) not in decided
    ]


def agreement_of(one: Patient, other: Patient) -> Agreement:
    """How two stored patients agree, told without reading who they are."""
    rows = MatchToken.objects.filter(patient__in=[one.pk, other.pk])
    tokens = {row.patient_id: frozenset(row.tokens) for row in rows}
    return compare(tokens.get(one.pk, frozenset()), tokens.get(other.pk, frozenset()))


def remake_tokens() -> int:
    """Make the tokens of every patient of every centre anew; answers how many have some."""
    made = 0
    for centre_id in Centre.objects.values_list("pk", flat=True):
        with scope([centre_id]):
            keys = list(Patient.objects.filter(merged_into=None).values_list("pk", flat=True))
        for start in range(0, len(keys), CHUNK):
            with scope([centre_id]):
                made += _remake(keys[start : start + CHUNK])
    return made


def _remake(keys: list[int]) -> int:
    rows = Patient.objects.select_for_update(of=("self",)).filter(pk__in=keys, merged_into=None)
    patients = {one.pk: one for one in rows.order_by("pk")}
    identities = {one.patient_id: one for one in Identity.objects.filter(patient__in=patients)}
    tokens = {
        patient: tokens_in(_person(patient, identities.get(pk))) for pk, patient in patients.items()
    }
    keep_tokens_of(tokens)
    return sum(map(bool, tokens.values()))


def _person(patient: Patient, identity: Identity | None) -> Record:
    children = {"identity": (record_of(identity),)} if identity else {}
    return replace(record_of(patient), children=children)

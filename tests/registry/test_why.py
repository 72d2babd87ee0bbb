"""Through which door does a stored value change without a reason? Through a batch, and no other."""

from __future__ import annotations

from typing import Any

import pytest

from registry.actions.correct_and_answer import correct_and_answer
from registry.actions.plan import plan_case
from registry.actions.save_record import Unexplained, save_record
from registry.actions.store import write_plans
from registry.audit import history, history_of, writing
from registry.dictionary.answers import BadValue
from registry.models import Patient, Relapse
from registry.records import Path, load_case
from registry.scope import every_centre
from tests.registry.made_up import TODAY
from tests.registry.people import People, part, read, stored

pytestmark = pytest.mark.django_db

R1: Path = (("relapse", "R1"),)
RELAPSE = {"key": "R1", "number": 1, "date": "2009-02-26", "sites": ["BM"], "bm_blasts": 34}
CASE = {"key": "P1", "sex": "F", "relapses": [RELAPSE]}


@pytest.fixture
def patient(people: People) -> Patient:
    return people.store(CASE)


def save(people: People, patient: Patient, answers: dict[str, Any], **why: Any) -> None:
    told = {"by": people.own_centre, "patient": patient, "path": R1}
    save_record(**told, record=part(R1, answers), version=1, **why)


def answers() -> dict[str, Any]:
    rows = stored("P1").rows
    return {"version": rows[R1].version, "bm_blasts": rows[R1].bm_blasts}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "typed, why, left",
    [
        ({"bm_blasts": 40}, {}, ("bm_blasts",)),
        ({"bm_blasts": None}, {}, ("bm_blasts",)),
        ({"bm_blasts": {"missing": "UNK"}}, {}, ("bm_blasts",)),
        ({"bm_blasts": 40}, {"reason": "  "}, ("bm_blasts",)),
        ({"bm_blasts": 40}, {"reasons": {"bm_blasts": " "}}, ("bm_blasts",)),
        ({"bm_blasts": 40, "date": "2009-02-27"}, {"reasons": {"date": "typed"}}, ("bm_blasts",)),
        ({"bm_blasts": 40, "date": "2009-02-27"}, {}, ("date", "bm_blasts")),
    ],
)
def test_who_gives_no_reason_changes_nothing(
    people: People, patient: Patient, typed: dict[str, Any], why: Any, left: tuple[str, ...]
) -> None:
    with pytest.raises(Unexplained) as refusal:
        save(people, patient, typed, **why)
    assert set(refusal.value.items) == set(left)
    assert answers() == {"version": 1, "bm_blasts": 34}


@pytest.mark.parametrize(
    "typed, why",
    [
        ({"bm_blasts": 40}, {"reason": "typing error"}),
        ({"bm_blasts": 40}, {"reasons": {"bm_blasts": "typing error"}}),
        # Nothing that was stored becomes anything else.
        ({"pb_blasts": 3}, {}),
        ({"bm_blasts": 34}, {}),
        # What a closed branch takes away goes with the answer that closed it.
        ({"sites": ["CNS"], "bm_blasts": None}, {"reasons": {"sites": "the marrow was clear"}}),
    ],
)
def test_a_reason_or_nothing_to_give_one_for(
    people: People, patient: Patient, typed: dict[str, Any], why: Any
) -> None:
    save(people, patient, typed, **why)
    assert answers()["version"] in (1, 2)


def test_another_value_in_a_closed_branch_has_its_own_reason(
    people: People, patient: Patient
) -> None:
    with pytest.raises(Unexplained) as refusal:
        why = {"sites": "the marrow was clear"}
        save(people, patient, {"sites": ["CNS"], "bm_blasts": 40}, reasons=why)
    assert refusal.value.items == ("bm_blasts",)


def test_an_answered_question_is_no_reason(people: People, patient: Patient) -> None:
    told = {"by": people.own_centre, "patient": patient, "path": R1, "version": 1, "answers": ()}
    with pytest.raises(Unexplained):
        correct_and_answer(**told, record=part(R1, {"bm_blasts": 40}))
    with pytest.raises(BadValue):
        correct_and_answer(**told, record=part(R1, {"bm_blasts": 40}), reason="a\u202eb")
    assert answers() == {"version": 1, "bm_blasts": 34}


def test_a_door_that_says_nothing_is_asked(people: People, patient: Patient) -> None:
    with (
        writing(by=people.own_centre, centres=[people.centre.pk], channel="form"),
        pytest.raises(Unexplained),
    ):
        plan = plan_case(load_case(patient), read(CASE | {"sex": "M"}), TODAY)
        write_plans([plan], centre=people.centre)


@pytest.mark.parametrize("atomic", [False, True])
def test_a_batch_is_not_asked_and_the_trail_names_it(
    people: People, patient: Patient, atomic: bool
) -> None:
    (receipt,) = people.send(
        CASE | {"relapses": [RELAPSE | {"bm_blasts": 40}]}, by=people.own_centre, atomic=atomic
    )
    assert receipt.outcome == "changed" and answers() == {"version": 2, "bm_blasts": 40}
    with every_centre():
        last = history_of(stored("P1").rows[R1])[-1]
        (event,) = Relapse.pgh_event_model.objects.filter(pgh_label="update")
        assert event.pgh_context.metadata["request"] == str(receipt.submission_id)
        assert history(Relapse, event.pgh_obj_id)[-1].channel == "api"
    assert (last.channel, last.reason, last.who) == ("api", "", "manager")

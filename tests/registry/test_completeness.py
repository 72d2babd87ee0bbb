"""How complete is the follow-up? By hand, and as the summary columns of a whole centre tell it."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from registry.actions.network_figures import compute_network_figures, figures_are_old
from registry.completeness import Completeness, Followed, completeness
from registry.models import Centre, NetworkFigure, Patient, Role, User
from registry.scope import every_centre, scope
from registry.work import followed, network_completeness, own_completeness
from tests.registry.cohort import kept, transplanted
from tests.registry.people import People

TODAY = date(2010, 1, 1)


def test_clarks_c_by_hand() -> None:
    found = completeness(
        [
            #        transplant         last contact      died
            Followed(date(2009, 1, 1), date(2009, 12, 31), False),  # 364 of 365 days
            Followed(date(2009, 1, 1), date(2009, 4, 11), False),  # 100 of 365
            Followed(date(2009, 1, 1), date(2009, 4, 11), True),  # 100 of 100: nobody beyond death
            Followed(date(2009, 1, 1), None, False),  # 0 of 365
            Followed(date(2009, 6, 1), date(2010, 12, 31), False),  # some day of 2010: 214 of 214
        ],
        TODAY,
    )
    assert found == Completeness(364 + 100 + 100 + 214, 365 + 365 + 100 + 365 + 214)
    assert found.c == approx(778 / 1409)


def test_nobody_and_a_transplant_of_today_have_no_completeness() -> None:
    assert completeness([], TODAY).c is None
    assert completeness([Followed(TODAY, None, False)], TODAY).c is None


DAYS = st.dates(date(2000, 1, 1), TODAY)
PATIENTS = st.lists(
    st.builds(Followed, start=DAYS, last=st.none() | st.dates(date(2000, 1, 1), date(2011, 1, 1)),
              dead=st.booleans())
)  # fmt: skip


@given(PATIENTS)
def test_it_is_a_share_and_adds_up(patients: list[Followed]) -> None:
    whole = completeness(patients, TODAY)
    assert 0 <= whole.observed <= whole.potential
    half = len(patients) // 2
    parts = completeness(patients[:half], TODAY) + completeness(patients[half:], TODAY)
    assert parts == whole


@given(PATIENTS.filter(bool), st.integers(1, 400))
def test_a_later_contact_never_makes_it_worse(patients: list[Followed], days: int) -> None:
    one = patients[0]
    later = Followed(one.start, (one.last or one.start) + timedelta(days=days), one.dead)
    before, after = completeness(patients, TODAY).c, completeness([later, *patients[1:]], TODAY).c
    assert before is None or after is None or after >= before


def test_the_summary_columns_of_a_centre_give_the_same(people: People) -> None:
    today = timezone.localdate()
    kept(
        people.own_centre,
        transplanted("P1", 400, today=today, seen=100),
        transplanted("P2", 300, today=today, seen=200, status="LOST"),
        transplanted("P3", 200, today=today),
        today=today,
    )
    with every_centre():
        Patient.objects.filter(key="P3").update(merged_into=Patient.objects.get(key="P1"))
        found = followed(Patient.objects.all(), today)
    assert found == Completeness(300 + 100, 400 + 300)


def _centre(number: int, *, synthetic: bool = False) -> User:
    centre = Centre.objects.create(code=f"N{number}", name="Testville", synthetic=synthetic)
    return User.objects.create(username=f"m{number}", role=Role.DATA_MANAGER, centre=centre)


def test_the_network_is_told_from_five_centres_on(people: People) -> None:
    today = timezone.localdate()
    managers = [people.own_centre, *(_centre(n) for n in range(3))]
    for number, manager in enumerate(managers):
        kept(manager, transplanted("P", 400, today=today, seen=100 * number), today=today)
    assert figures_are_old()
    compute_network_figures()
    assert not figures_are_old()
    assert network_completeness(people.own_centre) is None  # four centres

    fifth, invented = _centre(8), _centre(9, synthetic=True)
    for manager in (fifth, invented):
        kept(manager, transplanted("P", 400, today=today, seen=0), today=today)
    compute_network_figures()
    # 400, 300, 200, 100 and 400 of 400 days each; invented patients have a network of their own.
    assert network_completeness(people.own_centre) == approx(1400 / 2000)
    assert network_completeness(invented) is None
    assert NetworkFigure.objects.get(name="completeness of invented").centre_count == 1
    with scope([fifth.centre_id]):
        assert own_completeness(fifth, today) == 1

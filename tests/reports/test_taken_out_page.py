"""Can the office, and nobody else, see who took patients' rows out: who, when, of what, how many?"""

from __future__ import annotations

import pytest
from django.test import Client

from registry.models import Role, User
from registry.permissions import may_see_taken_out
from registry.scope import every_centre
from reports import actions
from reports.models import Run, TakenOut
from reports.queries import taken_out_for
from tests.reports.network import STUDY, Network, now

PAGE = "/studies/taken-out/"
LINK = f'href="{PAGE}'


@pytest.fixture
def office(network: Network) -> Client:
    """The office, signed in."""
    return client(User.objects.create_user("office", email="o@x.example", role=Role.OFFICE))


def client(person: User) -> Client:
    made = Client()
    made.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    return made


@pytest.fixture
def taken(network: Network) -> Run:
    """The statistician has taken the rows of a run of every centre."""
    run = actions.request_run(by=network.statistician, study=STUDY)
    actions.execute_run(run_id=run.pk)
    network.client("statistician").get(f"/reports/{run.pk}/data-and-code.zip")
    return now(run)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("centre", [None, 7])
def test_the_office_alone_has_the_right(role: Role, centre: int | None) -> None:
    assert may_see_taken_out(User(role=role, centre_id=centre)) is (role == Role.OFFICE)
    assert not may_see_taken_out(User(role=role, centre_id=centre, is_active=False))


def test_it_says_who_when_of_what_and_how_many(office: Client, taken: Run) -> None:
    page = office.get(PAGE).content.decode()
    with every_centre():
        line = TakenOut.objects.get()
    for said in ("statistician", f"{line.at:%b %Y}", f"/reports/{taken.pk}/", f">{line.rows}<"):
        assert said in page, said
    assert "C01, C02" in page and "Outcome after failure" in page
    assert office.get(f"{PAGE}?study={STUDY}").content.decode().count("<tr>") == 2
    other = office.get(f"{PAGE}?study=momm_prszt").content.decode()
    assert "Nobody has taken rows out yet." in other and "Only of:" in other
    assert office.get(f"{PAGE}?study=none_such").status_code == 404


def test_a_line_from_the_shell_has_no_run(office: Client, taken: Run) -> None:
    with every_centre():
        line = TakenOut.objects.get()
        line.pk, line.run = None, None
        line.save()
    page = office.get(PAGE).content.decode()
    assert "from the shell" in page and page.count("<tr>") == 3


@pytest.mark.parametrize(
    "name", ["own_centre", "colleague_read_only", "other_centre", "statistician"]
)
def test_nobody_else_sees_page_or_link(name: str, network: Network, taken: Run) -> None:
    person = network.client(name)
    assert person.get(PAGE).status_code == 403
    for address in ("/studies/", f"/studies/{STUDY}/"):
        assert LINK not in person.get(address).content.decode()
    assert Client().get(PAGE).status_code == 302


def test_it_is_linked_for_the_office(office: Client) -> None:
    assert LINK in office.get("/studies/").content.decode()
    assert f"{LINK}?study={STUDY}" in office.get(f"/studies/{STUDY}/").content.decode()
    assert "Nobody has taken rows out yet." in office.get(PAGE).content.decode()


def test_it_is_only_read(office: Client) -> None:
    assert office.post(PAGE).status_code == 405


def test_the_query_starts_from_the_reader(network: Network, taken: Run) -> None:
    """Who sees one centre would see no line of two, even if the page let them in."""
    with every_centre():
        assert taken_out_for(network.statistician).count() == 1
        assert taken_out_for(network.own_centre).count() == 0
    run = actions.request_run(by=network.own_centre, study=STUDY)
    actions.execute_run(run_id=run.pk)
    network.client("own_centre").get(f"/reports/{run.pk}/data-and-code.zip")
    with every_centre():
        assert [line.run_id for line in taken_out_for(network.own_centre)] == [run.pk]
        assert taken_out_for(network.other_centre).count() == 0


def test_a_hundred_lines_cost_no_more_questions(
    office: Client, taken: Run, django_assert_max_num_queries
) -> None:
    with every_centre():
        line = TakenOut.objects.get()
        for _ in range(120):
            line.pk = None
            line.save()
    with django_assert_max_num_queries(20):
        page = office.get(PAGE).content.decode()
    assert page.count("<tr>") == 101 and 'rel="next"' in page

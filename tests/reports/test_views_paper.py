"""Who sees the paper check, what does it show, and does the form for any table keep nothing?"""

from __future__ import annotations

from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports.self_check.findings import Rule
from reports.self_check.pasted import MOST_SIGNS
from reports.studies import STUDIES
from reports.views_paper import EXAMPLE, MEANING
from tests.reports.network import Network

PEOPLE = ("own_centre", "colleague_read_only", "other_centre", "statistician")
FORM = "/paper-check/"
WRONG = EXAMPLE
RIGHT = EXAMPLE.replace("1 (12)", "1 (11)")


def text_of(client: Client, address: str) -> str:
    return unescape(client.get(address).content.decode())


@pytest.mark.parametrize("address", ["/studies/roux_2017_sfgmtc/paper/", FORM])
def test_nobody_sees_it_without_logging_in(address: str, client: Client, db: None) -> None:
    answers = [client.get(address)]
    answers += [client.post(address, {"table": EXAMPLE})] if address == FORM else []
    for response in answers:
        assert response.status_code == 302 and "/accounts/login/" in response["Location"]


@pytest.mark.parametrize("person", PEOPLE)
def test_everyone_sees_the_check_of_every_paper(person: str, network: Network) -> None:
    client = network.client(person)
    for study in STUDIES.values():
        page = text_of(client, f"/studies/{study.id}/paper/")
        assert study.title in page and "printed numbers" in page
        assert f"/studies/{study.id}/paper/" in text_of(client, f"/studies/{study.id}/")
    assert client.get(FORM).status_code == client.post(FORM, {"table": EXAMPLE}).status_code == 200


def test_no_such_study_and_no_posting_to_a_paper(network: Network) -> None:
    client = network.client("own_centre")
    assert client.get("/studies/no_study/paper/").status_code == 404
    assert client.post("/studies/roux_2017_sfgmtc/paper/").status_code == 405


def test_the_errors_of_roux_stand_under_their_tables(network: Network) -> None:
    page = text_of(network.client("own_centre"), "/studies/roux_2017_sfgmtc/paper/")
    places = [page.index(f"<h2>{table}</h2>") for table in ("Text", "Table 1", "Table 4")]
    assert places == sorted(places)
    assert "its own 123 of 288 are 42.71%" in page[places[1] : places[2]]
    assert "add to 286 of 288; 2 patients are missing" in page[places[0] : places[1]]
    assert "wrong 7" in page and "missing, not told 2" in page
    assert "a percentage against the counts it is made of</td>" in page


def test_the_tests_of_kaya_are_named(network: Network) -> None:
    page = text_of(network.client("own_centre"), "/studies/kaya_2025_salvage/paper/")
    assert "Which test is each P value?" in page and "none of 9 tests tried" in page
    assert page.count("tests tried gives it") > 8, "beside each P value that a test gives"
    assert "no test of its own counts 1, 8 / 0, 8 gives it" in page
    assert "Two-sided it is 0.0567, which is not below 0.05" in page


def test_a_paper_without_errors_says_so_plainly(network: Network) -> None:
    page = text_of(network.client("own_centre"), "/studies/hazar_2021_turkey/paper/")
    assert "Nothing was found" in page


def test_a_pasted_table_is_answered_and_given_back(network: Network) -> None:
    client = network.client("other_centre")
    good = unescape(client.post(FORM, {"table": RIGHT}).content.decode())
    assert "No printed number is proven wrong" in good and "badge error" not in good
    answer = client.post(FORM, {"table": WRONG})
    page = unescape(answer.content.decode())
    assert answer.status_code == 200 and "its own 1 of 9 are 11.11%" in page
    assert "Female; 1 (12); 2 (25)</textarea>" not in page  # it is not the last line
    assert "Female; 1 (12); 2 (25)" in page


def test_the_example_is_shown_and_put_in_by_a_button(network: Network) -> None:
    client = network.client("own_centre")
    empty = text_of(client, FORM)
    assert EXAMPLE in empty and 'name="example"' in empty
    page = unescape(client.post(FORM, {"example": "1", "table": ""}).content.decode())
    assert "its own 1 of 9 are 11.11%" in page
    assert 'name="example"' not in page, "it would overwrite what was typed"


def test_every_rule_says_what_counts_as_wrong(network: Network) -> None:
    assert set(MEANING) == set(Rule)
    page = text_of(network.client("own_centre"), "/studies/roux_2017_sfgmtc/paper/")
    assert str(MEANING[Rule.WALD]) in page


def test_exact_tests_that_were_left_out_are_told(network: Network) -> None:
    table = "x; A (n = 100); B (n = 100); P\nDonor; ; ; .5\na; 30; 40\nb; 30; 40\nc; 40; 20\n"
    answer = network.client("own_centre").post(FORM, {"table": table})
    page = unescape(answer.content.decode())
    assert "Too large for the exact test here" in page and "rows is called wrong: Donor" in page


@pytest.mark.parametrize("cell", ["8 (88.8888888888888888888888888888888888)", "1.234 (50)"])
def test_a_number_that_is_refused_is_a_sentence_and_no_failure(cell: str, network: Network) -> None:
    table = f"x; A (n = 9)\nMale; {cell}"
    answer = network.client("own_centre").post(FORM, {"table": table})
    assert answer.status_code == 422 and "Line 2." in answer.content.decode()


def test_what_cannot_be_read_is_told_by_line(network: Network) -> None:
    answer = network.client("own_centre").post(FORM, {"table": "A; B\nMale; 8"})
    page = unescape(answer.content.decode())
    assert answer.status_code == 422 and "Line 1." in page and "(n = 9)" in page
    hostile = network.client("own_centre").post(FORM, {"table": "A; G (n = 9)\nx; <script>"})
    assert (
        hostile.status_code == 422
        and "<script>" not in hostile.content.decode().split("</head>")[1]
    )


@pytest.mark.parametrize("text", ["", "x" * (MOST_SIGNS + 5), "\n" * 5000])
def test_nothing_and_too_much_are_refused(text: str, network: Network) -> None:
    assert network.client("own_centre").post(FORM, {"table": text}).status_code == 422


def test_the_form_keeps_nothing(network: Network) -> None:
    client = network.client("own_centre")
    with CaptureQueriesContext(connection) as asked:
        client.post(FORM, {"table": WRONG.replace("1 (12)", "1 (13)")})
    written = [q["sql"] for q in asked if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert all("django_session" in sql for sql in written), "only that she was here"
    assert "1 (13)" not in text_of(client, FORM)


def test_a_foreign_site_cannot_post_to_it(network: Network) -> None:
    client = Client(enforce_csrf_checks=True)
    person = network.person("own_centre")
    client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(FORM, {"table": EXAMPLE}).status_code == 403

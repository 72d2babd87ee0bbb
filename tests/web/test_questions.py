"""Do the pages show each reader the questions that are theirs to answer, and take the answers in?"""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from registry.actions.ask_question import ask_question
from registry.actions.close_question import close_question
from registry.forms.asked import age_of
from registry.models import Question, Role, User
from registry.records import Path
from registry.scope import every_centre
from tests.web.hospital import PASS_PHRASE, Hospital, filled

R1: Path = (("relapse", "r1"),)
WORDS = "Is the year right?"


@pytest.fixture
def office(hospital: Hospital) -> User:
    return User.objects.create(username="office", role=Role.OFFICE, password=PASS_PHRASE)


@pytest.fixture
def question(hospital: Hospital, office: User) -> Question:
    """The office asked about the date of the relapse, nine days ago."""
    return ask(hospital, office, item="date", days=9)


def ask(
    hospital: Hospital, by: User, path: Path = R1, item: str = "", days: int = 0, text: str = WORDS
) -> Question:
    with every_centre():
        made = ask_question(by=by, patient=hospital.patient, path=path, item=item, text=text)
        opened = timezone.now() - timedelta(days=days)
        Question.objects.filter(pk=made.pk).update(opened_at=opened)
        return made


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def state(question: Question) -> str:
    with every_centre():
        return Question.objects.get(pk=question.pk).state


def said(question: Question) -> list[str]:
    with every_centre():
        return [one.text for one in question.messages.all()]


def listed(page: str) -> int:
    return len(re.findall(r'<a href="/questions/\d+/">', page))


# --- who ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "person, status",
    [
        ("own_centre", 200),
        ("colleague_read_only", 403),
        ("statistician", 403),
        ("other_centre", 404),
    ],
)
def test_only_the_sides_of_a_question_may_speak(
    person: str, status: int, hospital: Hospital, question: Question
) -> None:
    client = hospital.client(person)
    address = f"/questions/{question.pk}/answer/"
    sent = {f"answer-{question.pk}": "It is"}
    answer = client.post(address, sent, headers={"HX-Request": "true"})
    assert answer.status_code == status
    assert said(question) == (["It is"] if status == 200 else [])
    closing = client.post(f"/questions/{question.pk}/close/").status_code
    assert closing == (404 if status == 404 else 403)
    asking = client.post(f"{hospital.page_of('relapse')}ask/", {"item": "date", "text": "Why?"})
    assert asking.status_code == (302 if status == 200 else status)


def test_a_foreign_question_looks_like_a_missing_one(
    hospital: Hospital, question: Question
) -> None:
    client = hospital.client("other_centre")
    pages = [client.get(f"/questions/{pk}/") for pk in (question.pk, 999_999, 10**30)]
    assert [one.status_code for one in pages] == [404, 404, 404]
    shown = [re.sub(r'name="csrf\w+" value="\w+"', "", one.content.decode()) for one in pages]
    assert shown[0] == shown[1]
    assert WORDS not in client.get("/questions/?side=all").content.decode()
    assert listed(client.get("/questions/?side=all").content.decode()) == 0


@pytest.mark.parametrize("address", ["/questions/", "/questions/1/"])
def test_nobody_sees_it_without_logging_in(address: str, client: Client, db: None) -> None:
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("person", ["colleague_read_only", "statistician"])
def test_those_who_only_read_see_the_thread_and_no_box(
    person: str, hospital: Hospital, question: Question
) -> None:
    page = hospital.client(person).get(hospital.page_of("relapse")).content.decode()
    assert WORDS in page and "answer-" not in page and "data-ask" not in page


# --- the card and the field -----------------------------------------------------------------------


def test_the_link_lands_in_the_field(hospital: Hospital, question: Question) -> None:
    client = hospital.client("own_centre")
    home = client.get("/").content.decode()
    assert f'href="/questions/{question.pk}/"' in home and "Open 9 days" in home
    there = client.get(f"/questions/{question.pk}/")
    assert there["Location"] == f"{hospital.page_of('relapse')}#date"


def test_the_card_shows_those_of_the_record_first(
    hospital: Hospital, office: User, question: Question
) -> None:
    other = ask(hospital, office, (("disease", "d1"),), "wbc_dx", text="So many?")
    page = hospital.client("own_centre").get(hospital.page_of("relapse")).content.decode()
    card = page.split('id="questions-card"')[1].split("</section>")[0]
    here, elsewhere = card.split("About other records")
    assert WORDS in here and "Correct and answer" in here
    assert f'href="/questions/{other.pk}/"' in elsewhere and "So many?" not in here
    assert 'class="mark query"' in page.split('data-item="date"')[1].split('data-item="sites"')[0]


def test_a_key_below_two_parents_shows_its_question_at_one(
    hospital: Hospital, office: User
) -> None:
    path = (("transplant", "t1"), ("conditioning", "conditioning"))
    made = ask(hospital, office, path, "tbi")
    there = hospital.client("own_centre").get(f"/questions/{made.pk}/")
    assert there["Location"] == f"{hospital.page_of('conditioning')}#tbi"


def test_the_header_counts_what_people_ask(hospital: Hospital, question: Question) -> None:
    client, address = hospital.client("own_centre"), f"/patients/{hospital.patient.pseudonym}/"
    with every_centre():
        before = Question.objects.filter(rule__isnull=False, closed_at=None).count()
    assert f"{before + 1} quer" in client.get(address).content.decode()
    client.post(f"/questions/{question.pk}/answer/", {f"answer-{question.pk}": "Yes"})
    counts = client.get(address).content.decode().split('id="counts"')[1].split("</div>")[0]
    assert f"{before + 1} quer" not in counts


def test_what_cannot_be_kept_is_said_in_the_card(hospital: Hospital, question: Question) -> None:
    client, address = hospital.client("own_centre"), f"/questions/{question.pk}/answer/"
    for text, words in (("", "is empty"), ("x" * 2001, "2000 at most"), ("a\x00b", "control")):
        sent = {f"answer-{question.pk}": text, "in_form": "1"}
        answer = client.post(address, sent, headers={"HX-Request": "true"})
        assert answer.status_code == 200 and words in answer.content.decode()
        assert "Correct and answer" in answer.content.decode()
    assert said(question) == []


def test_words_about_a_closed_question_are_given_back(
    hospital: Hospital, office: User, question: Question
) -> None:
    with every_centre():
        close_question(by=office, question=question)
    sent = {f"answer-{question.pk}": "A long answer"}
    answer = hospital.client("own_centre").post(
        f"/questions/{question.pk}/answer/", sent, headers={"HX-Request": "true"}
    )
    assert (
        "closed meanwhile" in answer.content.decode() and "A long answer" in answer.content.decode()
    )
    there = hospital.client("own_centre").get(f"/questions/{question.pk}/")
    assert there["Location"].endswith(f"/{hospital.patient.pseudonym}/#question-{question.pk}")


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"item": "date", "text": "Which day?"}, "Asked."),
        ({"item": "", "text": "Which relapse?"}, "Asked."),
        ({"item": "no_such", "text": "?!"}, "no such field"),
        ({"item": "date", "text": " "}, "is empty"),
    ],
)
def test_asking_at_a_field(fields: dict[str, str], words: str, hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    address = f"{hospital.page_of('relapse')}ask/"
    answer = client.post(address, fields, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and words in answer.content.decode()
    with every_centre():
        made = Question.objects.filter(rule=None)
        assert [one.item for one in made] == ([fields["item"]] if words == "Asked." else [])


@pytest.mark.parametrize(
    "days, words, state",
    [(0, "New today", "none"), (1, "Open 1 day", "none"), (2, "Open 2 days", "none"),
     (3, "Open 3 days", "warning"), (7, "Open 7 days", "warning"), (8, "Open 8 days", "error")],
)  # fmt: skip
def test_the_age_has_words_and_a_state(days: int, words: str, state: str) -> None:
    opened = timezone.make_aware(timezone.datetime(2026, 3, 1, 0, 5))
    question = Question(opened_at=opened)
    age = age_of(question, date(2026, 3, 1 + days))
    assert (age.words, age.state) == (words, state)


# --- correct and answer ---------------------------------------------------------------------------


def send(hospital: Hospital, **changes: str) -> tuple[int, str]:
    client, address = hospital.client("own_centre"), hospital.page_of("relapse")
    sent = filled(client.get(address).content.decode()) | {k: [v] for k, v in changes.items()}
    answer = client.post(address, sent, follow=True)
    return answer.redirect_chain[0][1] if answer.redirect_chain else answer.status_code, (
        answer.content.decode()
    )


def test_one_click_saves_and_answers_and_the_question_is_the_reason(
    hospital: Hospital, question: Question
) -> None:
    status, page = send(hospital, date="27/02/2009", question=str(question.pk))
    assert status == 302 and "is answered" in page
    assert hospital.row("relapse").date.isoformat() == "2009-02-27"
    assert state(question) == "answered" and said(question) == ["Corrected: Date"]
    history = hospital.client("own_centre").get(f"{hospital.page_of('relapse')}history/")
    assert WORDS in history.content.decode()


def test_what_was_typed_is_the_answer_and_the_reason(
    hospital: Hospital, question: Question
) -> None:
    words = {f"answer-{question.pk}": "Read again in the file"}
    status, _ = send(hospital, date="27/02/2009", question=str(question.pk), **words)
    assert status == 302 and said(question) == ["Read again in the file"]
    history = hospital.client("own_centre").get(f"{hospital.page_of('relapse')}history/")
    assert "Read again in the file" in history.content.decode()


def test_words_in_the_box_are_not_lost_by_a_plain_save(
    hospital: Hospital, question: Question
) -> None:
    words = {f"answer-{question.pk}": "It is right"}
    status, _ = send(hospital, save="1", **words)
    assert status == 302 and said(question) == ["It is right"]


def test_nothing_corrected_and_nothing_said_is_no_answer(
    hospital: Hospital, question: Question
) -> None:
    status, page = send(hospital, question=str(question.pk))
    assert status == 422 and "Nothing was corrected" in page
    assert state(question) == "open"


def test_an_unreadable_form_keeps_the_words_in_the_box(
    hospital: Hospital, question: Question
) -> None:
    words = {f"answer-{question.pk}": "A long answer"}
    status, page = send(hospital, date="27/02/09", question=str(question.pk), **words)
    assert status == 422 and ">A long answer</textarea>" in page
    assert state(question) == "open" and hospital.row("relapse").date.isoformat() == "2009-02-26"


def test_the_merge_page_carries_the_words_along(hospital: Hospital, question: Question) -> None:
    client, address = hospital.client("own_centre"), hospital.page_of("relapse")
    mine = filled(client.get(address).content.decode())
    theirs = mine | {"bm_blasts": ["50"], "reason": ["typing error"]}
    assert client.post(address, theirs).status_code == 302
    words = {f"answer-{question.pk}": ["A long answer"], "question": [str(question.pk)]}
    merge = client.post(address, mine | {"date": ["27/02/2009"]} | words)
    assert merge.status_code == 409 and "A long answer" in merge.content.decode()
    sent = filled(merge.content.decode()) | {"save": ["1"]}
    assert client.post(address, sent).status_code == 302
    assert said(question) == ["A long answer"]
    row = hospital.row("relapse")
    assert (row.date.isoformat(), row.bm_blasts) == ("2009-02-27", 50)


# --- the list -------------------------------------------------------------------------------------


def test_the_list_by_state_side_and_asker(
    hospital: Hospital, office: User, question: Question
) -> None:
    ask(hospital, hospital.own_centre, item="kind", text="Which kind?")
    us, them = hospital.client("own_centre"), browser(office)

    def shown(client: Client, choice: str) -> list[str]:
        page = client.get(f"/questions/{choice}").content.decode()
        return [words for words in (WORDS, "Which kind?") if words in page]

    of_us = "?side=of"
    assert shown(us, of_us) == [WORDS] and shown(them, of_us) == ["Which kind?"]
    assert shown(us, "?side=from") == ["Which kind?"] and shown(them, "?side=from") == [WORDS]
    assert shown(us, "?side=all") == [WORDS, "Which kind?"]
    assert shown(us, "?side=all&by=people") == [WORDS, "Which kind?"]
    assert shown(us, "?side=all&by=7") == []
    assert shown(us, "?state=answered&side=all") == []
    us.post(f"/questions/{question.pk}/answer/", {f"answer-{question.pk}": "Yes"})
    assert shown(us, "?state=answered&side=all") == [WORDS] and shown(us, of_us) == []
    # Whoever asked finds the answer under Answered alone, and so does who answered.
    assert shown(us, "?state=answered") == [WORDS] and shown(them, "?state=answered") == [WORDS]
    assert "1 answer came" in them.get("/").content.decode()
    them.post(f"/questions/{question.pk}/close/")
    assert shown(them, "?state=closed&side=all") == [WORDS]
    centre = hospital.own_centre.centre_id
    assert shown(them, f"?side=all&centre={centre}") == ["Which kind?"]
    assert shown(them, f"?side=all&centre={centre + 1}") == []


def test_what_a_person_asked_stands_before_what_rules_ask(
    hospital: Hospital, office: User, question: Question
) -> None:
    # The rules asked nine days before the office did.
    with every_centre():
        earlier = timezone.now() - timedelta(days=18)
        Question.objects.filter(rule__isnull=False).update(opened_at=earlier)
    ask(hospital, hospital.own_centre, item="kind", days=30, text="Which kind?")
    client = hospital.client("own_centre")
    page = client.get("/questions/").content.decode()
    askers = re.findall(r'data-name="Asked by">([^<,]*),', page)
    assert askers[0] == "registry office" and askers[-1] == "manager"
    assert {one[:9] for one in askers[1:-1]} == {"automatic"}
    card = client.get("/").content.decode().split('id="questions"')[1].split("</section>")[0]
    first, *others = re.findall(r"<p.*?</p>", card, re.DOTALL)
    assert f'href="/questions/{question.pk}/"' in first and "registry office, " in first
    assert others and not any("registry office" in one for one in others)


def test_the_own_number_is_shown_to_the_own_centre_only(
    hospital: Hospital, office: User, question: Question
) -> None:
    own, key = hospital.client("own_centre"), hospital.patient.key
    cell = re.compile(rf'<td class="own"[^>]*>{key}</td>')
    assert cell.search(own.get("/questions/").content.decode())
    card = own.get("/").content.decode().split('id="questions"')[1].split("</section>")[0]
    assert f'<span class="muted own">{key}</span>' in card
    for client in (browser(office), hospital.client("statistician")):
        for address in ("/", "/?show=all", "/questions/?side=all"):
            page = client.get(address).content.decode()
            assert hospital.patient.pseudonym in page
            assert 'class="own"' not in page and f">{key}<" not in page


@pytest.mark.parametrize(
    "choice", ["state=x", "side=%00", "by=-1", "by=9999999999", "centre=x", "page=x", "by=²"]
)
def test_a_senseless_choice_is_the_first_one(
    choice: str, hospital: Hospital, question: Question
) -> None:
    page = hospital.client("own_centre").get(f"/questions/?{choice}").content.decode()
    assert WORDS in page


def test_the_list_asks_the_database_as_often_for_many_as_for_one(
    hospital: Hospital, office: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(35):
        ask(hospital, office, days=number, text=f"Question {number}")
    client = hospital.client("own_centre")
    with django_assert_max_num_queries(26):
        page = client.get("/questions/").content.decode()
    oldest = [int(one) for one in re.findall(r"Question (\d+)", page)]
    assert oldest == sorted(oldest, reverse=True) and len(oldest) == 30
    assert (
        "Page 1 of 2" in page and "Question 0" in client.get("/questions/?page=2").content.decode()
    )


def test_htmx_gets_the_list_alone(hospital: Hospital, question: Question) -> None:
    client = hospital.client("own_centre")
    part = client.get("/questions/", headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="list"') and WORDS in part

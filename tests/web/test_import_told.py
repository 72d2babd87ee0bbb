"""What does the page of a table say above its lines? Words of the centre, persons who are known, columns left out."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from registry.actions.receive_submission import process_submission
from registry.models import ImportFile, ImportWord, Submission
from registry.scope import every_centre
from tests.web.hospital import Hospital

HEAD = "UPN;Transplant: Date;Graft: Donor type\r\n"
FIRST = HEAD + "A-1;14/03/2008;unrelated\r\nA-2;15/03/2008;unrelated\r\n"
NEXT = HEAD + "A-3;14/03/2009;Unrelated\r\nA-4;15/03/2009;haplo\r\n"
ABOUT = {"target": "graft.donor_type", "word": "unrelated"}


def _upload(client: Client, body: str, name: str) -> str:
    sent = {"file": SimpleUploadedFile(name, body.encode())}
    return str(client.post("/imports/", sent)["Location"])


def _page(client: Client, address: str) -> str:
    """What a reader reads, without what forms carry."""
    page = client.get(address).content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def _file() -> ImportFile:
    with every_centre():
        return ImportFile.objects.latest("uploaded_at")


@pytest.fixture
def taught(hospital: Hospital) -> Client:
    """The data manager, who answered a word for all rows."""
    client = hospital.client("own_centre")
    address = _upload(client, FIRST, "first.csv")
    told = {"text": "URD_MATCHED", "alike": "1", "show": "rejected"}
    answer = client.post(f"{address}lines/2/2/", told, headers={"HX-Request": "true"})
    page = " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
    assert "1 word that was answered here for all rows is read so in your next tables too" in page
    return client


# --- words -----------------------------------------------------------------------------------------


def test_the_next_table_says_which_words_are_read_and_how(taught: Client) -> None:
    address = _upload(taught, NEXT, "next.csv")
    page = _page(taught, address)
    assert "2 rows are new" in page
    says = "1 word is read as your centre answered it before: “unrelated” = Matched unrelated"
    assert says in page and "↺ Matched unrelated" in page


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"text": "URD_MISMATCHED"}, "“unrelated” is read so from now on"),
        ({"forget": "1", "text": "URD_MATCHED"}, "“unrelated” is asked again from now on"),
        ({"again": "1"}, "The rows with “unrelated” are read again"),
        ({"text": ""}, "Nothing was chosen, and nothing is changed"),
    ],
)
def test_a_word_is_changed_and_taken_back(taught: Client, sent: dict[str, str], says: str) -> None:
    address = _upload(taught, NEXT, "next.csv")
    answer = taught.post(f"{address}words/", ABOUT | sent)
    assert answer.status_code == 302 and says in _page(taught, answer["Location"])
    with every_centre():
        means = list(ImportWord.objects.values_list("means", flat=True))
    wanted = [] if "forget" in sent else [sent.get("text") or "URD_MATCHED"]
    assert means == wanted
    assert ("1 row stays here to be corrected" in _page(taught, address)) is ("forget" in sent)


def test_a_table_that_waits_says_that_a_word_was_answered_otherwise_since(taught: Client) -> None:
    address = _upload(taught, NEXT, "next.csv")
    other = _upload(taught, NEXT.replace("A-", "B-"), "other.csv")
    taught.post(f"{other}words/", ABOUT | {"text": "URD_MISMATCHED"})
    page = _page(taught, address)
    assert "since then it is answered otherwise" in page and "Read these rows again" in page
    taught.post(f"{other}words/", ABOUT | {"forget": "1"})
    assert "it is taken back since" in _page(taught, address)


def test_who_only_reads_and_who_is_elsewhere_decide_nothing(
    hospital: Hospital, taught: Client
) -> None:
    address = _upload(taught, NEXT, "next.csv")
    reader, stranger = hospital.client("colleague_read_only"), hospital.client("other_centre")
    assert "“unrelated” =" in _page(reader, address)
    assert "Take back" not in _page(reader, address)
    assert reader.post(f"{address}words/", ABOUT | {"forget": "1"}).status_code == 403
    assert stranger.post(f"{address}words/", ABOUT | {"forget": "1"}).status_code == 404
    nobodys = {"target": "graft.donor_type", "word": "nobody's"}
    assert taught.post(f"{address}words/", nobodys | {"text": "HAPLO"}).status_code == 404
    assert taught.get(f"{address}words/").status_code == 405


@pytest.mark.parametrize(
    "sent",
    [
        {"word": "a\0", "forget": "1"},
        {"target": "graft.donor_type\0", "text": "HAPLO"},
        {"word": "", "target": "", "again": "1"},
    ],
)
def test_no_word_at_all_is_not_found(taught: Client, sent: dict[str, str]) -> None:
    address = _upload(taught, NEXT, "next.csv")
    assert taught.post(f"{address}words/", ABOUT | sent).status_code == 404


def test_an_answer_that_is_none_changes_nothing(taught: Client) -> None:
    address = _upload(taught, NEXT, "next.csv")
    answer = taught.post(f"{address}words/", ABOUT | {"text": "HA\0PLO"})
    assert answer.status_code == 302 and "is not one of" in _page(taught, answer["Location"])


# --- persons who are known -------------------------------------------------------------------------

NAMES = (
    "Ada",
    "Berta",
    "Cem",
    "Dora",
    "Emil",
    "Fatma",
    "Gül",
    "Hans",
    "Ida",
    "Jale",
    "Kaan",
    "Lea",
)


def _persons(prefix: str, count: int) -> str:
    head = "UPN;Sex;Given name;Family name;Date of birth\r\n"
    return head + "".join(
        f"{prefix}{n};F;{name};Invented{name};{n + 1:02}/0{n % 9 + 1}/200{n % 10}\r\n"
        for n, name in enumerate(NAMES[:count])
    )


def _registered(client: Client, count: int) -> None:
    client.post(f"{_upload(client, _persons('A-', count), 'first.csv')}send/")
    with every_centre():
        waiting = Submission.objects.get(state="queued")
    process_submission(submission_id=waiting.pk, centre_id=waiting.centre_id)


def test_persons_known_under_other_numbers_are_counted_beside_the_button(
    hospital: Hospital,
) -> None:
    client = hospital.client("own_centre")
    _registered(client, 12)
    address = _upload(client, _persons("B-", 12), "second.csv")
    page = _page(client, address)
    assert "12 rows may be persons whom you have under another number already" in page
    assert "that is nearly every new row" in page and "Perhaps known 12" in page
    assert page.index("12 rows may be") < page.index("Would add")
    assert "This may be the same person as" in _page(client, f"{address}?show=alike")


def test_a_few_known_persons_are_counted_without_the_explanation(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    _registered(client, 2)
    address = _upload(client, _persons("B-", 12), "second.csv")
    page = _page(client, address)
    assert "2 rows may be persons" in page and "each is registered as a further patient" in page
    assert "nearly every" not in page
    assert "may be" not in _page(client, _upload(client, FIRST, "third.csv"))


# --- columns left out ------------------------------------------------------------------------------


def _named(client: Client, address: str, *columns: str) -> Any:
    sent = {f"column-{place}": words for place, words in enumerate(columns)}
    return client.post(f"{address}columns/", sent | {"columns": str(len(columns))})


def test_what_was_left_out_on_purpose_is_told_from_what_nobody_understands(
    hospital: Hospital,
) -> None:
    client = hospital.client("own_centre")
    body = "UPN;Sex;HSCT date;Remarks\r\nA-1;F;14/03/2008;none\r\n"
    address = _upload(client, body, "first.csv")
    _named(client, address, "key", "patient.sex", "", "")
    page = _page(client, address)
    assert "because it is not known what they mean: Remarks." in page
    assert "Left out when the columns were named: HSCT date." in page
    later = _upload(client, body.replace("A-1", "A-2"), "second.csv")
    page = _page(client, later)
    assert "Left out when the columns were named: HSCT date, Remarks." in page
    assert "not known what they mean" not in page
    _named(client, later, "key", "patient.sex", "transplant.date", "")
    assert "Left out when the columns were named: Remarks." in _page(client, later)
    assert [one.get("meant") for one in _file().columns] == [None, None, None, True]

"""Does any text, however nasty, make a page fail? What cannot be kept is refused in words."""

from __future__ import annotations

import pytest

from registry.dictionary.values import LONGEST_REASON
from registry.models import DICTIONARY
from tests.web.hospital import Hospital, filled

NASTY = (
    "\0", "a\0b", "\ud800", "\udfff\ud800", "\u202eevil", "\u2066x\u2069", "a\x85b", "\x1b[2J",
    "\ufeff", "1e400", "-1e400", "NaN", "Infinity", "9" * 5000, "1" * 4400, "0." + "3" * 400,
    "x" * 20_000, "²", "٣", "1_0", "9999-99-99", "31/02/2012", "00/00/0000", "{}", "[]", "null",
    "true", "%", "_", "\\", "'", "\"><script>", "{{ 7 }}", "../../..", " ", "\t", "\n", "İ" * 65,
)  # fmt: skip
ADDRESSES = ("/patients/?q=", "/patients/?page=", "/submissions/?page=", "/submissions/?outcome=")


def answers_to(hospital: Hospital, address: str, sent: dict[str, object]) -> int:
    """The status of the answer to what was posted."""
    return hospital.client("own_centre").post(address, sent).status_code


@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_no_search_and_no_page_number_breaks_a_list(text: str, hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    for address in ADDRESSES:
        path, _, name = address.partition("?")
        response = client.get(path, {name.rstrip("="): text.encode("utf-8", "surrogatepass")})
        assert response.status_code in (200, 302), (address, text)


@pytest.mark.parametrize("type_name", ["identity", "relapse"])
def test_no_text_in_any_control_breaks_a_form(type_name: str, hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    address = hospital.page_of(type_name)
    form = filled(client.get(address).content.decode())
    items = [one.name for one in DICTIONARY[type_name].items]
    for text in NASTY:
        everywhere = {name: text for name in items} | {f"{name}__unit": text for name in items}
        everywhere |= {f"{name}__missing": text for name in items}
        junk = {
            "keep-17": text,
            "keep-99999": text,
            f"keep-{text[:9].encode(errors='replace').decode()}": text,
            "clear": text,
        }
        for more in (everywhere, junk | {"version": text, "key": text, "item": [text, "x"]}):
            for target in (address, f"{address}fields/")[: 2 if more is everywhere else 1]:
                raw = {k: _bytes(v) for k, v in {**form, **more, "reason": text}.items()}
                assert client.post(target, raw).status_code < 500, (target, text, more)


@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_no_text_breaks_registering_or_deleting(text: str, hospital: Hospital) -> None:
    sent = {"number": "N-7", "keep-17": text, "reason": text, "item": "identity-given_name"}
    for one in (sent, sent | {"number": text}, sent | {"identity-given_name": text}):
        raw = {name: _bytes(value) for name, value in one.items()}
        assert answers_to(hospital, "/patients/new/", raw) < 500
    address = f"{hospital.page_of('follow_up')}delete/"
    raw = {"version": "1", "reason": _bytes(text)}
    assert answers_to(hospital, address, raw) < 500


def _bytes(value: object) -> object:
    """Half surrogate pairs as a hostile browser would send them."""
    if isinstance(value, list):
        return [_bytes(one) for one in value]
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value


@pytest.mark.parametrize("name", ["keep-17", "reason"])
@pytest.mark.parametrize("text", ["a\0b", "a\u202eb", "x" * (LONGEST_REASON + 1)])
def test_a_reason_that_cannot_be_kept_is_refused_in_words(
    name: str, text: str, hospital: Hospital
) -> None:
    client, address = hospital.client("own_centre"), hospital.page_of("relapse")
    sent = filled(client.get(address).content.decode()) | {"bm_blasts": ["55"], name: [text]}
    response = client.post(address, sent)
    says = "control characters" if len(text) < 9 else f"{LONGEST_REASON} at most"
    page = response.content.decode()
    assert response.status_code == 422 and "The reason" in page and says in page
    assert hospital.row("relapse").bm_blasts == 34


def test_a_deletion_for_no_readable_reason_is_refused_in_words(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), f"{hospital.page_of('follow_up')}delete/"
    response = client.post(address, {"version": "1", "reason": "a\0b"})
    assert response.status_code == 422 and "control characters" in response.content.decode()
    assert len(hospital.pages_of("follow_up")) == 2


def test_a_registration_with_an_unreadable_reason_is_refused_in_words(hospital: Hospital) -> None:
    sent = {"number": "N-7", "keep-17": "a\0b"}
    response = hospital.client("own_centre").post("/patients/new/", sent)
    assert response.status_code == 422 and "The reason" in response.content.decode()

"""Three versions of a record: which answers are taken, and which are asked?"""

from django.http import QueryDict

from registry.dictionary.case import Record
from registry.forms.entry import Entry, Typed
from registry.forms.saved import Saved
from registry.forms.three_way import three_way
from registry.models import DICTIONARY
from tests.web.hospital import Hospital, filled


def _entry(**answers: int | None) -> Entry:
    typed = {name: Typed(str(value or ""), unit="") for name, value in answers.items()}
    return Entry(Record("relapse", "r1", answers), typed)


def test_every_case_by_hand() -> None:
    #                        base  theirs  mine
    # number                  1      1      1     nobody changed it
    # number_since_diagnosis  1      2      1     only they
    # after_transplant        1      1      2     only I
    # ecog                    1      2      3     both, differently
    # performance_score       -      90     90    both, alike
    base = {"number": 1, "number_since_diagnosis": 1, "after_transplant": 1, "ecog": 1}
    stored = Saved({"number": 1, "number_since_diagnosis": 2, "after_transplant": 1, "ecog": 2,
                    "performance_score": 90})  # fmt: skip
    mine = _entry(
        number=1, number_since_diagnosis=1, after_transplant=2, ecog=3, performance_score=90
    )
    found = three_way("relapse", base, stored, mine, QueryDict())
    assert [one.item.name for one in found.taken_over] == ["number_since_diagnosis"]
    assert [one.item.name for one in found.kept_mine] == ["after_transplant"]
    assert [(one.item.name, one.was, one.theirs, one.mine) for one in found.clashes] == [
        ("ecog", "1", "2", "3")
    ]
    assert found.pairs == [("item", "after_transplant"), ("after_transplant", "2")]
    assert set(DICTIONARY["relapse"].by_name) >= set(base)


def test_a_clash_wants_a_choice_and_a_reason() -> None:
    stored, mine = Saved({"ecog": 2}), _entry(ecog=3)
    for chosen, decided in (
        ("asks=ecog", False),
        ("asks=ecog&take-ecog=mine", False),
        ("asks=ecog&take-ecog=junk", False),
        ("asks=ecog&take-ecog=theirs", True),
    ):
        assert three_way("relapse", {"ecog": 1}, stored, mine, QueryDict(chosen)).decided == decided
    told = Entry(mine.record, mine.typed, reasons={"ecog": "seen again"})
    chosen = QueryDict("asks=ecog&take-ecog=mine")
    assert three_way("relapse", {"ecog": 1}, stored, told, chosen).decided


def _both_save(hospital: Hospital) -> tuple[str, dict[str, list[str]]]:
    client, address = hospital.client("own_centre"), hospital.page_of("relapse")
    mine = filled(client.get(address).content.decode())
    mine |= {"bm_blasts": ["60"], "why-bm_blasts": ["typing error"], "pb_blasts": ["9"]}
    theirs = filled(client.get(address).content.decode())
    theirs |= {"bm_blasts": ["50"], "why-bm_blasts": ["read again"], "chimerism": ["20"]}
    assert client.post(address, theirs).status_code == 302
    page = client.post(address, mine)
    assert page.status_code == 409
    return address, filled(page.content.decode())


def test_a_merge_that_does_not_decide_is_asked_again(hospital: Hospital) -> None:
    address, sent = _both_save(hospital)
    client = hospital.client("own_centre")
    page = client.post(address, sent)
    assert page.status_code == 409 and "Choose one of the two" in page.content.decode()
    sent = filled(page.content.decode()) | {"take-bm_blasts": ["mine"], "why-bm_blasts": [""]}
    page = client.post(address, sent)
    assert page.status_code == 409 and "Say why yours holds" in page.content.decode()
    sent = filled(page.content.decode()) | {"why-bm_blasts": ["seen twice"]}
    assert client.post(address, sent).status_code == 302
    row = hospital.row("relapse")
    assert (float(row.bm_blasts), float(row.pb_blasts), float(row.chimerism)) == (60, 9, 20)


def test_a_third_person_who_saves_meanwhile_is_not_overwritten_either(hospital: Hospital) -> None:
    address, sent = _both_save(hospital)
    client = hospital.client("own_centre")
    third = filled(client.get(address).content.decode())
    third |= {"bm_blasts": ["70"], "why-bm_blasts": ["third smear"]}
    assert client.post(address, third).status_code == 302
    page = client.post(address, sent | {"take-bm_blasts": ["mine"]})
    assert page.status_code == 409 and "70 %" in page.content.decode()
    assert float(hospital.row("relapse").bm_blasts) == 70


def test_a_record_that_never_was_is_not_found_whatever_is_sent(hospital: Hospital) -> None:
    client, patient = hospital.client("own_centre"), f"/patients/{hospital.patient.pseudonym}/"
    for address in ("relapse/999999/", "nothing/1/", "relapse/999999/new/treatment_line/"):
        assert client.post(patient + address, {"item": "date", "date": "1"}).status_code == 404


def test_a_foreigner_learns_nothing_of_a_deleted_record(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), hospital.page_of("relapse")
    client.post(f"{address}delete/", {"version": "1", "reason": "entered twice"})
    assert client.post(address, {"item": "date", "date": "26/02/2009"}).status_code == 409
    line = f"{address}new/treatment_line/"
    assert client.post(line, {"item": "cycles", "cycles": "3"}).status_code == 409
    assert client.get(address).status_code == 404
    for person, status in (("colleague_read_only", 403), ("other_centre", 404)):
        assert hospital.client(person).post(address, {"item": "date"}).status_code == status

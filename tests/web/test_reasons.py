"""When is a reason for a change asked, and where does it stand afterwards?"""

from registry.audit import entered_by, history_of
from registry.scope import every_centre
from tests.web.hospital import Hospital, filled


def _post(hospital: Hospital, type_name: str, **changes: list[str]):  # type: ignore[no-untyped-def]
    client, address = hospital.client("own_centre"), hospital.page_of(type_name)
    return client.post(address, filled(client.get(address).content.decode()) | changes)


def _trail(hospital: Hospital, type_name: str) -> dict[str, tuple[str, str, str]]:
    with every_centre():
        last = history_of(hospital.row(type_name))[-1]
    return {one.name: (one.old, one.new, one.reason) for one in last.items}


def test_each_change_has_its_own_reason_in_the_trail(hospital: Hospital) -> None:
    response = _post(
        hospital, "relapse", bm_blasts=["40"], date=["27/02/2009"], pb_blasts=["3"],
        **{"why-bm_blasts": ["typing error"], "why-date": ["source read again"]},
    )  # fmt: skip
    assert response.status_code == 302
    assert _trail(hospital, "relapse") == {
        "bm_blasts": ("34 %", "40 %", "typing error"),
        "date": ("2009-02-26", "2009-02-27", "source read again"),
        "pb_blasts": ("", "3 %", ""),
    }


def test_a_change_without_its_reason_is_refused_at_the_field(hospital: Hospital) -> None:
    response = _post(
        hospital, "relapse", bm_blasts=["40"], date=["27/02/2009"], **{"why-date": ["a letter"]}
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert page.count("Say why this changes") == 1 and 'id="why-bm_blasts-problem"' in page
    assert 'value="40"' in page and 'value="a letter"' in page, "nothing typed is lost"
    assert hospital.row("relapse").version == 1


def test_what_lacks_its_reason_stays_marked_while_the_form_is_filled_in(hospital: Hospital) -> None:
    refused = _post(hospital, "relapse", bm_blasts=["40"], date=["27/02/2009"])
    sent = filled(refused.content.decode())
    assert sent["refused"] == ["1"]
    client, address = hospital.client("own_centre"), hospital.page_of("relapse")

    def drawn(**typed: list[str]) -> str:
        answer = client.post(f"{address}fields/", sent | typed, headers={"HX-Request": "true"})
        return answer.content.decode()

    one = drawn(**{"why-date": ["a letter"]})
    assert one.count("Say why this changes") == 1 and 'id="not-saved"' not in one
    both = drawn(**{"why-date": ["a letter"], "why-bm_blasts": ["a letter"]})
    assert "Say why this changes" not in both and 'id="not-saved"' in both


def test_clearing_a_stored_answer_needs_a_reason_as_well(hospital: Hospital) -> None:
    assert _post(hospital, "relapse", bm_blasts=[""]).status_code == 422
    missing = {"bm_blasts": [""], "bm_blasts__missing": ["UNK"], "why-bm_blasts": ["lost"]}
    assert _post(hospital, "relapse", **missing).status_code == 302
    assert _trail(hospital, "relapse")["bm_blasts"] == ("34 %", "Unknown", "lost")


def test_the_same_value_written_otherwise_is_no_change(hospital: Hospital) -> None:
    response = _post(hospital, "relapse", bm_blasts=["34,0"], date=["26.2.2009"])
    assert response.status_code == 302
    assert hospital.row("relapse").version == 1


def test_what_a_closed_branch_takes_away_stands_in_the_history(hospital: Hospital) -> None:
    reason = {"why-sites": ["the marrow was clear"]}
    assert _post(hospital, "relapse", sites=["CNS"], **reason).status_code == 302
    told = _trail(hospital, "relapse")
    assert told["bm_blasts"] == ("34 %", "", "the marrow was clear")
    assert told["sites"][2] == "the marrow was clear"


def test_the_form_tells_who_entered_what_was_stored(hospital: Hospital) -> None:
    page = hospital.client("own_centre").get(hospital.page_of("relapse")).content.decode()
    assert "was <b>26/02/2009</b>" in page and "entered by manager on" in page
    with every_centre():
        entered = entered_by(hospital.row("relapse"))
    assert {entered[one].who for one in ("date", "sites", "kind")} == {"manager"}
    page = hospital.client("own_centre").get(f"{hospital.page_of('patient')}new/follow_up/")
    assert "entered by" not in page.content.decode()
    page = hospital.client("colleague_read_only").get(hospital.page_of("relapse"))
    assert "why-" not in page.content.decode()

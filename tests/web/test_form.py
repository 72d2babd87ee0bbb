"""Does the one form for all records read, branch, judge and save what was typed?"""

import re

import pytest
from django.db import connection

from registry.models import Relapse
from tests.web.hospital import Hospital, filled


def saved(hospital: Hospital, type_name: str, **changes: str | list[str]) -> tuple[int, str]:
    """Open a record as the data manager, change some answers and save: the status and the page.

    What was stored before is changed with a reason, unless the test gives another.
    """
    changes = {"reason": "source read again", **changes}
    client, address = hospital.client("own_centre"), hospital.page_of(type_name)
    sent = filled(client.get(address).content.decode()) | {
        name: value if isinstance(value, list) else [value] for name, value in changes.items()
    }
    response = client.post(address, sent)
    page = client.get(response["Location"]) if response.status_code == 302 else response
    return response.status_code, page.content.decode()


def drawn_again(hospital: Hospital, type_name: str, **changes: list[str]) -> str:
    """What the server answers to htmx when those answers are typed."""
    client, address = hospital.client("own_centre"), hospital.page_of(type_name)
    sent = filled(client.get(address).content.decode()) | changes
    return client.post(f"{address}fields/", sent, headers={"HX-Request": "true"}).content.decode()


def test_saving_an_untouched_form_changes_nothing(hospital: Hospital) -> None:
    for type_name in ("patient", "identity", "disease", "transplant", "graft", "relapse",
                      "treatment_line", "acute_gvhd", "follow_up", "conditioning"):  # fmt: skip
        before = hospital.row(type_name)
        status, _ = saved(hospital, type_name)
        after = hospital.row(type_name)
        assert status == 302
        columns = [one.attname for one in before._meta.concrete_fields]
        assert {one: getattr(after, one) for one in columns if one != "judged_at"} == {
            one: getattr(before, one) for one in columns if one != "judged_at"
        }


@pytest.mark.parametrize(
    "typed, day, precision",
    [
        ("27/02/2009", "2009-02-27", "D"),
        ("27.02.2009", "2009-02-27", "D"),
        ("7/3/2009", "2009-03-07", "D"),
        ("2009-02-27", "2009-02-27", "D"),
        ("03/2009", "2009-03-01", "M"),
        ("2009-03", "2009-03-01", "M"),
        ("2009", "2009-01-01", "Y"),
    ],
)
def test_a_date_is_read_as_people_write_it(
    typed: str, day: str, precision: str, hospital: Hospital
) -> None:
    assert saved(hospital, "relapse", date=typed)[0] == 302
    row = hospital.row("relapse")
    assert (row.date.isoformat(), row.date_precision) == (day, precision)


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ("27/02/09", "write the year with four digits"),
        ("soon", "soon is not a date: write dd/mm/yyyy"),
        ("31/02/2009", "31/02/2009&#x27; is not a day of the calendar"),
        ("40/2/2009", "40/2/2009&#x27; is not a day of the calendar"),
        ("13.2009", "13.2009&#x27; is not a day of the calendar"),
        ("02/27/2009", "is not a day of the calendar"),
    ],
)
def test_an_unreadable_date_comes_back_as_typed_with_a_sentence(
    typed: str, sentence: str, hospital: Hospital
) -> None:
    status, page = saved(hospital, "relapse", date=typed, bm_blasts="55")
    assert status == 422
    assert f'value="{typed}"' in page and sentence in page
    assert 'value="55"' in page, "what was readable stays on the page too"
    assert hospital.row("relapse").bm_blasts == 34, "and nothing was saved"


def test_a_number_out_of_range_comes_back_with_its_bounds(hospital: Hospital) -> None:
    status, page = saved(hospital, "relapse", bm_blasts="340")
    assert status == 422
    assert "340 is outside 0 to 100 %" in page


def test_a_decimal_comma_and_another_unit_are_understood(hospital: Hospital) -> None:
    assert saved(hospital, "graft", cd3_dose="1,5", cd3_dose__unit="10^6/kg")[0] == 302
    row = hospital.row("graft")
    assert (float(row.cd3_dose_entered), row.cd3_dose_unit, float(row.cd3_dose)) == (
        1.5, "10^6/kg", 0.015,
    )  # fmt: skip


def test_a_field_holds_one_reason_why_there_is_no_value(hospital: Hospital) -> None:
    assert saved(hospital, "relapse", bm_blasts="", bm_blasts__missing="ND")[0] == 302
    row = hospital.row("relapse")
    assert (row.bm_blasts, row.bm_blasts_missing) == (None, "ND")
    page = hospital.client("own_centre").get(hospital.page_of("relapse")).content.decode()
    assert "Clear Blasts in the marrow" in page


def test_a_branch_opens_and_closes_on_the_server(hospital: Hospital) -> None:
    open_ = drawn_again(hospital, "relapse", sites=["BM"])
    closed = drawn_again(hospital, "relapse", sites=["CNS"])
    assert 'data-item="bm_blasts"' in open_ and "because: Bone marrow" in open_
    assert 'data-item="bm_blasts"' not in closed


def test_a_closed_branch_keeps_its_value_until_the_form_is_saved(hospital: Hospital) -> None:
    closed = drawn_again(hospital, "relapse", sites=["CNS"])
    assert "is not asked any more" in closed
    assert re.search(r'type="hidden" name="bm_blasts" value="34"', closed)
    assert hospital.row("relapse").bm_blasts == 34, "looking saves nothing"
    assert saved(hospital, "relapse", sites=["CNS"])[0] == 302
    assert hospital.row("relapse").bm_blasts is None


def test_what_nobody_can_read_in_a_closed_branch_does_not_stop_a_save(hospital: Hospital) -> None:
    typed = {"sites": ["CNS"], "bm_blasts": ["about 40"]}
    closed = drawn_again(hospital, "relapse", **typed)
    assert 'name="bm_blasts" value="about 40"' in closed, "it is there when the branch opens again"
    assert "cannot be read" not in closed
    assert saved(hospital, "relapse", **typed)[0] == 302
    row = hospital.row("relapse")
    assert (row.sites, row.bm_blasts) == (["CNS"], None)


def test_not_saved_is_not_said_any_longer_than_it_is_true(hospital: Hospital) -> None:
    gone = re.compile(r'<div id="not-saved" hx-swap-oob="true">\s*</div>')
    status, page = saved(hospital, "relapse", date="31/02/2009")
    assert status == 422 and "Not saved: some answers cannot be read" in page
    assert not gone.search(drawn_again(hospital, "relapse", date=["31/02/2009"]))
    assert gone.search(drawn_again(hospital, "relapse", date=["28/02/2009"]))


def test_a_message_prints_powers_as_the_field_beside_it(hospital: Hospital) -> None:
    warned = drawn_again(hospital, "graft", cd34_dose=["40"])
    assert "lie outside 1 to 20\u00a0×\u00a010⁶/kg" in warned and "40\u00a0×\u00a010⁶/kg" in warned
    refused = drawn_again(hospital, "graft", cd34_dose=["400"])
    assert 'id="cd34_dose-problem"' in refused
    assert "10^" not in re.sub(r"<[^>]*>", "", warned + refused)


def test_a_draft_that_breaks_a_hard_rule_is_saved_and_says_so(hospital: Hospital) -> None:
    status, page = saved(hospital, "relapse", date="26/02/2008")
    assert status == 302
    assert hospital.row("relapse").date.isoformat() == "2008-02-26"
    assert 'class="finding error"' in page
    assert "The relapse is dated before the transplant that it follows: correct" in page
    assert "26/02/2008" in page and "14/03/2008" in page


def test_a_warning_is_kept_with_a_reason(hospital: Hospital) -> None:
    _, page = saved(hospital, "relapse", date="20/03/2008")
    assert 'class="finding warning"' in page and 'name="keep-51"' in page
    _, page = saved(hospital, "relapse", **{"keep-51": "blasts rose after the nadir"})
    assert hospital.row("relapse").kept["51"] == "blasts rose after the nadir"
    assert "Kept, because: blasts rose after the nadir" in page


def test_a_no_without_its_day_is_not_stored_and_the_page_says_why(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    address = f"{hospital.page_of('transplant')}new/chronic_gvhd/"
    sent = filled(client.get(address).content.decode()) | {"occurred": ["NO"]}
    response = client.post(address, sent)
    assert response.status_code == 422
    page = response.content.decode()
    assert "cannot be stored as it stands" in page
    assert "A no has no day until which it was still no: give the day under" in page
    sent = filled(page) | {"as_of": ["02/11/2009"]}
    assert client.post(address, sent).status_code == 302
    assert hospital.row("chronic_gvhd").occurred == "NO"


def test_a_second_window_does_not_overwrite_the_first(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), hospital.page_of("relapse")
    stale = filled(client.get(address).content.decode())
    assert saved(hospital, "relapse", bm_blasts="50")[0] == 302
    response = client.post(address, stale | {"bm_blasts": ["60"]})
    page = response.content.decode()
    assert response.status_code == 409
    assert "50 %" in page and "60 %" in page
    assert hospital.row("relapse").bm_blasts == 50
    assert "csrfmiddlewaretoken" in page


def test_a_record_is_added_once_however_often_the_button_is_pressed(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    address = f"{hospital.page_of('patient')}new/follow_up/"
    sent = filled(client.get(address).content.decode())
    sent |= {"date_of_contact": ["01/12/2009"], "status": ["ALIVE"]}
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 409
    assert len(hospital.pages_of("follow_up")) == 3


def test_a_nested_record_is_added_below_its_parent(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    address = f"{hospital.page_of('treatment_line')}new/toxicity/"
    sent = filled(client.get(address).content.decode()) | {"grade": ["3"]}
    assert client.post(address, sent).status_code == 302
    row = hospital.row("toxicity")
    assert row.grade == 3 and row.treatment_line_id == hospital.row("treatment_line").pk


def test_the_treatment_says_how_it_will_be_analysed(hospital: Hospital) -> None:
    page = drawn_again(hospital, "treatment_line", components=["CHEMO", "DLI"])
    assert re.search(r"Will be analysed as:.*<strong>Chemotherapy and DLI</strong>", page)
    page = drawn_again(hospital, "treatment_line", components=["DLI"])
    assert "<strong>DLI alone</strong>" in page


def test_a_deletion_needs_a_reason(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), f"{hospital.page_of('relapse')}delete/"
    response = client.post(address, {"version": "1", "reason": " "})
    assert response.status_code == 422
    assert "Salvage" in response.content.decode(), "it says what would go with it"
    assert hospital.pages_of("relapse")


def test_a_save_leaves_who_why_and_through_which_door(hospital: Hospital) -> None:
    saved(hospital, "relapse", bm_blasts="41", reason="typing error")
    told = hospital.row("relapse")
    event = Relapse.pgh_event_model if hasattr(Relapse, "pgh_event_model") else None
    name = event._meta.db_table if event else "registry_relapseevent"
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.centres', %s, true)", [str(told.centre_id)])
        cursor.execute(
            f"SELECT c.metadata ->> 'reason', c.metadata ->> 'channel', c.metadata ->> 'user' "
            f"FROM {name} e JOIN pghistory_context c ON c.id = e.pgh_context_id "
            f"WHERE e.pgh_obj_id = %s AND e.bm_blasts = 41",
            [told.pk],
        )
        assert cursor.fetchall() == [("typing error", "form", str(hospital.own_centre.pk))]


def test_who_saves_an_error_is_told_that_reports_leave_the_patient_out(hospital: Hospital) -> None:
    right = hospital.row("relapse").date
    told = []
    for typed in ("14/03/2001", f"{right:%d/%m/%Y}"):
        status, page = saved(hospital, "relapse", date=typed)
        assert status == 302 and "Saved at" in page
        words = re.search(r"has (\d+) errors? to correct, and is left out of reports", page)
        left = hospital.row("patient").error_count
        assert (int(words[1]) if words else 0) == left
        told.append(left)
    assert told[0] > told[1]


def test_no_reason_says_in_the_same_word_what_a_choice_says(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    page = client.get(hospital.page_of("patient")).content.decode()
    sent = filled(page) | {"sex": [""], "sex__missing": [""]}
    address = f"{hospital.page_of('patient')}fields/"
    drawn = client.post(address, sent, headers={"HX-Request": "true"}).content.decode()
    for controls in (drawn, client.get("/patients/new/").content.decode()):
        sex = re.findall(r'name="(?:patient-)?sex(?:__missing)?" value="(\w+)"', controls)
        # A sex is not "done" either, and everybody has one.
        assert sex == ["M", "F", "U", "O", "NYA", "REF", "WD"]
    others = re.findall(r'name="blood_group__missing" value="(\w+)"', drawn)
    assert others[:2] == ["ND", "UNK"], "no blood group is called unknown"

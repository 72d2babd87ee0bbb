"""Are the columns of a table understood by the words above them, and is a doubtful one left to a person?"""

from __future__ import annotations

import pytest

from registry.exchange.also_called import ALSO_CALLED
from registry.exchange.columns import BadColumns, bad_unit, check, fold, item_of, targets
from registry.exchange.guesses import How, meanings, understood
from tests.exchange import planted
from tests.exchange.desk import guess


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("UPN", "key"), ("Hospital number", "key"), ("Patient ID", "key"), ("Pseudonym", "pseudonym"),
        ("Center", "centre"), ("Sex", "patient.sex"), ("SEX", "patient.sex"), ("gender", "patient.sex"),
        ("Date of birth (dd/mm/yyyy)", "identity.birth_date"), ("DOB", "identity.birth_date"),
        ("Transplant: Date", "transplant.date"), ("transplant.date", "transplant.date"),
        ("transplants.date", "transplant.date"), ("HSCT date", "transplant.date"),
        ("Transplant_Date", "transplant.date"), ("Date of diagnosis", "disease.date_diagnosis"),
        ("Diagnosis date", "disease.date_diagnosis"), ("dx", "disease.diagnosis"),
        ("donor", "graft.donor_type"), ("Stem cell source", "graft.source"), ("date_of_contact", "follow_up.date_of_contact"),
        ("Relapse date", "relapse.date"), ("acute_gvhd.grade_reported", "acute_gvhd.grade_reported"),
        ("Date", ""), ("Number", ""), ("Remarks", ""), ("", ""),
    ],
)  # fmt: skip
def test_one_header_alone(header: str, target: str) -> None:
    assert guess([header]) == [target]


def test_every_item_is_found_by_its_own_words() -> None:
    known = targets()
    items = [one for one in known if "." in one.value]
    for headers, values in (
        ([one.value for one in known], [one.value for one in known]),
        ([f"{one.group}: {one.label}" for one in items], [one.value for one in items]),
    ):
        found = meanings(headers, {})
        assert [one.target for one in found] == values
        assert {one.how for one in found} == {How.EXACT}


@pytest.mark.parametrize(
    ("header", "how"),
    [
        ("Hospital number", How.EXACT), ("gender", How.EXACT), ("Sex", How.EXACT),
        ("Date of birth (dd/mm/yyyy)", How.EXACT), ("Geburtsdatum", How.ASKED), ("White cells (10^9/L)", How.EXACT),
        ("White cells (G/l)", How.EXACT), ("HSCT date", How.GUESSED), ("Donor age", How.GUESSED),
        ("Date of diagnosis (relapse)", How.GUESSED), ("Date", How.ASKED), ("No", How.ASKED), ("", How.EXACT),
    ],
)  # fmt: skip
def test_how_it_is_known_what_a_header_means(header: str, how: How) -> None:
    assert meanings([header], {})[0].how is how


def test_what_fits_several_records_is_asked_and_the_likely_ones_are_named() -> None:
    (blasts,) = meanings(["Blasts in marrow (%)"], {})
    assert (blasts.target, blasts.how) == ("", How.ASKED)
    records = {one.partition(".")[0] for one in blasts.fits}
    assert records == {"relapse", "disease", "transplant", "treatment_line"}
    contact = meanings(["UPN", "Date of contact", "Status"], {})[2]
    assert (contact.target, contact.how) == ("", How.ASKED)
    assert contact.fits == ("follow_up.status", "consent.status")
    assert meanings(["UPN", "Transplant type", "No"], {})[2].fits[0] == "transplant.number"
    for beside in ("Transplant date", "Relapse date"):
        assert meanings(["UPN", beside, "Blasts in marrow (%)"], {})[2].how is How.ASKED


def test_bare_words_of_a_record_that_nothing_else_speaks_of_are_asked() -> None:
    alone = meanings(["UPN", "Transplant date", "Grade reported by the centre"], {})
    assert alone[2].how is How.ASKED
    assert guess(["UPN", "Transplant date", "Relapse: Blasts in the marrow"])[2] == (
        "relapse.bm_blasts"
    )
    remembered = {fold("Blasts in marrow (%)"): "transplant.blasts_bm_pre"}
    told = meanings(["UPN", "Transplant date", "Blasts in marrow (%)"], remembered)[2]
    assert (told.target, told.how) == ("transplant.blasts_bm_pre", How.REMEMBERED)


def test_a_guess_is_looked_at_once() -> None:
    headers = ["UPN", "HSCT date"]
    found = meanings(headers, {})
    assert [one.target for one in found] == ["key", "transplant.date"]
    assert not understood(headers, found)
    assert understood(headers, meanings(headers, {"hsct date": "transplant.date"}))


def test_accents_case_and_signs_make_no_difference() -> None:
    assert fold("  Größe/É_(İ) ") == "grosse e i"
    assert guess(["dátE Of  BÌRTH"]) == ["identity.birth_date"]


def test_what_the_centre_said_before_comes_first() -> None:
    remembered = {"cinsiyet": "patient.sex", "sex": "", "no": "key"}
    headers = ["Cinsiyet", "Sex", "No"]
    found = meanings(headers, remembered)
    assert [one.target for one in found] == ["patient.sex", "", "key"]
    assert {one.how for one in found} == {How.REMEMBERED}
    assert understood(headers, found)
    assert guess(["Sex", "Cinsiyet"], {"cinsiyet": "patient.sex"}) == ["", "patient.sex"]


def test_what_stands_twice_is_asked_each_time() -> None:
    remembered = {"upn": "key", "sex": "patient.sex", "date": ""}
    headers = ["UPN", "Sex", "Date", "date"]
    found = meanings(headers, remembered)
    assert [one.target for one in found] == ["key", "patient.sex", "", ""]
    assert not understood(headers, found)
    assert understood(headers[:3], meanings(headers[:3], remembered))


def test_no_target_stands_twice() -> None:
    assert guess(["UPN", "Sex", "Gender"]) == ["key", "patient.sex", ""]


def test_the_planted_table_needs_nobody() -> None:
    assert understood(planted.HEADERS, meanings(planted.HEADERS, {}))
    for headers, needs_nobody in (
        (["UPN", "Sex", "?"], False),
        (["UPN", "Sex", ""], True),
        (["Sex"], False),
    ):
        assert understood(headers, meanings(headers, {})) is needs_nobody


def test_a_foreign_unit_says_what_to_write_and_that_is_understood() -> None:
    for header in ("White cells (mg)", "White cells mg"):
        says = bad_unit(header, "disease.wbc_dx")
        assert "names a unit in which this is not asked (10^9/L)" in says
        proposed = says.partition("“")[2].partition("”")[0]
        assert bad_unit(proposed, "disease.wbc_dx") == ""
        assert guess([proposed]) == ["disease.wbc_dx"]
    assert bad_unit("White cells (G/l)", "disease.wbc_dx") == ""
    assert bad_unit("Whatever (mg)", "") == ""


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        (["key"], "1 columns are named"),
        (["key", "patient.shoe_size"], "no item 'patient.shoe_size'"),
        (["key", "key"], "2 columns are Patient: Own number"),
        (["", "patient.sex"], "No column tells the patient"),
        (["key", ""], "nothing|anything to say"),
    ],
)
def test_columns_that_make_no_sense_are_refused(chosen: list[str], says: str) -> None:
    with pytest.raises(BadColumns, match=says):
        check(chosen, ["A", "B"])


OURS = [
    "Pat.-No.", "DOB", "Gender", "Leukaemia", "Immunophenotype", "Dx date", "HSCT date", "Kind of HSCT",
    "Remission at HSCT", "Donor", "Stem cell source", "Karnofsky", "aGvHD grade", "Last seen", "Outcome",
    "Died on", "Cause of death", "Remarks",
]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "first", "also"),
    [
        ("Karnofsky", "status_before.performance_score", ("follow_up.performance", "relapse.performance_score")),
        ("Remission at HSCT", "transplant.disease_status", ("transplant.post_hsct_cr", "transplant.post_hsct_cr_date")),
        ("Kind of HSCT", "transplant.type", ()),
        ("Leukaemia", "disease.diagnosis", ()),
        ("Immunophenotype", "disease.all_phenotype", ()),
        ("Outcome", "follow_up.status", ()),
        ("aGvHD grade", "acute_gvhd.grade_reported", ("acute_gvhd.occurred",)),
        ("Cause of death", "death.primary_cause", ()),
        ("Remarks", "", ()),
    ],
)  # fmt: skip
def test_proposals_are_first_of_the_records_that_the_table_is_about(
    header: str, first: str, also: tuple[str, ...]
) -> None:
    found = dict(zip(OURS, meanings(OURS, {}), strict=True))[header]
    assert (found.target, found.how) == ("", How.ASKED)
    assert next(iter(found.fits), "") == first and set(also) <= set(found.fits)


def test_beside_columns_of_the_visits_the_score_of_the_visit_comes_first() -> None:
    visits = ["UPN", "Date of last contact", "Vital status", "Karnofsky"]
    assert meanings(visits, {})[3].fits[0] == "follow_up.performance"


def test_every_other_name_is_one_of_an_item() -> None:
    assert all(item_of(one) for one in ALSO_CALLED)

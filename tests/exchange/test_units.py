"""Is the unit above a column understood however it is written, and asked where it is none of ours?"""

from __future__ import annotations

import pytest

from registry.dictionary.language import Item
from registry.exchange.columns import BadColumns, check, item_of, targets
from registry.exchange.guesses import meanings, understood
from registry.exchange.units import BadUnit, folded, unit_in


def item(target: str) -> Item:
    found = item_of(target)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    "text",
    ["10^9/L", "x10^9/l", "×10⁹/L", "x 10*9 / L", "10E9/L", "10**9/l", "10⁹ cells/L", "1x10^9/L"],
)
def test_ten_to_the_ninth_per_litre(text: str) -> None:
    assert folded(text) == "10^9/l"


@pytest.mark.parametrize(
    ("target", "header", "unit"),
    [
        ("status_before.creatinine", "Creatinine (mg/dl)", "mg/dL"),
        ("status_before.creatinine", "Creatinine mg/dL", "mg/dL"),
        ("status_before.creatinine", "Creatinine [µmol/l]", ""),
        ("status_before.creatinine", "creatinine_mg/dl", "mg/dL"),
        ("status_before.lymphocytes", "Lymphocytes (/µL)", "/uL"),
        ("status_before.lymphocytes", "Lymphocytes (/μl)", "/uL"),
        ("status_before.lymphocytes", "Lymphocytes (cells/mm3)", "/uL"),
        ("status_before.lymphocytes", "Lymphocytes (G/l)", ""),
        ("status_before.haemoglobin", "Hb (G/L)", "g/L"),
        ("status_before.haemoglobin", "Hb g / l", "g/L"),
        ("status_before.ferritin", "Ferritin (mcg/l)", "ug/L"),
        ("status_before.alt", "ALT (IU/L)", ""),
        ("disease.wbc_dx", "WBC x10^9/l", ""),
        ("disease.wbc_dx", "WBC (10^3/µl)", ""),
        ("graft.cd34_dose", "CD34+ x 10^6 per kg", ""),
        ("graft.donor_age", "Age of the donor (yrs)", ""),
        ("status_before.dlco", "DLCO (%)", ""),
        ("follow_up.performance", "Karnofsky (%)", ""),
        ("disease.wbc_dx", "White cells (at diagnosis)", ""),
        ("disease.blasts_bm_dx", "Blasts BM (local lab)", ""),
        ("transplant.date", "Transplant (dd/mm/yyyy)", ""),
    ],
)
def test_a_unit_above_a_column(target: str, header: str, unit: str) -> None:
    assert unit_in(header, item(target)) == unit


@pytest.mark.parametrize(
    ("target", "header"),
    [
        ("status_before.creatinine", "Creatinine (mmol/L)"),
        ("status_before.creatinine", "Creatinine (mg/dl or umol/l)"),
        ("status_before.creatinine", "Creatinine mg/dl (umol/l)"),
        ("disease.wbc_dx", "WBC at diagnosis (/µL)"),
        ("disease.wbc_dx", "WBC cells/ul"),
        ("graft.cd34_dose", "CD34 cells per kg"),
        ("graft.cd34_dose", "CD34 (10^8/kg)"),
        ("graft.donor_age", "Donor age (months)"),
        ("status_before.height_cm", "Height (m)"),
        ("status_before.weight_kg", "Weight lbs"),
        ("conditioning.tbi_dose_gy", "TBI (cGy)"),
        ("chimerism.percent_donor", "Donor cells (fraction)"),
        ("follow_up.weight_kg", "Weight (%)"),
    ],
)
def test_a_unit_that_is_none_of_ours_is_asked(target: str, header: str) -> None:
    with pytest.raises(BadUnit, match="names a unit in which this is not asked"):
        unit_in(header, item(target))


def test_no_words_of_the_dictionary_are_taken_for_a_foreign_unit() -> None:
    for one in targets():
        if "." in one.value:
            mine = item(one.value)
            told = f"{one.label} ({mine.unit})" if mine.unit else one.label
            for header in (one.value, one.label, f"{one.group}: {one.label}", told):
                assert unit_in(header, mine) == ""


def test_a_table_with_such_a_column_waits_for_a_person() -> None:
    headers = ["UPN", "status_before.creatinine (mmol/l)"]
    found = meanings(headers, {})
    chosen = [one.target for one in found]
    assert chosen == ["key", "status_before.creatinine"]
    assert not understood(headers, found)
    with pytest.raises(BadColumns, match=r"umol/L, mg/dL\): convert"):
        check(chosen, headers)

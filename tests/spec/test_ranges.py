"""Is an implausible number or unit refused when it is read? (rule 31 of the dictionary, the hard part)"""

import pytest

from registry.dictionary.reading import read_case
from registry.models import DICTIONARY
from tests.spec.tables import patient

#         item             typed in                            refused
TABLE = (
    ("haemoglobin",        1.9,                                 True),
    ("haemoglobin",        2,                                   False),
    ("haemoglobin",        22.1,                                True),
    ("haemoglobin",        94,                                  True),
    ("haemoglobin",        {"value": 94, "unit": "g/L"},        False),
    ("haemoglobin",        {"value": 9.4, "unit": "g/L"},       True),
    ("haemoglobin",        {"value": 94, "unit": "mg"},         True),
    ("lymphocytes",        101,                                 True),
    ("lymphocytes",        {"value": 740, "unit": "/uL"},       False),
    ("ldh",                49,                                  True),
    ("ldh",                {"value": 4.6, "unit": "ukat/L"},    False),
    ("ferritin",           0.9,                                 True),
    ("ferritin",           909,                                 False),
    ("performance_score",  5,                                   True),
    ("ecog",               5,                                   True),
    ("weight_kg",          251,                                 True),
    ("height_cm",          1.70,                                True),
)  # fmt: skip


@pytest.mark.parametrize("item, typed, refused", TABLE)
def test_range(item: str, typed: object, refused: bool) -> None:
    case = patient(transplants=[{"status_before": {item: typed}}])
    places = [one.pointer for one in read_case(DICTIONARY, case).problems]
    assert places == ([f"/transplants/0/status_before/{item}"] if refused else [])


def test_the_value_in_the_own_unit_is_kept_beside_the_one_typed_in() -> None:
    typed = {"value": 94, "unit": "g/L"}
    case = patient(transplants=[{"status_before": {"haemoglobin": typed}}])
    transplant = read_case(DICTIONARY, case).record.of("transplant")[0]
    quantity = transplant.of("status_before")[0].answers["haemoglobin"]
    assert (float(quantity.normalised), quantity.unit) == (9.4, "g/L")

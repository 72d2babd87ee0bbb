"""Does a study answer with a sentence where the data cannot give a number: never a crash or nonsense?"""

import math
import random
from collections.abc import Iterable
from typing import Any

import pytest

from tests.reports.computed import compute, values_of
from tests.reports.roux_columns import roux_rows

Row = dict[str, Any]
ANALYSED = [row for row in roux_rows() if row["treatment"]]


def changed(rows: Iterable[Row], **change: Any) -> list[Row]:
    return [{**row, **change} for row in rows]


ALIVE: Row = {"death": "no", "death_date": None}
CASES = {
    "nobody": [],
    "nobody analysed": [row for row in roux_rows() if not row["treatment"]],
    "one": ANALYSED[:1],
    "two": ANALYSED[:2],
    "three": ANALYSED[:3],
    "four": ANALYSED[:4],
    "ten": ANALYSED[:10],
    "thirty": ANALYSED[:30],
    "no deaths": changed(ANALYSED, **ALIVE),
    "one death": [*changed(ANALYSED[:1], death="yes"), *changed(ANALYSED[1:], **ALIVE)],
    "all die on the day": [
        {**row, "death": "yes", "death_date": row["failure_date"]} for row in ANALYSED
    ],
    "no DLI": [row for row in roux_rows() if row["treatment"] != "dli"],
    "no reference": [row for row in roux_rows() if row["treatment"] != "second_hsct"],
    "nobody dies after DLI": [
        {**row, **ALIVE} if row["treatment"] == "dli" else row for row in roux_rows()
    ],
    "second transplants cure": [
        {**row, **ALIVE} if row["treatment"] == "second_hsct" else row for row in roux_rows()
    ],
    "boys only": [row for row in roux_rows() if row["sex"] == "M"],
    "TBI never known": changed(roux_rows(), tbi=""),
    "deaths without a date": changed(ANALYSED, death_date=None, death="yes"),
    "no dates of failure": changed(roux_rows(), failure_date=None),
    "dead before failure": changed(ANALYSED, death="yes", death_date="1999-01-01"),
    "no last contact": changed(roux_rows(), last_contact_date=None),
    "nothing known": changed(
        ({"patient": row["patient"], "transplant_type": "allo"} for row in roux_rows()),
        allo_number=1,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_cell_is_a_finite_number_or_a_sentence(case):
    results = compute(CASES[case])
    results.to_json()  # refuses NaN and infinity
    for key, value in values_of(results).items():
        if value.value is None:
            assert value.reason and value.reason.endswith("."), key
            assert value.text == "–", key
        else:
            assert value.reason is None, key
            assert math.isfinite(value.value), key
            assert "nan" not in value.text and "inf" not in value.text, key
    for figure in results.figures:
        for series in figure.series:
            assert all(0 <= s <= 1 for s in series.survival)


def reason(case: str, key: str) -> str | None:
    return values_of(compute(CASES[case]))[key].reason


@pytest.mark.parametrize(
    ("case", "key", "sentence"),
    [
        ("nobody", "t1.gender.M.pct", "Not known in any patient."),
        ("nobody", "t2.global.median", "No patients."),
        ("nobody", "t3.gender.F.hr", "No patients."),
        ("four", "t4.model", "4 deaths for 6 coefficients of the candidates."),
        ("ten", "t3.age.5-9.hr", "10 deaths for 3 coefficients; at least 5 each are needed."),
        ("nobody", "t4.model", "No patient is complete for the candidates."),
        ("no deaths", "t2.global.median", "Not reached: survival never falls to 50%."),
        ("no deaths", "t2.logrank.p", "Not tested: no deaths."),
        ("no deaths", "t3.gender.F.hr", "Not estimated: no deaths."),
        ("no deaths", "t4.model", "Not estimated: no deaths."),
        ("no DLI", "t2.treatment.dli.median", "No patients."),
        ("no DLI", "t4.treatment.dli.hr", "Not estimable: no patient with this level."),
        ("boys only", "t3.gender.F.hr", "Not estimable: no patient with this level."),
        ("TBI never known", "t3.tbi.yes.hr", "Not estimated: not known in any patient."),
        ("nobody dies after DLI", "t4.treatment.dli.hr", "Not estimable: monotone likelihood."),
        ("thirty", "t4.treatment.dli.hr", "at least 5 each are needed."),
        ("no dates of failure", "t2.logrank.p", "No patient with a known start and end"),
        ("nobody dies after DLI", "s3.cr.treatment.p", "a coefficient of one of the two is not"),
        ("nobody dies after DLI", "text.interaction.p", "a coefficient of one of the two is not"),
        ("second transplants cure", "s5.second.interval.p", "a coefficient of one of the two is"),
        ("all die on the day", "text.alive.median", "No patient is alive at last contact."),
    ],
)
def test_the_sentence_says_what_is_missing(case, key, sentence):
    assert sentence in str(reason(case, key))


def test_an_arm_without_deaths_leaves_the_others_their_numbers():
    values = values_of(compute(CASES["nobody dies after DLI"]))
    assert values["t4.treatment.palliative.hr"].value == pytest.approx(4.7, abs=0.1)


def test_an_interaction_that_can_be_tested_beside_them_is():
    values = values_of(compute(CASES["nobody dies after DLI"]))
    assert values["s3.cr.interval.p"].value is not None
    values = values_of(compute(CASES["second transplants cure"]))
    assert values["s5.dli.interval.p"].value is not None


def test_patients_without_usable_dates_are_counted_in_a_warning():
    early = changed(ANALYSED[:3], death="yes", death_date="1999-01-01")
    results = compute([*early, *ANALYSED[3:]])
    assert any("3 (death before the origin)" in text for text in results.warnings)
    results = compute(CASES["deaths without a date"])
    assert any("288 (death without a date)" in text for text in results.warnings)


def test_a_model_with_few_deaths_carries_a_warning():
    few = [row for place, row in enumerate(ANALYSED) if place % 4 == 0]
    results = compute(few)
    assert any("fewer than 10 deaths per coefficient" in text for text in results.warnings)


def test_a_patient_who_counts_twice_is_told():
    results = compute([*ANALYSED, ANALYSED[0]])
    assert any("289 rows belong to 288 patients" in text for text in results.warnings)


@pytest.mark.parametrize("seed", range(40))
def test_any_handful_of_patients_gets_numbers_or_sentences(seed):
    draw = random.Random(seed)
    failed = [row for row in roux_rows() if row["failure"] == "yes"]
    some = draw.sample(failed, draw.choice((4, 8, 15, 25, 40, 100)))
    living = [row if draw.random() < 0.5 else {**row, **ALIVE} for row in some]
    for value in values_of(compute(living)).values():
        assert (value.value is None) == bool(value.reason)

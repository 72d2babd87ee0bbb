"""Do the treatment lines of a relapse give the strategy that each study would read in them?"""

from datetime import date

import pytest

from registry.dictionary import derived
from registry.dictionary.case import Case, Node
from registry.dictionary.reading import read_case
from registry.models import DICTIONARY
from tests.spec.tables import patient


def relapse_with(*lines: dict[str, object]) -> Node:
    """A relapse on 2009-01-10 treated by these lines."""
    numbered = [{"number": n, **line} for n, line in enumerate(lines, start=1)]
    raw = patient(
        transplants=[{"number": 1, "date": "2008-03-14"}, {"number": 2, "date": "2009-06-01"}],
        relapses=[
            {
                "number": 1,
                "after_transplant": 1,
                "date": "2009-01-10",
                "treatment_lines": numbered,
            }
        ],
    )
    reading = read_case(DICTIONARY, raw)
    assert not reading.problems, reading.problems
    return Case(reading.record, DICTIONARY, date(2020, 1, 1)).of("relapse")[0]


def parts(*components: str, **items: object) -> dict[str, object]:
    return {"components": list(components), **items}


@pytest.mark.parametrize(
    ("lines", "strategy"),
    [
        ([parts("CHEMO", "HSCT2")], "second_hsct"),
        ([parts("CHEMO"), parts("DLI"), parts("HSCT2")], "second_hsct"),
        ([parts("CHEMO", "DLI")], "chemo_dli"),
        ([parts("CHEMO"), parts("DLI", "IS_WITHDRAWAL")], "chemo_dli"),
        ([parts("TARGETED", "DLI")], "chemo_dli"),
        ([parts("DLI")], "dli"),
        ([parts("SUPPORTIVE"), parts("DLI")], "dli"),
        ([parts("CHEMO")], "chemotherapy"),
        ([parts("TARGETED", "RADIOTHERAPY")], "chemotherapy"),
        ([parts("CHEMO"), parts("SUPPORTIVE", intent="PALLIATIVE")], "chemotherapy"),
        ([parts("SUPPORTIVE")], "palliative"),
        ([parts("PALLIATIVE_CHEMO")], "palliative"),
        ([parts("CHEMO", intent="PALLIATIVE")], "palliative"),
        ([{"intent": "PALLIATIVE"}], "palliative"),
        ([parts()], "palliative"),
        ([parts("CHEMO", refused="YES")], "palliative"),
        ([parts("CHEMO"), parts("HSCT2", refused="YES")], "chemotherapy"),
        ([parts("IS_WITHDRAWAL")], None),
        ([parts("RADIOTHERAPY")], None),
        ([{}], None),
        ([parts("SUPPORTIVE"), {"components": {"missing": "UNK"}}], None),
        ([], None),
    ],
)
def test_strategy_of_roux(lines: list[dict[str, object]], strategy: str | None) -> None:
    relapse = relapse_with(*lines)
    assert derived.strategy_roux(relapse) == strategy
    for line in relapse.children("treatment_line"):
        assert derived.strategy_roux(line) == strategy
        assert bool(derived.strategy_words(line)) == (strategy is not None)


def test_strategy_of_hazar_has_three_levels() -> None:
    assert derived.strategy_hazar(relapse_with(parts("DLI"))) == "curative_no_hsct2"
    assert derived.strategy_hazar(relapse_with(parts("CHEMO", "HSCT2"))) == "second_hsct"
    assert derived.strategy_hazar(relapse_with(parts("SUPPORTIVE"))) == "palliative"
    assert derived.strategy_hazar(relapse_with()) is None


@pytest.mark.parametrize(
    ("lines", "group"),
    [
        ([{"drugs": ["FLUDARABINE", "CYTARABINE"]}], "purine_analogue"),
        ([{"regimen": "CLOVE"}], "purine_analogue"),
        ([{"drugs": ["BORTEZOMIB"]}], "targeted_agent"),
        ([{"regimen": "FLAG_IDA"}, {"components": ["CAR_T"]}], "targeted_agent"),
        ([{"drugs": ["BLINATUMOMAB"], "refused": "YES"}], None),
        ([{"drugs": ["VINCRISTINE"]}], None),
        ([], None),
    ],
)
def test_strategy_of_kaya(lines: list[dict[str, object]], group: str | None) -> None:
    assert derived.strategy_kaya(relapse_with(*lines)) == group


@pytest.mark.parametrize(
    ("lines", "drug"),
    [
        ([{"regimen": "FLAG_IDA"}, {"components": ["CAR_T"]}], "car_t"),
        ([{"drugs": ["BORTEZOMIB", "CLOFARABINE"]}], "bortezomib"),
        ([{"regimen": "BORTEZOMIB_BASED"}, {"drugs": ["BLINATUMOMAB"]}], "blinatumomab"),
        ([{"components": ["TARGETED"]}, {"drugs": ["FLUDARABINE"]}], "other_targeted"),
        ([{"drugs": ["FLUDARABINE", "CLOFARABINE"]}], "clofarabine"),
        ([{"regimen": "FLAG"}, {"drugs": ["BORTEZOMIB"], "refused": "YES"}], "fludarabine"),
        ([{"drugs": ["VINCRISTINE"]}], None),
        ([], None),
    ],
)
def test_the_drug_of_the_salvage_is_of_its_group(
    lines: list[dict[str, object]], drug: str | None
) -> None:
    assert derived.salvage_drug(relapse_with(*lines)) == drug


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        ([parts("CHEMO", response="CRI", date_response="2009-03-01")], "yes"),
        ([parts("CHEMO", response="PR")], "no"),
        ([parts("CHEMO", response="PR"), parts("TARGETED", response="CR")], "yes"),
        ([parts("CHEMO", "HSCT2", response="CR", date_response="2009-07-01")], "no"),
        ([parts("CHEMO", response="NE")], None),
        ([parts("SUPPORTIVE", response="PD")], None),
        ([], None),
    ],
)
def test_chemosensitive_means_remission_before_dli_or_transplant(
    lines: list[dict[str, object]], answer: str | None
) -> None:
    assert derived.chemosensitive(relapse_with(*lines)) == answer


def test_first_dli_leaves_other_cells_out() -> None:
    infusions = [
        {"number": 1, "product": "CAR_T", "date": "2009-02-01"},
        {"number": 2, "product": "DLI", "date": "2009-04-01"},
        {"number": 3, "product": "DLI", "date": "2009-03"},
    ]
    relapse = relapse_with({"infusions": infusions})
    assert str(derived.first_dli_day(relapse)) == "2009-03"

"""Can a run's results be read back from what is kept of them?"""

import json

import pytest

from reports.render.pdf import pdf
from reports.results import Results
from tests.reports import sample_results as sample
from tests.reports.computed import compute
from tests.reports.roux_columns import roux_rows


def test_made_by_hand_they_are_the_same_again() -> None:
    made = sample.results()
    read = Results.from_json(made.to_json())
    # Curves are kept to twelve digits; everything else is equal as it stands.
    assert read.to_json() == made.to_json()
    assert (read.flow, read.tables, read.texts) == (made.flow, made.tables, made.texts)
    assert (read.comparisons, read.provenance) == (made.comparisons, made.provenance)


def test_hostile_texts_come_back_as_they_were() -> None:
    made = sample.hostile_results()
    assert Results.from_json(made.to_json()).tables == made.tables


def test_the_computed_cohort_comes_back_and_is_drawn_alike() -> None:
    made = compute(roux_rows())
    read = Results.from_json(made.to_json())
    assert read.to_json() == made.to_json()
    assert pdf(read) == pdf(made)


@pytest.mark.parametrize("spoil", ["flow", "provenance"])
def test_a_text_of_another_shape_is_refused(spoil: str) -> None:
    plain = json.loads(sample.results().to_json())
    del plain[spoil]
    with pytest.raises(KeyError):
        Results.from_json(json.dumps(plain))


def test_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="Expecting"):
        Results.from_json("")

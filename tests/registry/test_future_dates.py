"""Can a date in the future get past the entry? Every record type refuses one; a far year cannot be read."""

import pytest

from registry.dictionary.values import BadValue, PartialDate
from registry.models import RECORD_MODELS
from registry.models.base import NOT_IN_FUTURE


@pytest.mark.parametrize("model", RECORD_MODELS, ids=lambda model: model.__name__)
def test_every_record_type_refuses_a_date_in_the_future(model) -> None:
    assert NOT_IN_FUTURE in model.record_type.rules


@pytest.mark.parametrize("text", ["2101-01-01", "2201", "9999-12-31"])
def test_a_far_year_is_no_date(text: str) -> None:
    with pytest.raises(BadValue, match="check the year"):
        PartialDate.parse(text)

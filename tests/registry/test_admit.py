"""Does a centre come in with everything that is said about it, and with nothing wrong?"""

import pytest
from django.core.management import CommandError, call_command

from registry.models import Centre

KNOWN = {
    "city": "Ashford",
    "country": "FR",
    "cic": "0514",
    "ccn": "10234",
    "population": "paediatric",
    "time_zone": "Europe/Istanbul",
}


def test_a_centre_has_every_field_that_was_given(db: None) -> None:
    call_command("create_centre", "F01", "Ashford", **KNOWN, verbosity=0)
    assert Centre.objects.filter(code="F01", name="Ashford", **KNOWN).count() == 1


@pytest.mark.parametrize(
    "wrong", [{"population": "dogs"}, {"time_zone": "Europe/Nowhere"}, {"country": "France"}]
)
def test_a_wrong_value_is_refused(db: None, wrong: dict[str, str]) -> None:
    with pytest.raises(CommandError):
        call_command("create_centre", "F01", "Ashford", **wrong)
    assert not Centre.objects.exists()

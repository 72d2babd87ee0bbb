"""What was given to prevent graft-versus-host disease?"""

from django.db import models

from registry.dictionary import codes
from registry.dictionary.checks import InOrder, Never, Require, error, warning
from registry.dictionary.predicates import AllOf, AnyOf, Compare, Has, HasOnly, Is, Known, Not
from registry.models.base import PatientRecord, record
from registry.models.fields import Code, Codes, Number, PartialDate

PTCY = Has("drugs", "PTCY")


def _days(first: str, second: str) -> AllOf:
    """Given on exactly these two days."""
    both = (first, second)
    return AllOf(*(Has("ptcy_days", day) for day in both), HasOnly("ptcy_days", *both))


RULES = (
    error(
        1,
        "Prophylaxis stops before it starts: correct one of the dates",
        InOrder("date_start", "date_stop"),
        "seeds; C15",
    ),
    error(
        26,
        "Cyclophosphamide after transplant is denied, and stands among the drugs: correct one of "
        "the two",
        Never(AllOf(Is("ptcy_reported", "NO"), PTCY)),
        "HSCT2",
    ),
    warning(
        26,
        "Cyclophosphamide after transplant is not on days +3 and +4, or +3 and +5: check the days",
        Require(PTCY, AnyOf(_days("D3", "D4"), _days("D3", "D5"))),
        "(k)",
    ),
    warning(
        26,
        "Cyclophosphamide after transplant is not at 25 to 50 mg/kg a day: check the dose of a day",
        Require(PTCY, AllOf(Compare("ptcy_dose", ">=", 25), Compare("ptcy_dose", "<=", 50))),
        "(k)",
    ),
)


@record("prophylaxes", "GvHD prophylaxis", parent="transplant", single=True, rules=RULES)
class Prophylaxis(PatientRecord):
    """Drugs and procedures against graft-versus-host disease."""

    transplant = models.ForeignKey(
        "registry.Transplant", on_delete=models.CASCADE, related_name="+"
    )
    drugs = Codes("Prophylaxis", codes.PROPHYLAXIS, core=True, help="All that were planned.")
    ptcy_reported = Code(
        "Cyclophosphamide after transplant, as reported",
        codes.YES_NO,
        asked_if=Not(Known("drugs")),
        help="Where the other drugs are not known.",
    )
    ptcy_dose = Number(
        "Dose of cyclophosphamide on each day",
        core=True,
        unit="mg/kg",
        low=1,
        high=100,
        places=1,
        asked_if=PTCY,
    )
    ptcy_days = Codes("Days of cyclophosphamide", codes.PTCY_DAY, core=True, asked_if=PTCY)
    date_start = PartialDate("Start", core=True)
    date_stop = PartialDate("Stop", help="Of the last drug.")

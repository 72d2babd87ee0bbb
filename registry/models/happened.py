"""How is "did it happen?" kept honest? Yes has its date, no has the day on which it was still no."""

from django.db.models import CheckConstraint, Q

from registry.dictionary.checks import Never, Require, Rule, error
from registry.dictionary.predicates import AllOf, AnyOf, Is, Known
from registry.models.fields import PartialDate

NO_IS_DATED = 76
"""The number of the rule: dictionary.md 2.1 asks for it, its table of checks ends at 75."""


def no_is_dated(model_name: str, item: str) -> CheckConstraint:
    """The database itself refuses a "no" of which nobody knows the day."""
    return CheckConstraint(
        name=f"{model_name}_{item}_no_is_dated"[:63],
        condition=Q(**{f"{item}__isnull": True}) | ~Q(**{item: "NO"}) | Q(as_of__isnull=False),
    )


def no_needs_as_of(*items: str) -> Rule:
    """A "no" to any of these needs the day on which it was still so."""
    return error(
        NO_IS_DATED,
        "A no has no day until which it was still no: give the day under “Still no on”",
        Require(AnyOf(*(Is(item, "NO") for item in items)), Known("as_of")),
        "dictionary 2.1",
        refused=True,
    )


def no_has_no_date(item: str, date: str) -> Rule:
    """What did not happen has no date."""
    return error(
        NO_IS_DATED,
        "What did not happen has a date: remove the date, or correct the no",
        Never(AllOf(Is(item, "NO"), Known(date))),
        "dictionary 2.1",
    )


def still_no_on() -> PartialDate:
    """The item `as_of`."""
    return PartialDate(
        "Still no on",
        help="The last day on which somebody looked. A no without a day cannot be stored.",
    )

"""Which date tells a record apart from others, and which date must a new record have?"""

from __future__ import annotations

from registry.dictionary.language import Item, RecordType
from registry.dictionary.values import Kind

NUMBER = "number"


def date_item_of(type_: RecordType) -> str:
    """The item whose day tells records of this type apart, or ""."""
    if type_.order_by and type_.by_name[type_.order_by].kind is Kind.DATE:
        return type_.order_by
    return next((item.name for item in type_.items if item.kind is Kind.DATE), "")


def main_date_of(type_: RecordType) -> Item | None:
    """The date without which a record of this type tells little; None where it can do without.

    Of what repeats it is the day that orders it, or that stands beside its number. Of what
    happens once, it is an item `date` that is asked of everybody: death has one, identity none.
    """
    if type_.single:
        own = type_.by_name.get("date")
        return own if own and own.core and own.kind is Kind.DATE else None
    if type_.order_by or NUMBER in type_.by_name:
        return type_.by_name.get(date_item_of(type_))
    return None

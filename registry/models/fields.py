"""How does one line in a model become an item of the dictionary and its typed columns?

Each class is a Django field that also carries an `Item`. Beside its own column it adds
`<name>_missing` (the one reason why there is no value) and, where needed, `<name>_precision`
(dates) or `<name>_entered` and `<name>_unit` (numbers with alternative units). In migrations and
in the trail all of them are plain Django fields.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from registry.dictionary.language import CodeList, Item, Kind, Unit
from registry.dictionary.predicates import Predicate
from registry.dictionary.values import Missing
from registry.models.sealed import seal, seal_bytes, unseal, unseal_bytes


class ItemField:
    """What the item fields share: the item, its companion columns and its constraint."""

    kind: Kind
    plain: type[models.Field]

    def __init__(
        self,
        label: str = "",
        codes: CodeList | None = None,
        *,
        core: bool = False,
        unit: str = "",
        units: tuple[Unit, ...] = (),
        low: float | None = None,
        high: float | None = None,
        places: int = 0,
        length: int = 200,
        partial: bool = True,
        asked_if: Predicate | None = None,
        help: str = "",
        section: str = "",
        identifying: bool = False,
        reasons: tuple[Missing, ...] = tuple(Missing),
    ) -> None:
        self._words = {
            "label": label,
            "codes": codes,
            "core": core,
            "unit": unit,
            "units": units,
            "low": None if low is None else Decimal(str(low)),
            "high": None if high is None else Decimal(str(high)),
            "places": places,
            "length": length,
            "partial": partial,
            "asked_if": asked_if,
            "help": help,
            "section": section,
            "identifying": identifying,
            "reasons": reasons,
        }
        super().__init__(verbose_name=label, null=True, blank=True, **self.column())

    def column(self) -> dict[str, Any]:
        """The arguments of the plain Django field."""
        return {}

    def companions(self) -> Iterable[tuple[str, models.Field]]:
        """The columns beside the value."""
        yield "missing", models.CharField(max_length=3, null=True, blank=True)

    def contribute_to_class(self, cls: type[models.Model], name: str, *args: Any) -> None:
        super().contribute_to_class(cls, name, *args)  # type: ignore[misc]
        self.item = Item(name=name, kind=self.kind, **self._words)
        for suffix, companion in self.companions():
            companion.contribute_to_class(cls, f"{name}_{suffix}")

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _, args, kwargs = super().deconstruct()  # type: ignore[misc]
        return name, f"{self.plain.__module__}.{self.plain.__qualname__}", args, kwargs

    def clone(self) -> models.Field:
        _, _, args, kwargs = self.deconstruct()
        return self.plain(*args, **kwargs)

    def permitted(self) -> Q:
        """What the database itself can hold this value to."""
        return Q()

    def constraint(self, model: type[models.Model]) -> models.CheckConstraint:
        """A value or one missing reason, never both; and a permitted value."""
        name = self.item.name
        permitted = Q(**{f"{name}_missing__isnull": True}) & self.permitted()
        return models.CheckConstraint(
            name=f"{model._meta.model_name}_{name}"[:63],
            condition=(Q(**{f"{name}__isnull": True}) | permitted)
            & (
                Q(**{f"{name}_missing__isnull": True})
                | Q(**{f"{name}_missing__in": [one.value for one in Missing]})
            ),
        )


class Code(ItemField, models.CharField):
    """One code of a closed list."""

    kind = Kind.CODE
    plain = models.CharField

    def column(self) -> dict[str, Any]:
        return {"max_length": 32}

    def permitted(self) -> Q:
        return Q(**{f"{self.item.name}__in": list(self.item.code_values)})


class Codes(ItemField, ArrayField):
    """A set of codes of a closed list."""

    kind = Kind.CODES
    plain = ArrayField

    def column(self) -> dict[str, Any]:
        return {"base_field": models.CharField(max_length=32)}

    def permitted(self) -> Q:
        return Q(**{f"{self.item.name}__contained_by": list(self.item.code_values)})


class PartialDate(ItemField, models.DateField):
    """A date known to the day, month or year. The column holds its first possible day."""

    kind = Kind.DATE
    plain = models.DateField

    def companions(self) -> Iterable[tuple[str, models.Field]]:
        yield from super().companions()
        yield "precision", models.CharField(max_length=1, null=True, blank=True)

    def permitted(self) -> Q:
        precise = ("D", "M", "Y") if self.item.partial else ("D",)
        return Q(
            **{
                f"{self.item.name}__gte": "1900-01-01",
                f"{self.item.name}_precision__in": precise,
                f"{self.item.name}_precision__isnull": False,
            }
        )


class Number(ItemField, models.DecimalField):
    """A decimal number in a stated unit."""

    kind = Kind.NUMBER
    plain = models.DecimalField

    def column(self) -> dict[str, Any]:
        return {"max_digits": 14, "decimal_places": self._words["places"]}

    def companions(self) -> Iterable[tuple[str, models.Field]]:
        yield from super().companions()
        if self._words["units"]:
            yield (
                "entered",
                models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True),
            )
            yield "unit", models.CharField(max_length=20, null=True, blank=True)

    def permitted(self) -> Q:
        return _between(self.item)


class Integer(ItemField, models.IntegerField):
    """A whole number in a stated unit."""

    kind = Kind.INTEGER
    plain = models.IntegerField

    def permitted(self) -> Q:
        return _between(self.item)


class Text(ItemField, models.CharField):
    """Free text, where no code list fits."""

    kind = Kind.TEXT
    plain = models.CharField

    def column(self) -> dict[str, Any]:
        return {"max_length": self._words["length"]}


class _Sealed(ItemField, models.TextField):
    """An identifying answer, encrypted in the database and in the trail."""

    plain = models.TextField

    def get_prep_value(self, value: str | None) -> str | None:
        return None if value is None else seal(value)

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return None if value is None else unseal(value)


class SealedDate(_Sealed):
    """An identifying date, encrypted; the attribute holds its ISO text."""

    kind = Kind.DATE


class SealedText(_Sealed):
    """Identifying text, encrypted."""

    kind = Kind.TEXT


class SealedBytes(models.BinaryField):
    """Bytes, encrypted in the database."""

    def get_prep_value(self, value: bytes | None) -> bytes | None:
        return None if value is None else seal_bytes(value)

    def from_db_value(self, value: bytes | memoryview | None, *_: Any) -> bytes | None:
        return None if value is None else unseal_bytes(bytes(value))

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs


def _between(item: Item) -> Q:
    bounds = Q()
    if item.low is not None:
        bounds &= Q(**{f"{item.name}__gte": item.low})
    if item.high is not None:
        bounds &= Q(**{f"{item.name}__lte": item.high})
    return bounds

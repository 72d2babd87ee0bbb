"""What does every clinical record have besides its items? A patient, a centre, a key, a version."""

from __future__ import annotations

from collections.abc import Callable
from inspect import cleandoc
from typing import ClassVar, TypeVar

import pghistory
from django.db import models

from registry.dictionary.checks import NamesARecord, NotInFuture, Rule, error
from registry.dictionary.language import Link, RecordType
from registry.dictionary.values import KEY_LENGTH
from registry.models.fields import ItemField
from registry.models.signed import locked_while_signed


class ClinicalRecord(models.Model):
    """A record of one centre's patient. Written by actions only; every change leaves an event."""

    record_type: ClassVar[RecordType]

    centre = models.ForeignKey("registry.Centre", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=KEY_LENGTH, help_text="Its name in the centre's own system")
    version = models.PositiveIntegerField(default=1)
    kept = models.JSONField(default=dict, blank=True, help_text="Rule number: reason it was kept")

    class Meta:
        abstract = True


class PatientRecord(ClinicalRecord):
    """A record that hangs on a patient."""

    patient = models.ForeignKey("registry.Patient", on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True


M = TypeVar("M", bound=type[ClinicalRecord])

NOT_IN_FUTURE = error(1, "A date lies in the future: correct it", NotInFuture(), "seeds; C15")


def _names_a_record(link: Link) -> Rule:
    """A number that leads nowhere leaves the rules that follow it unjudged, and a transplant without
    its relapse: reports would count it among those that never failed."""
    target = link.target.replace("_", " ")
    says = (
        f"No {target} has the number that is named here: give the {target} its number, or correct "
        "this one"
    )
    return error(77, says, NamesARecord(link))


def record(
    plural: str,
    label: str,
    *,
    parent: str | None = "patient",
    single: bool = False,
    rules: tuple[Rule, ...] = (),
    links: tuple[Link, ...] = (),
    order_by: str = "",
    help: str = "",
) -> Callable[[M], M]:
    """Make a model a record type of the dictionary: constraints from its items, and the trail."""

    def decorate(model: M) -> M:
        fields = [one for one in model._meta.local_fields if isinstance(one, ItemField)]
        model.record_type = RecordType(
            name=_snake(model.__name__),
            plural=plural,
            label=label,
            parent=parent,
            single=single,
            items=tuple(one.item for one in fields),
            rules=(NOT_IN_FUTURE, *rules, *map(_names_a_record, links)),
            links=links,
            order_by=order_by,
            help=help or cleandoc(model.__doc__ or ""),
        )
        _constrain(model, fields, parent)
        locked_while_signed(model, model.record_type)
        return pghistory.track(
            pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent()
        )(model)

    return decorate


def _constrain(model: type[models.Model], fields: list[ItemField], parent: str | None) -> None:
    """Add the constraints that the items imply to those of the model's Meta."""
    name = model._meta.model_name
    home = ("centre",) if parent is None else (parent,)
    own = [
        models.UniqueConstraint(fields=[*home, "key"], name=f"{name}_key"),
        *(one.constraint(model) for one in fields),
    ]
    model._meta.constraints = [*model._meta.constraints, *own]
    # Django writes only those options into migrations that stand among the original ones.
    model._meta.original_attrs["constraints"] = model._meta.constraints


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")

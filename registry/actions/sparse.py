"""How are rows inserted quickly that leave most of their columns empty?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Field, Model, QuerySet


class Sparse(QuerySet):
    """Its `bulk_create` names those columns only in which some row holds anything; the others are null.

    A disease has a hundred columns, and a line of a table fills five: to spell out the rest took
    most of the time of an insert. Not for models with defaults of the database.
    """

    def _insert(self, objs: Sequence[Model], fields: Sequence[Field], **options: Any) -> Any:
        if options.get("on_conflict") is None:
            fields = [f for f in fields if any(getattr(o, f.attname) is not None for o in objs)]
        return super()._insert(objs, fields=fields, **options)  # type: ignore[misc]

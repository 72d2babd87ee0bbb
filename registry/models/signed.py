"""What does PostgreSQL itself keep of a signature? The answers of a signed record stay, whoever writes (ADR 0013)."""

from __future__ import annotations

from collections.abc import Iterator

import pgtrigger
from django.db import models

from registry.dictionary.language import RecordType
from registry.models.fields import ItemField

REFUSED = "A signed record does not change: the registry office can open it again"
_REFUSE = f"""
    IF EXISTS (
        SELECT 1 FROM registry_signoff
        WHERE record_type = '%s' AND record_pk = OLD.id AND opened_at IS NULL
    ) THEN
        RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation', CONSTRAINT = 'signed_stays';
    END IF;
    RETURN %s;
"""


def locked_while_signed(model: type[models.Model], type_: RecordType) -> None:
    """Have PostgreSQL refuse other answers in, and the deletion of, a record that is signed.

    Only columns of items count: what is computed, the version, the reasons that lapse and what a
    merge moves may change. Encrypted columns are left out: they differ each time they are written.
    """
    pgtrigger.register(
        pgtrigger.Trigger(
            name="signed_stays",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=pgtrigger.AnyChange(*_columns(model)),
            func=_REFUSE % (type_.name, "NEW"),
        ),
        pgtrigger.Trigger(
            name="signed_is_not_deleted",
            when=pgtrigger.Before,
            operation=pgtrigger.Delete,
            func=_REFUSE % (type_.name, "OLD"),
        ),
    )(model)


def _columns(model: type[models.Model]) -> Iterator[str]:
    for field in model._meta.local_fields:
        if isinstance(field, ItemField):
            if not field.item.identifying:
                yield field.name
            yield from (f"{field.name}_{suffix}" for suffix, _ in field.companions())

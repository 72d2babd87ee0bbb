"""How often may one person ask whether another centre has a patient with these details?

Who knows a child's sex and initials could try the birth dates one after the other. Each other person
whom somebody looks for is counted, whatever the answer is, and the log tells of it without a value.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from registry.models import User

log = logging.getLogger(__name__)

AN_HOUR = timedelta(hours=1)
PERSONS_AN_HOUR = 100
"""Somebody who registers twenty patients types about so many different details."""


def may_look_elsewhere(*, by: User, tokens: Collection[str], now: datetime) -> bool:
    """Count one look into the other centres; False when this hour's are used up.

    tokens : of the person who is looked for; the same person twice in turn counts once. Counted in
    the row of the account, for all web processes. Runs inside a transaction.
    """
    whom = hashlib.sha256("".join(sorted(tokens)).encode()).hexdigest()
    row = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if row.looked_since is None or now - row.looked_since >= AN_HOUR:
        row.looked_since, row.looked_count, row.looked_for = now, 0, ""
    if row.looked_for == whom:
        return True
    if row.looked_count >= PERSONS_AN_HOUR:
        log.warning("account %s may not look into other centres again in this hour", by.pk)
        return False
    row.looked_count += 1
    row.looked_for = whom
    row.save(update_fields=["looked_since", "looked_count", "looked_for"])
    log.info(
        "account %s looked into other centres, person %s of this hour", by.pk, row.looked_count
    )
    return True

"""Which words of its tables has a centre told what they mean? Kept as the names of its columns are."""

from __future__ import annotations

from django.utils import timezone

from registry.exchange.heard import Heard, Words, word_of
from registry.models import ImportFile, ImportWord, User


def words_of(centre_id: int) -> Words:
    """What the centre's words mean. Inside its scope."""
    told = ImportWord.objects.filter(centre=centre_id).values_list("target", "word", "means")
    return {(target, word): means for target, word, means in told}


def remember(*, by: User, file: ImportFile, told: Heard) -> None:
    """Keep what a word means in the place of what it meant. Inside `changing`; the caller has
    looked whether it may be kept."""
    ImportWord.objects.update_or_create(
        centre_id=file.centre_id,
        target=told.target,
        word=word_of(told.word),
        defaults={"means": told.means, "by": by, "at": timezone.now(), "file": file},
    )


def forget(*, file: ImportFile, target: str, word: str) -> None:
    """Keep it no longer. Inside `changing`."""
    ImportWord.objects.filter(centre=file.centre_id, target=target, word=word).delete()

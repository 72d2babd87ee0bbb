"""What of somebody's words for the columns still stands where others named columns meanwhile?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict


@dataclass(frozen=True)
class Merged:
    """The words of a page beside what it would say by itself now; all of them by column.

    words : what is shown: a newer naming comes first, and what was typed where it says nothing else.
    instead : what was typed where a newer naming says something else; "" elsewhere. missed : a
    column was named, or left out, since the page was shown, and the page says something else of it.
    """

    words: list[str]
    instead: list[str]
    missed: bool


def merged(typed: Sequence[str], now: Sequence[str], sent: QueryDict, *, named: bool) -> Merged:
    """Lay what was typed beside a newer naming.

    typed : the words of the page; now : what it would say today, at least as long; sent : the
    page, which tells in `said-N` what it said by itself when it was shown, and in `named` whether
    that was somebody's naming. named : whether it is today. What a page does not tell is not newer.
    """
    first = named and sent.get("named") == ""
    words, instead, missed = [], [], False
    for place, (mine, today) in enumerate(zip(typed, now, strict=False)):
        before = sent.get(f"said-{place}", today)
        # Who names a column as it was guessed has named it too.
        newer = before != today or (first and today != "")
        words.append(today if newer else mine)
        instead.append(mine if newer and mine not in (before, today) else "")
        missed = missed or (newer and mine != today)
    return Merged(words, instead, missed)

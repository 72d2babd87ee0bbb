"""What is said of a word in a cell that is none of the permitted answers? The words of the form, nearest first."""

from __future__ import annotations

from django.utils.translation import gettext as _

from registry.dictionary.language import Item
from registry.dictionary.values import quoted
from registry.exchange.columns import fold

MOST_NAMED = 8
"""So many permitted answers are named; of more, those that are most like the word come first."""
LETTERS = 3
"""Words that begin with the same so many letters are alike."""


def unknown_word(item: Item, text: str) -> str:
    """The sentence. Labels stand in it as the buttons of the form show them, without codes."""
    labels = [label.split(": ")[0] for label in item.labels.values()]
    if len(labels) > MOST_NAMED:
        labels = sorted(labels, key=lambda label: -_alike(text, label))
    words = {"word": quoted(text), "labels": ", ".join(labels[:MOST_NAMED])}
    more = len(labels) - MOST_NAMED
    if more <= 0:
        return _("%(word)s is not one of: %(labels)s") % words
    says = _("%(word)s is not one of: %(labels)s and %(more)s more")
    return says % {**words, "more": more}


def _alike(text: str, label: str) -> int:
    """How many words of the two are the same, or begin so."""
    mine = {one[:LETTERS] for one in fold(text).split()}
    its = {one[:LETTERS] for one in fold(label).split()}
    return len(mine & its)

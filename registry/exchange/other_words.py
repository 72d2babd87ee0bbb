"""What else do hospitals write for a permitted answer? Words that mean one code of a list and no other.

What leaves something open is not here: a "sibling" may be matched or not.
"""

from __future__ import annotations

from collections.abc import Iterator

from registry.dictionary.codes import transplant
from registry.dictionary.language import CodeList

_WORDS: dict[str, dict[str, str]] = {
    transplant.DONOR_TYPE.name: {
        "haploidentical": "HAPLO",
        "haplo identical": "HAPLO",
        "matched sibling donor": "SIB_MATCHED",
        "hla identical sibling": "SIB_MATCHED",
        "identical sibling": "SIB_MATCHED",
        "msd": "SIB_MATCHED",
        "syngeneic": "SYNGENEIC",
        "matched unrelated donor": "URD_MATCHED",
        "mud": "URD_MATCHED",
        "mismatched unrelated donor": "URD_MISMATCHED",
        "mmud": "URD_MISMATCHED",
        "autologous": "AUTO",
    },
    transplant.SOURCE.name: {
        "marrow": "BM",
        "pbsc": "PB",
        "peripheral blood stem cells": "PB",
        "peripheral stem cells": "PB",
        "umbilical cord blood": "CB",
        "ucb": "CB",
    },
}
"""By the name of the list; words as `columns.fold` leaves them."""

_BRITISH = (("aemia", "emia"), ("haem", "hem"), ("oedema", "edema"), ("tumour", "tumor"))


def other_words(codes: CodeList) -> Iterator[tuple[str, str]]:
    """Words and the code they mean."""
    yield from _WORDS.get(codes.name, {}).items()


def american(text: str) -> str:
    """A label in American spelling.

    >>> american("acute lymphoblastic leukaemia")
    'acute lymphoblastic leukemia'
    """
    for here, there in _BRITISH:
        text = text.replace(here, there)
    return text

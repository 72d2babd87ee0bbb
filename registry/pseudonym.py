"""What is a patient called in the registry? A random name with a check character and no meaning."""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""30 signs without 0 and O, 1 and I and L, and U (like V): those are misread.

The scheme of the check character needs an even number of signs.
"""

LENGTH = 9
"""Signs, with the check character."""


def new_pseudonym() -> str:
    """Eight random signs and a check character: one of 6.6 x 10^11 names.

    Two may be alike (1 chance in 1300 among 32 000 patients): the column is unique, and
    `actions.store` draws again.
    """
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + check_character(body)


def check_character(body: str) -> str:
    """The character that makes the whole valid by the scheme of ISO 7064, MOD 31,30.

    It finds every single wrong sign and more than 99 in 100 exchanges of two neighbours. Raises
    ValueError when a sign is not in ALPHABET. Source: ISO 7064:2003, hybrid systems. MOD 31,30
    is the scheme of MOD 37,36 for 30 signs; so the check character comes from the same alphabet.
    Checked: by hand, and against every single error, in tests/registry/test_pseudonym.py.
    """
    return ALPHABET[-(_running(body) - 1) % len(ALPHABET)]


def verify(pseudonym: str) -> bool:
    """Can this be a pseudonym: right length, right signs, right check character?"""
    if len(pseudonym) != LENGTH or not set(pseudonym) <= set(ALPHABET):
        return False
    return check_character(pseudonym[:-1]) == pseudonym[-1]


def mistyped(text: str) -> bool:
    """Does this look like a whole pseudonym that somebody misread or mistyped?"""
    sign = text.upper()
    return len(sign) == LENGTH and set(sign) <= set(ALPHABET) and not verify(sign)


def _running(body: str) -> int:
    """The state after all signs of the body, doubled modulo 31 as the standard says."""
    signs = len(ALPHABET)
    product = signs
    for sign in body:
        total = (product + ALPHABET.index(sign)) % signs or signs
        product = total * 2 % (signs + 1)
    return product

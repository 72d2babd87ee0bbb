"""How are identifying values encrypted? With Fernet (AES-128-CBC and HMAC), keys from FIELD_KEYS."""

from __future__ import annotations

import hmac
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


@cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(text: str) -> str:
    """Encrypt; the first key of FIELD_KEYS is used, the others can still be read."""
    return _box(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode()


def unseal(token: str) -> str:
    """Decrypt what `seal` made. Raises InvalidToken when no key fits."""
    return _box(tuple(settings.FIELD_KEYS)).decrypt(token.encode()).decode()


def seal_bytes(raw: bytes) -> bytes:
    """The same for what is no text."""
    return _box(tuple(settings.FIELD_KEYS)).encrypt(raw)


def unseal_bytes(token: bytes) -> bytes:
    """Decrypt what `seal_bytes` made. Raises InvalidToken when no key fits."""
    return _box(tuple(settings.FIELD_KEYS)).decrypt(token)


def match_key() -> bytes:
    """The key of registry.matching, made of the oldest of FIELD_KEYS.

    A new key put before it changes nothing; after the oldest was taken away,
    `manage.py remake_match_tokens` is to be run.
    """
    return hmac.digest(settings.FIELD_KEYS[-1].encode(), b"engraft: match tokens 1", "sha256")

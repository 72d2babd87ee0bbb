"""How is a share written? Once, for pages and mails."""

from __future__ import annotations


def in_percent(share: float | None) -> str:
    """A share for reading: 96.4 %; what is not complete is never shown as complete.

    >>> in_percent(0.9641), in_percent(0.99999), in_percent(1.0), in_percent(None)
    ('96.4\\xa0%', '99.9\\xa0%', '100\\xa0%', '')
    """
    if share is None:
        return ""
    return "100\u00a0%" if share >= 1 else f"{min(share * 100, 99.9):.1f}\u00a0%"

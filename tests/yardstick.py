"""How long does a deed take, measured so that neither a slow machine nor its neighbours decide?"""

import time
from collections.abc import Callable

SQUARES = 3_000_000


def in_sums(deed: Callable[[], object]) -> float:
    """How often three million squares could have been added up in the time that the deed took.

    Both are processor time of this process, one right after the other.
    """
    sum_took = _seconds_of(lambda: sum(k * k for k in range(SQUARES)))
    return _seconds_of(deed) / sum_took


def _seconds_of(deed: Callable[[], object]) -> float:
    begun = time.process_time()
    deed()
    return time.process_time() - begun

"""Which sides have the P values, and are they corrected for their number?"""

from reports.compute.done import Deed
from reports.compute.method.collected import Record, deeds


def p_values(record: Record) -> str:
    """One sentence for all tests of a report; "" when none was made."""
    done = deeds(record)
    if Deed.TESTED not in done:
        return ""
    but = " but those named one-sided" if Deed.ONE_SIDED in done else ""
    return (
        f"All P values{but} are two-sided. None is corrected for the number of tests, and what is "
        "called significant is left to the reader."
    )

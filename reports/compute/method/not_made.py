"""Which analyses does the study ask for that these patients do not allow?"""

from reports.compute.method.collected import Record

BEGINNINGS = ("Not estimated: ", "Not tested: ", "Not imputed: ", "Not estimable: ")


def not_made(record: Record) -> str:
    """The parts of which nothing could be made, by the reason; "" when all were."""
    by_reason: dict[str, list[str]] = {}
    for done in record:
        if done.reason:
            by_reason.setdefault(_within(done.reason), []).append(done.label)
    told = (f"{', '.join(labels)} ({reason})" for reason, labels in by_reason.items())
    found = "; ".join(told)
    return f"Asked for by the study, but not made: {found}." if found else ""


def _within(reason: str) -> str:
    """A sentence inside another."""
    for beginning in BEGINNINGS:
        if reason.startswith(beginning):
            return reason.removeprefix(beginning).rstrip(".").replace("; ", ", ")
    return (reason[:1].lower() + reason[1:]).rstrip(".").replace("; ", ", ")

"""Is an argument what the function asks for? If not, the message says what to pass."""

from __future__ import annotations

REMEDIES = {
    "Survival": "pass Survival(days, event)",
    "CompetingRisks": "pass CompetingRisks.from_labels(days, labels, causes=[...])",
    "Factor": 'wrap the labels: Factor.from_labels("name", labels, levels)',
    "Curve": "pass a curve, as kaplan_meier(sample) returns it",
}


def expect(value: object, kind: type, name: str) -> None:
    """Raises TypeError when the value is not of the kind, and says how one is made."""
    if not isinstance(value, kind):
        raise TypeError(
            f"{name}: expected {kind.__name__}, got {type(value).__name__}; "
            f"{REMEDIES[kind.__name__]}"
        )

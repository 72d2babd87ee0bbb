"""How are the computed columns of all records made? Patient by patient, times all at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.dictionary import derived
from reports.exports.computed import RULES, Rule, Since, Value
from reports.exports.variables import Column, Variable, days, middles, numbered, numbers
from reports.extract import Held, Records, Table


class Computing:
    """Collects the computed columns patient by patient."""

    def __init__(self, records: Records) -> None:
        self._tables = records.tables
        self._first_allo: list[date | None] = [None] * records.tables["patient"].n
        self._found: dict[Rule, list[object]] = {}
        self._of: dict[str, list[tuple[Value, list[object]]]] = {}
        for rule in RULES:
            if not isinstance(rule.value, Since):
                found = self._found[rule] = [None] * records.tables[rule.of].n
                self._of.setdefault(rule.of, []).append((rule.value, found))

    def add(self, held: Held) -> None:
        """The values of one patient's records."""
        place, case = held.place, held.case
        for name, rules in self._of.items():
            for node in case.of(name):
                at = place[id(node.record)]
                for value, found in rules:
                    found[at] = value(held, node)
        if held.first_allo is not None:
            self._first_allo[held.place[id(held.case.root)]] = derived.middle(held.first_allo)

    def columns(self) -> dict[str, list[Column]]:
        """The columns by record type."""
        told: dict[str, list[Column]] = {}
        for rule in RULES:
            if isinstance(rule.value, Since):
                made = Column(rule.variable, self._since(self._tables[rule.of], rule.value))
            else:
                made = column(rule.variable, self._found[rule])
            told.setdefault(rule.of, []).append(made)
        return told

    def _since(self, table: Table, rule: Since) -> NDArray[np.float64]:
        """Whole days, NaN where one of the two dates is not known."""
        if rule.from_first_allo:
            above, its, start = self._tables["patient"], "patient", days(self._first_allo)
        else:
            assert table.type.parent is not None
            above, its = self._tables[table.type.parent], "parent"
            start = _middles(above, "date")
        place = {pk: at for at, pk in enumerate(above.columns["pk"])}
        begun = start[[place[pk] for pk in table.columns[its]]]
        passed = _middles(table, rule.item) - begun
        return np.where(np.isnat(passed), np.nan, passed.astype(np.float64))


def _middles(table: Table, item: str) -> NDArray[Any]:
    return middles(table.columns[item], table.columns[f"{item}_precision"])


def column(variable: Variable, found: Sequence[Any]) -> Column:
    """Values as a column: dates are partial ones."""
    if variable.kind == "date":
        middles = [None if one is None else derived.middle(one) for one in found]
        return Column(variable, days(middles))
    if variable.kind == "code":
        told = [str(one) if one else None for one in found]
        return Column(variable, numbered(told, variable.categories))
    return Column(variable, numbers(found))

"""Which tables hold the records? One per record type, one row per record, typed columns per item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from registry.dictionary.language import Item, RecordType
from registry.dictionary.values import Kind as Asked
from reports.exports.names import Names
from reports.exports.variables import (
    Column,
    Table,
    Variable,
    categories,
    middles,
    numbered,
    numbers,
    texts,
    whole,
    why,
)
from reports.extract import Records
from reports.extract import Table as Read

NAMES_A_THING = frozenset(
    {
        "consent.document_version",
        "consent.language",
        "disease.who_class",
        "disease.frontline_protocol",
        "course.protocol_text",
        "graft.drug_product_name",
        "complication.organism_text",
        "complication.icd_o",
        "treatment_line.regimen_text",
    }
)
"""Free text that leaves: it names a document, a protocol, a product, an organism or a class."""

MAY_TELL_WHO = frozenset(
    {
        "disease.cytogenetics_text",
        "transplant.place_elsewhere",
        "transplant.previous_elsewhere_centre",
        "complication.kind_text",
        "treatment_line.refused_reason",
        "toxicity.term_text",
    }
)
"""Free text that stays: people write sentences into it, with names, places and dates in them."""

PRECISION = categories((("D", "Day"), ("M", "Month"), ("Y", "Year")))
NOT_SAID_YES = whole("No", "Yes")
MIDDLE = "Known to the month or year only, it is the middle day of it: see the precision."

Computed = Mapping[str, Sequence[Column]]
"""Computed columns by record type, each as long as its table."""


def tidy_tables(records: Records, computed: Computed) -> list[Table]:
    """One table per record type that was read, in the order of the dictionary."""
    return [_table(read, records, computed) for read in records.tables.values()]


def items_that_stay(type_: RecordType) -> list[Item]:
    """The items of a record type that leave with no table."""
    return [item for item in type_.items if not _leaves(type_, item)]


def _leaves(type_: RecordType, item: Item) -> bool:
    named = f"{type_.name}.{item.name}" in NAMES_A_THING
    return not item.identifying and (item.kind is not Asked.TEXT or named)


def _table(read: Read, records: Records, computed: Computed) -> Table:
    names, type_ = Names(), read.type
    columns = list(_keys(read, records, names))
    for item in type_.items:
        if _leaves(type_, item):
            columns += _item(read, item, names)
    for one in computed.get(type_.name, ()):
        # Computed ones are named so that none is like an item: tests/reports/test_export_tables.py.
        names.new(one.variable.name)
        columns.append(one)
    return Table(type_.plural, type_.label, type_.help, tuple(columns), read.n)


def _keys(read: Read, records: Records, names: Names) -> Iterator[Column]:
    type_, patients = read.type, records.tables["patient"]
    pseudonym = dict(zip(patients.columns["pk"], patients.columns["pseudonym"], strict=True))
    told = Variable(
        names.new("pseudonym"),
        "Pseudonym",
        "text",
        role="key",
        rule="The name of the patient in every table.",
    )
    yield Column(told, texts([pseudonym[one] for one in read.columns["patient"]]))
    if type_.parent is None:
        return
    if type_.parent != "patient":
        above = records.tables[type_.parent]
        number = dict(zip(above.columns["pk"], above.number, strict=True))
        numbered_above = [number[one] for one in read.columns["parent"]]
        yield Column(_key(above.type, names), numbers(numbered_above))
    yield Column(_key(type_, names), numbers(read.number))


def _key(type_: RecordType, names: Names) -> Variable:
    order = f"by {type_.order_by}, then " if type_.order_by else "by "
    return Variable(
        names.new(type_.name, "_no"),
        f"{type_.label}: number of the record",
        "number",
        role="key",
        rule=f"Counts a patient's records of this kind from 1, {order}the order of entry.",
    )


def _item(read: Read, item: Item, names: Names) -> Iterator[Column]:
    raw = read.columns[item.name]
    reasons = why(read.columns[f"{item.name}_missing"])
    source = f"{read.type.name}.{item.name}"
    if item.kind is Asked.CODES:
        yield from _flags(item, raw, reasons, source, names)
        return
    name, missing = names.new(item.name), names.new(item.name, "_missing")
    told: dict[str, Any] = {"source": source, "missing": missing, "rule": item.help}
    if item.kind is Asked.CODE:
        listed = categories(item.labels.items())
        variable = Variable(name, item.label, "code", categories=listed, **told)
        yield Column(variable, numbered(raw, listed), reasons)
    elif item.kind is Asked.DATE:
        yield from _date(read, item, name, told, reasons, names)
    elif item.kind is Asked.TEXT:
        yield Column(Variable(name, item.label, "text", **told), texts(raw), reasons)
    else:
        told |= {"unit": item.unit, "places": item.places}
        yield Column(Variable(name, item.label, "number", **told), numbers(raw), reasons)
        yield from _as_entered(read, item, source, names)


def _flags(
    item: Item, raw: Sequence[Any], reasons: Any, source: str, names: Names
) -> Iterator[Column]:
    """One column per code: 1 when it was chosen, 0 when others were."""
    chosen = np.full((len(item.code_values), len(raw)), np.nan)
    place = {code: row for row, code in enumerate(item.code_values)}
    for record, codes in enumerate(raw):
        if codes is not None:
            chosen[:, record] = 0
            chosen[[place[code] for code in codes], record] = 1
    missing = names.new(item.name, "_missing")
    for (code, label), values in zip(item.labels.items(), chosen, strict=True):
        variable = Variable(
            names.new(item.name, f"_{code}"),
            f"{item.label}: {label}",
            "flag",
            source=source,
            categories=NOT_SAID_YES,
            missing=missing,
            rule=f"1 when {code} was chosen, 0 when other codes were. {item.help}".strip(),
        )
        yield Column(variable, values, reasons)


def _date(
    read: Read, item: Item, name: str, told: dict[str, Any], reasons: Any, names: Names
) -> Iterator[Column]:
    raw, precision = read.columns[item.name], read.columns[f"{item.name}_precision"]
    told["rule"] = " ".join(filter(None, (item.help, MIDDLE if item.partial else "")))
    yield Column(Variable(name, item.label, "date", **told), middles(raw, precision), reasons)
    if item.partial:
        variable = Variable(
            names.new(item.name, "_precision"),
            f"{item.label}: known to the",
            "code",
            role="precision",
            source=told["source"],
            categories=PRECISION,
        )
        yield Column(variable, numbered(precision, PRECISION))


def _as_entered(read: Read, item: Item, source: str, names: Names) -> Iterator[Column]:
    if not item.units:
        return
    label = f"{item.label}: as entered"
    name = names.new(item.name, "_entered")
    entered = Variable(name, label, "number", role="entered", source=source, places=6)
    yield Column(entered, numbers(read.columns[f"{item.name}_entered"]))
    units = categories((one, one) for one in (item.unit, *(unit.name for unit in item.units)))
    label, name = f"{item.label}: unit as entered", names.new(item.name, "_unit")
    unit = Variable(name, label, "code", role="unit", source=source, categories=units)
    yield Column(unit, numbered(read.columns[f"{item.name}_unit"], units))

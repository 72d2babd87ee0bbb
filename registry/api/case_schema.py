"""What shape has a case? JSON Schema (2020-12) of every record type, generated from the dictionary."""

from __future__ import annotations

from typing import Any

from registry.dictionary.language import Dictionary, Item, Kind, RecordType
from registry.dictionary.values import KEY_LENGTH, LONGEST_REASON, Missing

Schema = dict[str, Any]

HERE = "#/components/schemas/"
DAY = r"^\d{4}-\d{2}-\d{2}$"
DAY_MONTH_OR_YEAR = r"^\d{4}(-\d{2}(-\d{2})?)?$"


def case_schemas(dictionary: Dictionary, most_cases: int, longest_name: int) -> dict[str, Schema]:
    """The components Batch, Case, Missing, Keep and one per record type, by name.

    Whatever `read_case` accepts in its plain form fits them; numbers may there also be text.
    """
    types = {name_of(one): _record(dictionary, one) for one in dictionary.types}
    return {
        "Batch": _batch(most_cases, longest_name),
        "Missing": _missing(),
        "Keep": _keep(),
        **types,
    }


def name_of(type_: RecordType) -> str:
    """The component of a record type: `acute_gvhd` is AcuteGvhd, the patient's whole record Case."""
    if type_.parent is None:
        return "Case"
    return "".join(part.capitalize() for part in type_.name.split("_"))


def _record(dictionary: Dictionary, type_: RecordType) -> Schema:
    properties: dict[str, Schema] = {"key": _key(type_)}
    properties |= {item.name: _item(item) for item in type_.items}
    for child in dictionary.children(type_.name):
        one = {"$ref": HERE + name_of(child)}
        properties[child.json_key] = one if child.single else {"type": "array", "items": one}
    properties["keep"] = {"$ref": HERE + "Keep"}
    schema = {
        "type": "object",
        "title": type_.label,
        "description": type_.help,
        "properties": properties,
        "additionalProperties": False,
    }
    return schema if type_.single else schema | {"required": ["key"]}


def _key(type_: RecordType) -> Schema:
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": KEY_LENGTH,
        "description": f"The name of this {type_.label} in your own system; it stays the same",
    }


def _item(item: Item) -> Schema:
    schema: Schema = {
        "title": item.label,
        "anyOf": [*_values(item), {"$ref": HERE + "Missing"}, {"type": "null"}],
    }
    words = [item.help, f"Unit: {item.unit}." if item.unit else ""]
    if item.codes:
        words.append("; ".join(f"{value}: {label}" for value, label in item.labels.items()))
    description = "\n\n".join(word for word in words if word)
    return schema | {"description": description} if description else schema


def _values(item: Item) -> list[Schema]:
    """The forms that a value of this item may have."""
    if item.kind is Kind.CODE:
        return [{"type": "string", "enum": list(item.code_values)}]
    if item.kind is Kind.CODES:
        codes = {"type": "string", "enum": list(item.code_values)}
        return [{"type": "array", "items": codes}]
    if item.kind is Kind.DATE:
        return [{"type": "string", "pattern": DAY_MONTH_OR_YEAR if item.partial else DAY}]
    if item.kind is Kind.TEXT:
        return [{"type": "string", "maxLength": item.length}]
    number = {"type": "integer" if item.kind is Kind.INTEGER else "number", **_bounds(item)}
    return [number, _quantity(item)] if item.units else [number]


def _bounds(item: Item) -> Schema:
    bounds = {"minimum": item.low, "maximum": item.high}
    return {name: float(bound) for name, bound in bounds.items() if bound is not None}


def _quantity(item: Item) -> Schema:
    return {
        "type": "object",
        "properties": {
            "value": {"type": "number"},
            "unit": {"type": "string", "enum": [item.unit, *(one.name for one in item.units)]},
        },
        "required": ["value", "unit"],
        "additionalProperties": False,
    }


def _missing() -> Schema:
    reasons = "; ".join(f"{one.value}: {one.label}" for one in Missing)
    return {
        "type": "object",
        "description": f"The one reason why there is no value. {reasons}",
        "properties": {"missing": {"type": "string", "enum": [one.value for one in Missing]}},
        "required": ["missing"],
        "additionalProperties": False,
    }


def _keep() -> Schema:
    return {
        "type": "object",
        "description": "Why a value is kept against a warning, by the number of the rule",
        "patternProperties": {
            r"^\d+$": {"type": "string", "minLength": 1, "maxLength": LONGEST_REASON}
        },
        "additionalProperties": False,
    }


def _batch(most_cases: int, longest_name: int) -> Schema:
    return {
        "type": "object",
        "properties": {
            "source_system": {
                "type": "string",
                "minLength": 1,
                "maxLength": longest_name,
                "description": "The system that sends",
            },
            "atomic": {
                "type": "boolean",
                "default": False,
                "description": "true: all cases or none. false: each by itself",
            },
            "cases": {
                "type": "array",
                "minItems": 1,
                "maxItems": most_cases,
                "items": {"$ref": HERE + "Case"},
            },
        },
        "required": ["source_system", "cases"],
        "additionalProperties": False,
    }

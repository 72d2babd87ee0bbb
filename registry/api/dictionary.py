"""What may a client send? The dictionary as JSON, from the models themselves."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.base import ApiView
from registry.dictionary.checks import Rule
from registry.dictionary.language import DICTIONARY_VERSION, CodeList, Item, RecordType
from registry.dictionary.values import Missing
from registry.models import DICTIONARY


class DictionaryView(ApiView):
    """Record types, items, codes and edit checks."""

    @extend_schema(
        operation_id="getDictionary",
        summary="Record types, items, codes and edit checks",
        responses={200: {"$ref": "#/components/schemas/Dictionary"}},
    )
    def get(self, request: Request) -> Response:
        """The whole dictionary of this version."""
        return Response(dictionary_json())


def dictionary_json() -> dict[str, Any]:
    """The dictionary as plain JSON values; the same for everybody."""
    return {
        "version": DICTIONARY_VERSION,
        "missing_reasons": {one.value: one.label for one in Missing},
        "record_types": [_type(one) for one in DICTIONARY.types],
        "rules": [_rule(type_, rule) for type_, rule in DICTIONARY.rules],
    }


def _type(type_: RecordType) -> dict[str, Any]:
    return {
        "name": type_.name,
        "json_key": type_.json_key,
        "label": type_.label,
        "parent": type_.parent,
        "single": type_.single,
        "help": type_.help,
        "links": [
            {"item": one.item, "target": one.target, "target_item": one.target_item}
            for one in type_.links
        ],
        "items": [_item(item) for item in type_.items],
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "name": item.name,
        "label": item.label,
        "kind": item.kind.value,
        "core": item.core,
        "identifying": item.identifying,
        "section": item.section,
        "help": item.help,
        "unit": item.unit,
        "units": [{"name": one.name, "factor": _plain(one.factor)} for one in item.units],
        "codes": _codes(item.codes),
        "low": _plain(item.low),
        "high": _plain(item.high),
        "places": item.places,
        "length": item.length,
        "partial": item.partial,
        "asked_if": _plain(item.asked_if),
    }


def _codes(codes: CodeList | None) -> list[dict[str, str]] | None:
    if codes is None:
        return None
    return [
        {"value": one.value, "label": one.label, "ebmt": one.ebmt, "cibmtr": one.cibmtr}
        for one in codes.codes
    ]


def _rule(type_: RecordType, rule: Rule) -> dict[str, Any]:
    return {
        "number": rule.number,
        "record_type": type_.name,
        "severity": rule.severity.value,
        "says": rule.says,
        "source": rule.source,
    }


def _plain(value: object) -> Any:
    """A number or a condition of the closed vocabulary as JSON: `{"is": "Is", "ref": …}`."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value):
        parts = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        return {"is": type(value).__name__, **parts}
    return value

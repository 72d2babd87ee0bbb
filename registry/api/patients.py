"""What does the registry hold of a centre's own patients?"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import date

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api import serializers
from registry.api.base import ApiView
from registry.dictionary.case import Case, Node, Record
from registry.dictionary.reading import write_record
from registry.models import DICTIONARY, Patient, User
from registry.permissions import may_see_identity
from registry.queries import patients_for, patients_named
from registry.records import IDENTITY, load_case

SEARCH = OpenApiParameter(
    "search", str, description="Begin of a pseudonym, or part of your own key"
)
PSEUDONYM = OpenApiParameter("pseudonym", str, OpenApiParameter.PATH)
TYPE = OpenApiParameter(
    "type",
    str,
    OpenApiParameter.PATH,
    enum=[one.name for one in DICTIONARY.types],
    description="A record type of the dictionary",
)


def visible_record(user: User, patient: Patient) -> Record:
    """The patient's record without the parts that this reader may not see."""
    hidden = () if may_see_identity(user, patient.centre_id) else IDENTITY
    return load_case(patient, without=hidden).root


def patient_for(user: User, pseudonym: str) -> Patient:
    """A patient the user may see. Raises Http404 alike for a foreign and a missing one."""
    return get_object_or_404(patients_named(user, pseudonym))


class Patients(ApiView):
    """The patients of the own centre."""

    serializer_class = serializers.PatientSummary

    @extend_schema(
        operation_id="listPatients",
        summary="The patients of this centre, by key",
        parameters=[SEARCH],
        responses=serializers.PatientSummary(many=True),
    )
    def get(self, request: Request) -> Response:
        """All patients, or those found by `search`."""
        rows = patients_for(request.user, request.query_params.get("search", ""))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class OnePatient(ApiView):
    """A patient's whole record."""

    serializer_class = serializers.PatientRecord

    @extend_schema(
        operation_id="getPatient",
        summary="The whole record of a patient, as one would send it",
        parameters=[PSEUDONYM],
    )
    def get(self, request: Request, pseudonym: str) -> Response:
        """The nested record. The part identity is there for the entry role of the own centre only."""
        patient = patient_for(request.user, pseudonym)
        record = write_record(DICTIONARY, visible_record(request.user, patient))
        context = self.get_serializer_context() | {"record": record}
        return Response(serializers.PatientRecord(patient, context=context).data)


class PatientRecords(ApiView):
    """A patient's records of one type."""

    serializer_class = serializers.Records

    @extend_schema(
        operation_id="listRecords",
        summary="The records of one type of a patient",
        parameters=[PSEUDONYM, TYPE],
    )
    def get(self, request: Request, pseudonym: str, type: str) -> Response:
        """Each record by itself, with the way to it."""
        patient = patient_for(request.user, pseudonym)
        if type not in DICTIONARY.by_name:
            near = difflib.get_close_matches(type, DICTIONARY.by_name, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise NotFound(f"The dictionary has no record type of this name.{hint}")
        root = visible_record(request.user, patient)
        found = [_alone(node) for node in _nodes(root) if node.type.name == type]
        return Response({"type": type, "records": found})


def _nodes(root: Record) -> Iterator[Node]:
    # The day of judgement plays no part in finding one's way.
    yield from Case(root, DICTIONARY, today=date.min).nodes


def _alone(node: Node) -> dict[str, object]:
    record = node.record
    bare = Record(record.type, record.key, record.answers, {}, record.kept)
    return {
        "pointer": node.pointer,
        "parents": [{"type": one.type.name, "key": one.record.key} for one in _above(node)],
        "record": write_record(DICTIONARY, bare),
    }


def _above(node: Node) -> list[Node]:
    above = []
    while node.parent is not None:
        node = node.parent
        above.insert(0, node)
    return above

"""What does each answer of the API look like? One serializer per shape; none of them writes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from registry.models import CaseReceipt, Patient, Submission


class Link(serializers.Field):
    """The address of another answer about the same object."""

    def __init__(self, route: str, attribute: str, **kwargs: Any) -> None:
        self.route, self.attribute = route, attribute
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: object) -> str:
        """The whole address, with the host that was asked."""
        kwargs = {self.attribute: getattr(value, self.attribute)}
        return str(reverse(self.route, kwargs=kwargs, request=self.context.get("request")))


@extend_schema_field({"type": "string", "format": "uri"})
class StatusLink(Link):
    """Where the state of a submission is told."""

    def __init__(self) -> None:
        super().__init__("api:submission", "id")


@extend_schema_field({"type": "string", "format": "uri"})
class ReceiptsLink(Link):
    """Where the receipts of a submission are."""

    def __init__(self) -> None:
        super().__init__("api:receipts", "id")


@extend_schema_field({"type": "string", "format": "uri"})
class PatientLink(Link):
    """Where the whole record of a patient is."""

    def __init__(self) -> None:
        super().__init__("api:patient", "pseudonym")


class Accepted(serializers.Serializer):
    """A batch was kept and will not be lost. A replay answers the same, byte for byte."""

    id = serializers.UUIDField()
    # As it was when the batch came in: a replay must not tell another story.
    state = serializers.SerializerMethodField(help_text="Always queued: the status tells the rest")
    status_url = StatusLink()
    cases = serializers.IntegerField(help_text="Number of cases in the batch")
    sha256 = serializers.CharField(help_text="SHA-256 of the body as it came in")

    @extend_schema_field({"type": "string", "const": Submission.State.QUEUED.value})
    def get_state(self, submission: Submission) -> str:
        """The state of every batch that was just accepted."""
        return Submission.State.QUEUED.value


class Outcomes(serializers.Serializer):
    """How many cases had each outcome so far."""

    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField()
    rejected = serializers.IntegerField()

    def to_representation(self, submission: Any) -> dict[str, int]:
        """The counts that `queries.submissions_for` laid beside the row."""
        return {one: getattr(submission, f"count_{one}") for one in CaseReceipt.Outcome.values}


class SubmissionStatus(serializers.Serializer):
    """What became of a batch."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=Submission.State.choices)
    failure = serializers.CharField(help_text="Why a dead submission was given up; else empty")
    centre = serializers.CharField(source="centre.code")
    source_system = serializers.CharField()
    channel = serializers.CharField(help_text="api or import")
    atomic = serializers.BooleanField(help_text="All cases or none")
    received_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    cases = serializers.IntegerField(help_text="Number of cases in the batch")
    outcomes = Outcomes(source="*")
    sha256 = serializers.CharField(help_text="SHA-256 of the body as it came in")
    status_url = StatusLink()
    receipts_url = ReceiptsLink()


class Finding(serializers.Serializer):
    """Something to correct or to explain, with its place in the batch."""

    rule = serializers.IntegerField(
        allow_null=True, help_text="Number of the edit check; null: the case could not be read"
    )
    severity = serializers.ChoiceField(choices=["error", "warning", "query"])
    detail = serializers.CharField()
    pointer = serializers.CharField(help_text="JSON pointer (RFC 6901) into the batch")
    record = serializers.CharField(required=False, help_text="Type and key of the record judged")
    kept = serializers.CharField(required=False, help_text="The reason given for keeping the value")


class Receipt(serializers.Serializer):
    """What became of one case."""

    index = serializers.IntegerField(help_text="Place in the batch, from 0")
    key = serializers.CharField(help_text="The patient's key in your system")
    outcome = serializers.ChoiceField(choices=CaseReceipt.Outcome.choices)
    patient = serializers.SerializerMethodField(help_text="Pseudonym; null when nothing was stored")
    findings = Finding(many=True)

    @extend_schema_field({"type": ["string", "null"]})
    def get_patient(self, receipt: CaseReceipt) -> str | None:
        """The pseudonym under which the case was stored."""
        return receipt.patient.pseudonym if receipt.patient else None


class OpenFindings(serializers.Serializer):
    """How many findings wait for somebody."""

    error = serializers.IntegerField(source="error_count")
    warning = serializers.IntegerField(source="warning_count")
    query = serializers.IntegerField(source="query_count")


class PatientSummary(serializers.Serializer):
    """One line of the list of patients."""

    pseudonym = serializers.CharField()
    key = serializers.CharField(help_text="The patient's key in your system")
    centre = serializers.CharField(source="centre.code")
    open_findings = OpenFindings(source="*")
    judged_at = serializers.DateTimeField(allow_null=True)
    dictionary_version = serializers.CharField(help_text="With which it was judged")
    url = PatientLink()


@extend_schema_field({"$ref": "#/components/schemas/Case"})
class CaseField(serializers.JSONField):
    """A case as one sends it."""


class PatientRecord(PatientSummary):
    """A patient with the whole nested record."""

    record = serializers.SerializerMethodField()

    @extend_schema_field(CaseField)
    def get_record(self, patient: Patient) -> object:
        """The case, laid ready by the view."""
        return self.context["record"]


class Parent(serializers.Serializer):
    """A record that another one is nested in."""

    type = serializers.CharField()
    key = serializers.CharField()


class OneRecord(serializers.Serializer):
    """A record by itself."""

    pointer = serializers.CharField(help_text="JSON pointer (RFC 6901) into the patient's record")
    parents = Parent(many=True, help_text="What it is nested in, outermost first")
    record = serializers.DictField(help_text="Its items, without what is nested in it")


class Records(serializers.Serializer):
    """All records of one type."""

    type = serializers.CharField()
    records = OneRecord(many=True)

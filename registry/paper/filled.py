"""What stands on a filled form: answers in words, reasons, findings and the signature; no identity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from registry.dictionary.case import Case, Node
from registry.dictionary.language import DICTIONARY_VERSION
from registry.forms.dates import in_print, iso_dates_retyped
from registry.forms.field import Field
from registry.forms.saved import words_of
from registry.forms.sheet import sheet_of
from registry.models import Patient, SignOff
from registry.validation import Finding


@dataclass(frozen=True)
class Page:
    """One record to be printed, under the name that it has on the pages of the patient."""

    node: Node
    label: str
    version: int
    signature: SignOff | None = None


@dataclass(frozen=True)
class Printed:
    """When, and by whom."""

    at: datetime
    by: str

    @property
    def words(self) -> str:
        told = {"at": moment(self.at), "by": self.by}
        return _("Printed on %(at)s by %(by)s") % told


def moment(at: datetime) -> str:
    """21/11/2026 23:05 CET."""
    return f"{timezone.localtime(at):%d/%m/%Y %H:%M %Z}"


def filled_form(
    patient: Patient,
    case: Case,
    pages: Iterable[Page],
    findings: Mapping[str, list[Finding]],
    printed: Printed,
) -> dict[str, Any]:
    """Records of one patient as plain texts, to be set by `registry.paper.pdf`.

    findings : what the judge says, by the pointer of the record concerned.
    """
    told = [_record(case, one, findings) for one in pages]
    alone = told[0]["label"] if len(told) == 1 else _("All records")
    return {
        "blank": False,
        "title": f"{patient.pseudonym} · {alone}",
        "pseudonym": patient.pseudonym,
        "centre": str(patient.centre),
        "synthetic": _("Synthetic patient") if patient.centre.synthetic else "",
        "printed": printed.words,
        "dictionary": _("Data dictionary %s") % DICTIONARY_VERSION,
        "records": told,
    }


def _record(case: Case, page: Page, findings: Mapping[str, list[Finding]]) -> dict[str, Any]:
    sheet = sheet_of(case, page.node, identities=False, findings=findings)
    return {
        "label": page.label,
        "state": _state(page),
        "signed": page.signature is not None,
        "answered": _("%(a)s of %(b)s core questions answered")
        % {"a": sheet.answered, "b": sheet.asked},
        "notes": [_finding(one) for one in sheet.notes],
        "sections": [
            {
                "label": "" if label == page.node.type.label else label,
                "rows": [_row(page.node, one) for one in fields],
            }
            for label, fields in sheet.sections
        ],
    }


def _state(page: Page) -> str:
    if page.signature is None:
        return _("Version %s, not signed") % page.version
    told = {
        "version": page.signature.version,
        "who": page.signature.signed_by.get_username(),
        "at": moment(page.signature.signed_at),
    }
    return _("Version %(version)s, signed by %(who)s on %(at)s") % told


def _row(node: Node, field: Field) -> dict[str, Any]:
    answer = node.record.answers.get(field.item.name)
    words = "" if field.identity_hidden else in_print(words_of(field.item, answer))
    return {
        "label": field.item.label,
        "core": field.item.core,
        "branch": bool(field.because),
        "words": _("not printed") if field.identity_hidden else words or "–",
        "missing": bool(field.typed.missing) or not words,
        "normalised": in_print(field.normalised),
        "computed": [f"{one.label}: {in_print(one.words)}" for one in field.computed],
        "findings": [_finding(one) for one in field.findings],
    }


def _finding(finding: Finding) -> dict[str, str]:
    values = in_print(iso_dates_retyped(finding.values))
    says = in_print(finding.says) + (f" ({values})" if values else "")
    words = {"error": _("To correct:"), "warning": _("To confirm:"), "query": _("Question:")}
    return {
        "sign": _("Warning:") if finding.kept else words[finding.severity.value],
        "says": says,
        "kept": _("Kept, because: %s") % finding.kept if finding.kept else "",
        "severity": finding.severity.value,
    }

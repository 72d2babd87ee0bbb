"""How do we say what is in a record? Headlines, labels of records and details of events in words."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.dictionary.case import Case, Node
from registry.dictionary.values import Missing, PartialDate
from registry.forms.dates import in_print, in_words
from registry.models import Patient

SHORT = {
    "disease": "Diagnosis",
    "course": "Treatment before SCT",
    "pretransplant_relapse": "Relapse before SCT",
    "relapse": "Relapse",
    "treatment_line": "Salvage",
    "infusion": "Infusion",
    "follow_up": "Contact",
}
"""Labels that are shorter in tables than in the dictionary."""

DETAILS = {
    "disease": ("diagnosis", "all_phenotype", "cytogenetics", "wbc_dx"),
    "course": ("protocol", "protocol_text", "response"),
    "pretransplant_relapse": ("sites", "level"),
    "transplant": ("disease_status",),
    "graft": ("donor_type", "source"),
    "conditioning": ("intensity", "drugs"),
    "relapse": ("sites", "bm_blasts"),
    "treatment_line": ("components", "regimen", "response"),
    "infusion": ("product", "cd3_dose", "response_best"),
    "acute_gvhd": ("grade_reported", "skin", "liver", "lower_gi"),
    "chronic_gvhd": ("severity_reported", "extent"),
    "complication": ("kind", "kind_text", "severity"),
    "toxicity": ("term", "term_text", "grade"),
    "engraftment": ("anc_recovery", "graft_failure"),
    "chimerism": ("tissue", "cell_fraction", "percent_donor"),
    "follow_up": ("status", "disease_status"),
    "death": ("primary_cause",),
    "consent": ("type", "status"),
}
"""What of a record is told in one line. Records that are not named here tell their core codes."""

BARE = {"diagnosis", "type", "intensity", "sites", "kind", "status", "product", "components"}
"""Answers that need no label before them."""

LONGEST_DETAILS = 110


def shown(node: Node, name: str) -> str:
    """One value in words, "" when it is missing or unanswered."""
    item = node.type.by_name.get(name)
    answer = node.get(name) if item else None
    if item is None or answer is None or isinstance(answer, Missing):
        return ""
    if isinstance(answer, PartialDate):
        return in_words(answer)
    return in_print(item.show(answer))


def label_of(node: Node) -> str:
    """A record's name in menus and tables, with its number."""
    if node.type.name == "transplant":
        kind = {"ALLO": _("Allo-SCT"), "AUTO": _("Auto-SCT")}.get(str(node.value("type")), _("SCT"))
        return f"{kind} {node.value('number') or ''}".strip()
    if node.type.name == "relapse" and node.value("kind") == "PROGRESSION":
        return _numbered(_("Progression"), node)
    label = _(SHORT.get(node.type.name, node.type.label))
    if _did_not_happen(node):
        return _("No %s") % f"{label[:1].lower()}{label[1:]}"
    return _numbered(label, node)


def _did_not_happen(node: Node) -> bool:
    return node.value("occurred") == "NO"


def _numbered(label: str, node: Node) -> str:
    number = node.value("number")
    several = len(node.case.of(node.type.name)) > 1
    return f"{label} {number}" if several and number else label


def details_of(node: Node) -> str:
    """A record in one line."""
    names = DETAILS.get(node.type.name) or [
        item.name for item in node.type.items if item.core and item.codes
    ]
    parts = [_part(node, name) for name in names]
    if node.type.name == "transplant":
        within = ("graft", "conditioning")
        parts += [details_of(one) for name in within for one in node.children(name)]
    text = ", ".join(part for part in parts if part)
    return text if len(text) <= LONGEST_DETAILS else text[: LONGEST_DETAILS - 1].rstrip(", ") + "…"


def _part(node: Node, name: str) -> str:
    text = shown(node, name).split(": ")[0]
    item = node.type.by_name.get(name)
    if not text or item is None or name in BARE or len(text) > 14:
        return text
    return f"{item.label.split(',')[0].lower() if item.label[1:2].islower() else item.label} {text}"


def main_date(node: Node) -> PartialDate | None:
    """The day on which a record stands in the table: the one it is ordered by, or its first; of what
    did not happen the last on which that was so."""
    if _did_not_happen(node):
        return node.date("as_of")
    ordered = node.date(node.type.order_by) if node.type.order_by else None
    return ordered or next((when for item, when in node.dates() if item.name != "as_of"), None)


def first_transplant(case: Case) -> Node | None:
    """The earliest allogeneic transplant; without one the earliest transplant."""
    dated = [one for one in case.of("transplant") if one.date("date")]
    allo = [one for one in dated if one.value("type") == "ALLO"]
    return min(allo or dated, key=_day, default=None)


def _day(node: Node) -> date:
    when = node.date("date")
    return when.first if when else date.max


def person_words(case: Case, age: float | None) -> str:
    """Girl, 8.2 y at SCT."""
    sex = str(case.nodes[0].value("sex") or "")
    young = age is not None and age < 18
    words = {
        ("M", True): _("Boy"), ("M", False): _("Man"),
        ("F", True): _("Girl"), ("F", False): _("Woman"),
    }  # fmt: skip
    who = words.get((sex, young), _("Patient"))
    if age is None:
        return {"M": _("Male"), "F": _("Female")}.get(sex, who)
    return _("%(who)s, %(age)s y at SCT") % {"who": who, "age": f"{int(age * 10) / 10:.1f}"}


def visit_words(code: str) -> str:
    """A visit of the schedule: D100 is Day 100, M6 is 6 months, Y2 is Year 2."""
    kind, number = code[:1], code[1:]
    words = {"D": _("Day %(n)s"), "M": _("%(n)s months"), "Y": _("Year %(n)s")}
    return words[kind] % {"n": number} if kind in words else code


def errors_left(patient: Patient) -> str:
    """What somebody is told who saved, when rules are broken: a form keeps it, a report does not take it."""
    if not patient.error_count:
        return ""
    return ngettext(
        "The patient has %(n)s error to correct, and is left out of reports until then.",
        "The patient has %(n)s errors to correct, and is left out of reports until then.",
        patient.error_count,
    ) % {"n": patient.error_count}

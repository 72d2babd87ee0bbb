"""Which values does a form show because they follow from others? Never typed, always computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from django.utils.translation import gettext as _

from registry.dictionary.case import Case, Node
from registry.dictionary.codes import (
    CHIMERISM_GROUP,
    GVHD_GRADE,
    NIH_SEVERITY,
    RELAPSE_TIMING,
    SALVAGE_GROUP,
    SITE_GROUP,
    TOXICITY_GROUP,
    CodeList,
    hct_ci_score,
)
from registry.dictionary.derived import (
    age_years,
    bmi,
    chimerism_of,
    computed_acute_grade,
    days_between,
    hla_match,
    nih_severity,
    relapse_timing,
    salvage_group,
    site_group,
    strategy_words,
    toxicity_group,
)
from registry.dictionary.values import Kind, PartialDate

AFTER_TRANSPLANT = frozenset(
    {
        *("engraftment", "chimerism", "acute_gvhd", "chronic_gvhd", "complication", "relapse"),
        *("treatment_line", "infusion", "toxicity", "follow_up", "death"),
    }
)
"""Records whose dates are told as days from the transplant."""


@dataclass(frozen=True)
class Computed:
    """One line: what it is, and its value in words."""

    label: str
    words: str
    is_day: bool = False


Lines = Iterator[tuple[str, Computed]]


def computed_lines(node: Node) -> dict[str, tuple[Computed, ...]]:
    """The computed values of a record, by the item below which they stand."""
    found: dict[str, list[Computed]] = {}
    ways = [_OF_TYPE[node.type.name]] if node.type.name in _OF_TYPE else []
    if node.type.name in AFTER_TRANSPLANT:
        ways.append(_days)
    for way in ways:
        for item, line in way(node):
            if line.words:
                found.setdefault(item, []).append(line)
    return {item: tuple(lines) for item, lines in found.items()}


def _days(node: Node) -> Lines:
    for item in node.type.items:
        when = node.date(item.name) if item.kind is Kind.DATE else None
        if when is not None and item.name != "as_of":
            yield item.name, Computed(_("From the transplant"), _day_words(node, when), is_day=True)


def _day_words(node: Node, when: PartialDate) -> str:
    """Day 349, or day 20 after SCT 2 where there were several."""
    every = node.case.of("transplant")
    transplant = node.related("transplant")
    if transplant is None and not any(link.target == "transplant" for link in node.type.links):
        transplant = _last_before(node.case, when)
    zero = transplant.date("date") if transplant else None
    days = days_between(zero, when)
    if transplant is None or days is None:
        return ""
    told = {"day": str(days).replace("-", "−"), "number": transplant.value("number") or ""}
    if not when.exact:
        return _("about day %(day)s") % told
    several = len(every) > 1 and told["number"]
    return (_("day %(day)s after SCT %(number)s") if several else _("day %(day)s")) % told


def _last_before(case: Case, when: PartialDate) -> Node | None:
    dated = [(day.first, one) for one in case.of("transplant") if (day := one.date("date"))]
    dated.sort(key=lambda pair: pair[0])
    earlier = [one for day, one in dated if day <= when.last]
    return earlier[-1] if earlier else dated[0][1] if dated else None


def _age(node: Node, item: str, label: str) -> Lines:
    born, when = node.date("identity.birth_date"), node.date(item)
    age = age_years(born, when) if born and when else None
    if age is not None:
        # Age is told in what was completed, never rounded up to a birthday that is still to come.
        told = age.quantize(Decimal("0.1"), ROUND_DOWN)
        yield item, Computed(label, _("%(age)s years") % {"age": told})


def _disease(node: Node) -> Lines:
    yield from _age(node, "date_diagnosis", _("Age at diagnosis"))


def _transplant(node: Node) -> Lines:
    yield from _age(node, "date", _("Age at transplant"))
    days = days_between(node.date("disease.date_diagnosis"), node.date("date"))
    if days is not None:
        yield "date", Computed(_("From diagnosis"), _days_told(days))


def _days_told(days: int) -> str:
    return _("%(days)s days") % {"days": str(days).replace("-", "−")}


def _earlier_relapse(node: Node) -> Lines:
    days = days_between(node.date("disease.date_diagnosis"), node.date("date"))
    if days is not None:
        yield "date", Computed(_("From diagnosis"), _days_told(days))
    yield "date", _coded(_("Timing"), RELAPSE_TIMING, relapse_timing(node))
    yield "sites", _coded(_("Site group"), SITE_GROUP, site_group(node))


def _coded(label: str, codes: CodeList, code: str | None) -> Computed:
    return Computed(label, codes.labels.get(code or "", "").split(": ")[0])


def _relapse(node: Node) -> Lines:
    yield "sites", _coded(_("Site group"), SITE_GROUP, site_group(node))


def _line(node: Node) -> Lines:
    yield "components", Computed(_("Will be analysed as"), strategy_words(node))
    days = days_between(node.date("date_start"), node.date("date_end"))
    if days is not None:
        yield "date_end", Computed(_("From its beginning"), _days_told(days))
    yield "drugs", _coded(_("Group"), SALVAGE_GROUP, salvage_group(node))
    yield "toxicity_reported", _coded(_("Computed"), TOXICITY_GROUP, toxicity_group(node))


def _acute(node: Node) -> Lines:
    grade = computed_acute_grade(node)
    yield "grade_reported", _coded(_("Computed from the stages"), GVHD_GRADE, grade)


def _chronic(node: Node) -> Lines:
    severity = nih_severity(node)
    yield "severity_reported", _coded(_("Computed from the scores"), NIH_SEVERITY, severity)


def _status_before(node: Node) -> Lines:
    index = bmi(node)
    if index is not None:
        yield "height_cm", Computed(_("Body mass index"), f"{index} kg/m²")
    comorbidities = node.value("hct_ci")
    if isinstance(comorbidities, frozenset):
        yield "hct_ci", Computed(_("Score"), str(hct_ci_score(comorbidities)))


def _chimerism(node: Node) -> Lines:
    group = chimerism_of(node)
    yield "percent_donor", _coded(_("Group"), CHIMERISM_GROUP, group.upper() if group else None)


def _graft(node: Node) -> Lines:
    words = {"MATCHED": _("matched"), "MISMATCHED": _("mismatched")}
    found = words.get(hla_match(node) or "", "")
    typed, matched = node.value("hla_typed"), node.value("hla_matched")
    if isinstance(typed, int) and isinstance(matched, int):
        if matched > typed:
            return
        if matched < typed and found == words["MATCHED"]:
            # Only the report says so: whoever reads it must see what was counted.
            told = {"matched": matched, "typed": typed}
            found = _("%(matched)s of %(typed)s loci match, reported as matched") % told
    yield "hla_matched", Computed(_("HLA"), found)


_OF_TYPE: dict[str, Callable[[Node], Lines]] = {
    "disease": _disease,
    "transplant": _transplant,
    "pretransplant_relapse": _earlier_relapse,
    "relapse": _relapse,
    "treatment_line": _line,
    "acute_gvhd": _acute,
    "chronic_gvhd": _chronic,
    "status_before": _status_before,
    "chimerism": _chimerism,
    "graft": _graft,
}

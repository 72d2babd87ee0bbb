"""Which columns beside the items are computed? By the same functions as in the reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from registry.dictionary import derived
from registry.dictionary.case import Node
from registry.dictionary.codes.transplant import hct_ci_score
from reports.catalogue import catalogue
from reports.exports.variables import Variable, categories
from reports.extract import Held

TENTH, YEAR = Decimal("0.1"), Decimal(1)
AGE_RULE = (
    "At the patient's first allogeneic transplant (without one, at the first transplant) cut, not "
    "rounded, to tenths of a year; at every other transplant completed years. Finer ages, or "
    "tenths at several dates, would tell the birth date."
)
BANDS = ((5, "0-4"), (10, "5-9"), (15, "10-14"), (18, "15-17"), (40, "18-39"), (60, "40-59"))
OLDEST = "60+"

Value = Callable[[Held, Node], object]


@dataclass(frozen=True)
class Since:
    """Days to `item` from the date of the record that it is nested in, or `from_first_allo`."""

    item: str
    from_first_allo: bool = False


@dataclass(frozen=True)
class Rule:
    """A computed column of the record type `of`: record by record, or of all records at once."""

    of: str
    variable: Variable
    value: Value | Since


def coarse(age: Decimal | None, *, first: bool) -> Decimal | None:
    """An age that may leave: completed tenths of a year at one date, completed years elsewhere.

    first : whether it is the age at this one date (Held.is_first).
    """
    return None if age is None else age.quantize(TENTH if first else YEAR, ROUND_FLOOR)


def band(age: Decimal | None) -> str | None:
    """The age group, by completed years."""
    if age is None:
        return None
    return next((words for limit, words in BANDS if age < limit), OLDEST)


def _number(name: str, label: str, unit: str, rule: str, places: int = 0) -> Variable:
    return Variable(name, label, "number", role="computed", unit=unit, places=places, rule=rule)


def _code(name: str, label: str, rule: str, *codes: str) -> Variable:
    listed = categories((one, one.replace("_", " ")) for one in codes)
    return Variable(name, label, "code", role="computed", categories=listed, rule=rule)


def _by_name(name: str, as_name: str = "") -> Variable:
    """A column of the catalogue, as studies use it."""
    told = catalogue[name]
    return _code(as_name or name, told.label, told.description or told.label, *told.codes)


def _days_from(name: str, label: str, rule: str) -> Variable:
    return _number(name, label, "days", f"{rule} Partial dates stand for their middle.")


def _from(ref: str, item: str) -> Value:
    return lambda _, node: derived.days_between(node.date(ref), node.date(item))


def _as_in_row(name: str, otherwise: Callable[[Node], object]) -> Value:
    """What the analysis tables tell of this transplant, where they hold it: the same function."""
    return lambda held, node: (
        row.get(name) if (row := held.rows.get(id(node.record))) else otherwise(node)
    )


def _of(function: Callable[[Node], object]) -> Value:
    return lambda _, node: function(node)


def _status(_: Held, patient: Node) -> str | None:
    case = patient.case
    if case.of("death"):
        return "DEAD"
    told = case.derived("status")
    return str(told) if told in STATUSES else None


STATUSES = ("ALIVE", "DEAD", "LOST")
SINCE_FIRST = "days_from_first_allo"
SINCE = "days_from_transplant"
SINCE_RELAPSE = "days_from_relapse"
FIRST_RULE = "From the first allogeneic transplant; negative before it."
HIS = "From day 0 of the transplant that the record belongs to."
RELAPSE_RULE = "From the relapse or progression that is treated."

RULES: tuple[Rule, ...] = (
    Rule(
        "patient",
        _number("transplants_allo", "Allogeneic transplants", "", "Boosts left out."),
        lambda _, node: len(derived.allogeneic(node.case)),
    ),
    Rule(
        "patient",
        _code("vital_status", "Status at the last contact", "Death, else latest.", *STATUSES),
        _status,
    ),
    Rule(
        "patient",
        Variable(
            *("last_contact", "Last contact or death", "date"),
            role="computed",
            rule="Latest contact; of a patient who died, the day of death.",
        ),
        lambda _, node: node.case.last_contact,
    ),
    Rule("disease", _by_name("leukaemia_type"), _of(derived.leukaemia_type)),
    Rule(
        "pretransplant_relapse",
        _code(
            *("timing_bfm", "Timing by BFM", "By the dates; else as reported."),
            *("VERY_EARLY", "EARLY", "LATE"),
        ),
        _of(derived.relapse_timing),
    ),
    Rule(
        "transplant",
        _number("age_years", "Age at transplant", "years", AGE_RULE, 1),
        lambda held, node: coarse(held.age(node), first=held.is_first(node)),
    ),
    Rule(
        "transplant",
        _code("age_band", "Age group", "Completed years.", *(one for _, one in BANDS), OLDEST),
        lambda held, node: band(held.age(node)),
    ),
    Rule(
        "transplant",
        _number("year", "Year of transplant", "", "Of the date."),
        lambda _, node: when.first.year if (when := node.date("date")) else None,
    ),
    Rule(
        "transplant",
        _number("allo_number", "Number among allogeneic ones", "", "Missing when not sure."),
        _as_in_row(
            "allo_number",
            lambda node: derived.number_of_its_type(node) if node.value("type") == "ALLO" else None,
        ),
    ),
    Rule(
        "transplant",
        _days_from("days_from_diagnosis", "Diagnosis to transplant", "Of its own disease."),
        _as_in_row(
            "days_diagnosis_to_transplant",
            lambda node: derived.days_between(
                node.date("disease.date_diagnosis"), node.date("date")
            ),
        ),
    ),
    Rule(
        "transplant",
        _by_name("donor_group"),
        _as_in_row("donor_group", derived.donor_group),
    ),
    Rule(
        "transplant",
        _by_name("stem_cell_source"),
        _as_in_row("stem_cell_source", derived.stem_cell_source),
    ),
    Rule(
        "transplant",
        _by_name("acute_gvhd_grade"),
        _as_in_row("acute_gvhd_grade", derived.acute_gvhd_grade),
    ),
    Rule(
        "graft",
        _code(
            *("hla_match", "HLA match", "As reported, else by the numbers of loci."),
            *("MATCHED", "MISMATCHED"),
        ),
        _of(derived.hla_match),
    ),
    Rule(
        "status_before",
        _number("bmi", "Body mass index", "kg/m2", "Weight and height, else as reported.", 1),
        _of(derived.bmi),
    ),
    Rule(
        "status_before",
        _number("hct_ci_score", "HCT-CI score", "", "Sum of the weights of the comorbidities."),
        lambda _, node: (
            hct_ci_score(found) if isinstance(found := node.value("hct_ci"), frozenset) else None
        ),
    ),
    Rule(
        "chimerism",
        _days_from(SINCE, "Transplant to sample", HIS),
        Since("date"),
    ),
    Rule(
        "chimerism",
        _code(
            "chimerism_group",
            "Group",
            "Full from 95 %, mixed from 5 %.",
            "full",
            "mixed",
            "recipient",
        ),
        _of(derived.chimerism_of),
    ),
    Rule(
        "acute_gvhd",
        _days_from(SINCE, "Transplant to onset", HIS),
        Since("date_onset"),
    ),
    Rule(
        "acute_gvhd",
        _code(
            *("grade_by_stages", "Grade that the stages give", "In the declared system."),
            *("0", "I", "II", "III", "IV", "II-IV"),
        ),
        _of(derived.grade_by_stages),
    ),
    Rule(
        "chronic_gvhd",
        _days_from(SINCE, "Transplant to onset", HIS),
        Since("date_onset"),
    ),
    Rule(
        "chronic_gvhd",
        _code(
            *("nih_by_scores", "NIH severity that the scores give", "Jagasia 2015."),
            *("MILD", "MODERATE", "SEVERE"),
        ),
        _of(derived.nih_severity),
    ),
    Rule(
        "complication",
        _days_from(SINCE_FIRST, "Transplant to it", FIRST_RULE),
        Since("date", from_first_allo=True),
    ),
    Rule(
        "relapse", _days_from(SINCE, "Transplant to relapse", HIS), _from("transplant.date", "date")
    ),
    Rule(
        "relapse",
        _code(
            *("site_group", "Site group", "Blood counts as marrow; else as reported."),
            *("ISOLATED_BM", "ISOLATED_EM", "COMBINED"),
        ),
        _of(derived.site_group),
    ),
    Rule("relapse", _by_name("treatment", "strategy"), _of(derived.strategy_roux)),
    Rule("relapse", _by_name("chemosensitive"), _of(derived.chemosensitive)),
    Rule(
        "treatment_line",
        _days_from(SINCE_RELAPSE, "Relapse to start", RELAPSE_RULE),
        _from("relapse.date", "date_start"),
    ),
    Rule(
        "infusion",
        _days_from(SINCE_RELAPSE, "Relapse to infusion", RELAPSE_RULE),
        _from("relapse.date", "date"),
    ),
    Rule(
        "follow_up",
        _days_from(SINCE_FIRST, "Transplant to contact", FIRST_RULE),
        Since("date_of_contact", from_first_allo=True),
    ),
    Rule(
        "death",
        _days_from(SINCE_FIRST, "Transplant to death", FIRST_RULE),
        Since("date", from_first_allo=True),
    ),
    Rule(
        "death",
        _code("death_group", "Died of", "By the primary cause.", "relapse", "non-relapse"),
        lambda _, node: derived.death_group(node.case),
    ),
)

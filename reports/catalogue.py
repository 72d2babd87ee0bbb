"""Which columns can a study use? One row per allogeneic transplant, each column described once.

The registry fills these columns (`reports.extract`) and a study names them (`reports.study`).
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["code", "number", "date", "yes_no"]


class ColumnError(ValueError):
    """A column that does not exist, or values that do not fit its description."""


@dataclass(frozen=True)
class Column:
    """An analysis column. `codes` closes the list of values; empty leaves it open."""

    name: str
    kind: Kind
    label: str
    codes: tuple[str, ...] = ()
    unit: str = ""
    description: str = ""


def _code(name: str, label: str, *codes: str, description: str = "") -> Column:
    return Column(name, "code", label, codes, description=description)


def _date(name: str, label: str, description: str = "") -> Column:
    return Column(name, "date", label, unit="day", description=description)


def _yes_no(name: str, label: str, description: str = "") -> Column:
    return Column(name, "yes_no", label, ("no", "yes"), description=description)


def _number(name: str, label: str, unit: str, description: str = "") -> Column:
    return Column(name, "number", label, unit=unit, description=description)


_COLUMNS = (
    _code("patient", "Patient", description="pseudonym"),
    _code("centre", "Centre"),
    _code("sex", "Sex", "M", "F"),
    _code("transplant_type", "Type of transplant", "allo", "auto"),
    _number(
        "allo_number",
        "Number of the allogeneic transplant",
        "",
        "1 = first, 2 = second; missing when an earlier transplant is not recorded",
    ),
    _date("transplant_date", "Date of transplant"),
    _number("age_at_transplant", "Age at transplant", "years", "completed days / 365.25"),
    _code(
        "diagnosis",
        "Diagnosis",
        *("ALL", "AML", "AL_MPAL", "AL_OTHER", "MDS", "JMML", "CML"),
        *("LYMPHOMA", "NONMALIG", "OTHER"),
    ),
    _code("all_phenotype", "Phenotype of ALL", "B", "T"),
    _code(
        "leukaemia_type",
        "Type of leukaemia",
        *("AML", "B-ALL", "T-ALL", "biphenotypic"),
        description="from diagnosis and phenotype; ALL without phenotype is missing",
    ),
    _number("days_diagnosis_to_transplant", "Diagnosis to transplant", "days"),
    _code(
        "disease_status",
        "Disease status at transplant",
        *("CR1", "CR2", "CR3", "CR4+", "CR", "advanced"),
        description="CR: its number is not stated. Relapse, primary induction failure, untreated "
        "and advanced are advanced",
    ),
    _code(
        "donor_group",
        "Donor",
        *("matched sibling", "matched unrelated", "mismatched unrelated"),
        *("unrelated unspecified", "mismatched related", "syngeneic", "other"),
    ),
    _code("stem_cell_source", "Stem cell source", "BM", "PB", "CB"),
    _yes_no("myeloablative", "Myeloablative conditioning"),
    _yes_no("tbi", "Total body irradiation"),
    _code("acute_gvhd_grade", "Acute GvHD, grade", "0", "I", "II", "III", "IV", "II-IV"),
    _yes_no("chronic_gvhd", "Chronic GvHD"),
    _yes_no("failure", "Relapse or progression after transplant"),
    _code("failure_kind", "Kind of failure", "RELAPSE", "PROGRESSION"),
    _date("failure_date", "Date of relapse or progression"),
    _number("days_to_failure", "Transplant to relapse or progression", "days"),
    _yes_no("post_transplant_cr", "Complete remission after transplant, before failure"),
    _code(
        "treatment",
        "Treatment after failure",
        *("second_hsct", "chemo_dli", "palliative", "chemotherapy", "dli"),
    ),
    _date("second_transplant_date", "Date of second transplant"),
    _date("first_dli_date", "Date of first donor lymphocyte infusion"),
    _yes_no("death", "Death from any cause"),
    _date("death_date", "Date of death"),
    _date("last_contact_date", "Date of last contact"),
    # Read by reports.extract.salvage.
    _code(
        "indication",
        "Indication of this transplant",
        *("graft_failure", "insufficient_chimerism", "relapse", "persistent_disease"),
        *("new_malignancy", "planned", "other"),
        description="asked of a second and later transplant",
    ),
    _number(
        "days_in_remission_before",
        "Transplant before to relapse before this one",
        "days",
        "missing when no relapse lies between the two",
    ),
    _yes_no("related_donor", "Related donor"),
    _yes_no("atg", "Antithymocyte globulin"),
    _yes_no("acute_gvhd", "Acute GvHD"),
    _date("chronic_gvhd_date", "Onset of chronic GvHD"),
    _number(
        "age_at_diagnosis",
        "Age at diagnosis",
        "years",
        "age at transplant less the interval / 365.25",
    ),
    _code("bfm_risk_group", "BFM risk group", "standard", "medium", "high"),
    _code(
        "relapse_before",
        "Last relapse before the first transplant",
        *("very_early", "early", "late"),
        description="by dates (BFM); where they do not decide it, as reported",
    ),
    _code(
        "remission_protocol",
        "Protocol of the remission before transplant",
        *("ALL_BFM", "ALL_REZ_BFM_02", "FLAG", "FLAG_IDA", "CLOVE", "INTREALL"),
        *("AML_BFM", "MRC", "OTHER"),
    ),
    _yes_no("relapse_cns", "CNS at the first failure"),
    _yes_no("relapse_testis", "Testis at the first failure"),
    _code(
        "salvage_agent",
        "Salvage after failure",
        *("purine_analogue", "targeted_agent"),
        description="targeted when any line after the first failure is (Kaya)",
    ),
    _code(
        "salvage_drug",
        "Drug of the salvage",
        *("car_t", "blinatumomab", "inotuzumab", "bortezomib", "other_targeted"),
        *("clofarabine", "fludarabine"),
    ),
    _yes_no("remission_after_salvage", "Complete remission after salvage"),
    _date("salvage_remission_date", "Date of the remission after salvage"),
    _yes_no("treatment_refused", "Treatment of the failure refused"),
    _date("car_t_date", "Date of CAR-T cells"),
    _code("worst_toxicity", "Worst toxicity of the salvage, grade", "1-2", "3-4", "5"),
    _yes_no(
        "cytokine_release",
        "Cytokine release syndrome",
        "no when toxicities are recorded and none is it",
    ),
    # Read by reports.extract.before.
    _code(
        "relapse_site",
        "Site of relapse or progression",
        *("isolated_bm", "isolated_em", "combined"),
        description="of the first failure; blood counts as marrow",
    ),
    _code(
        "salvage",
        "Salvage after failure, Hazar",
        *("curative_no_hsct2", "second_hsct", "palliative"),
    ),
    _yes_no(
        "chemosensitive",
        "Chemosensitive relapse",
        "remission by reinduction, before DLI or second transplant",
    ),
    _code("death_cause", "Death from", "relapse", "non_relapse"),
    _number("ecog", "ECOG before transplant", "", "0 fully active to 4 completely disabled"),
    _number("bmi", "Body mass index", "kg/m2", "from weight and height, else as reported"),
    _code(
        "chimerism_before",
        "Chimerism before a further transplant",
        *("full", "mixed", "recipient"),
        description="of the transplant before: at the last relapse, else the latest sample",
    ),
    _code("intensity", "Intensity of conditioning", "MAC", "RIC", "NMA"),
    _number("cd34_dose", "CD34+ cells", "10^6/kg", "all products of the transplant together"),
    _yes_no("ptcy", "Cyclophosphamide after transplant"),
    _number("haemoglobin", "Haemoglobin before transplant", "g/dL"),
    _number("lymphocytes", "Lymphocytes before transplant", "10^9/L"),
    _number("ldh", "LDH before transplant", "U/L"),
    _number("ferritin", "Ferritin before transplant", "ng/mL"),
    # Read by reports.extract.match.
    _number("transplant_year", "Year of transplant", "", "calendar year of the transplant"),
    _yes_no("sex_mismatch", "Donor of the other sex", "yes when any of several donors is"),
    _yes_no("gvhd_prophylaxis", "GvHD prophylaxis", "no when it is recorded that none was planned"),
    _yes_no(
        "age_from_partial_date",
        "Age from a partial date",
        "yes when the date of birth or of transplant is known to the month or year only",
    ),
)

catalogue: Mapping[str, Column] = MappingProxyType({column.name: column for column in _COLUMNS})


def suggestion(word: str, known: Iterable[str]) -> str:
    """ " Did you mean 'x'?" for the nearest known word, "" when none is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" Did you mean {near[0]!r}?" if near else ""


def column(name: str) -> Column:
    """The description of a column. Raises ColumnError with the nearest name."""
    if name not in catalogue:
        # "relapse_date" is in no name, but "Date of relapse or progression" is a label.
        said = set(name.lower().split("_"))
        meant = [one.name for one in _COLUMNS if said <= set(one.label.lower().split())]
        hint = f" Did you mean {meant[0]!r}?" if meant else suggestion(name, catalogue)
        raise ColumnError(f"no column {name!r}.{hint}")
    return catalogue[name]

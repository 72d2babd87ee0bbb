"""Which columns can a study use? One row per allogeneic transplant, each column described once.

The registry fills these columns (`reports.extract`), a study names them (`reports.study`) and a
data cut is their bytes. A missing code is "", a missing number NaN, a missing date NaT.
"""

import difflib
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["code", "number", "date", "yes_no"]
Array = NDArray[Any]
Mask = NDArray[np.bool_]

FORMAT = "engraft-columns-1"
_NUMPY_KIND = {"number": "f", "date": "M", "code": "U", "yes_no": "U"}
_NUMPY_TYPE = {"number": "f8", "date": "M8[D]", "code": "U", "yes_no": "U"}


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
    _code("patient", "Patient", description="pseudonym; sorts the rows"),
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
)

catalogue: Mapping[str, Column] = MappingProxyType({column.name: column for column in _COLUMNS})


def suggestion(word: str, known: Iterable[str]) -> str:
    """ " Did you mean 'x'?" for the nearest known word, "" when none is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" Did you mean {near[0]!r}?" if near else ""


def column(name: str) -> Column:
    """The description of a column. Raises ColumnError with the nearest name."""
    if name not in catalogue:
        raise ColumnError(f"no column {name!r}.{suggestion(name, catalogue)}")
    return catalogue[name]


@dataclass(frozen=True, init=False, eq=False)
class Columns:
    """n rows of the catalogue's columns, checked once and read-only.

    Raises ColumnError for an unknown column, a code outside its list, or unequal lengths. The
    message names column and row, never the value: a value may identify a patient.
    """

    _values: Mapping[str, Array]
    n: int

    def __init__(self, values: Mapping[str, Any]) -> None:
        arrays = {
            name: _checked(column(name), values[name]) for name in catalogue if name in values
        }
        for name in values:
            column(name)
        lengths = {len(array) for array in arrays.values()}
        if len(lengths) > 1:
            raise ColumnError(f"columns of different lengths: {sorted(lengths)}")
        self._hold(arrays)

    def _hold(self, arrays: dict[str, Array]) -> None:
        for array in arrays.values():
            array.setflags(write=False)
        object.__setattr__(self, "_values", MappingProxyType(arrays))
        object.__setattr__(self, "n", len(next(iter(arrays.values()))) if arrays else 0)

    def _rows(self, chosen: Mask | NDArray[np.intp]) -> "Columns":
        """Some rows of columns that are already checked."""
        some = object.__new__(Columns)
        some._hold({name: values[chosen] for name, values in self._values.items()})
        return some

    def __getitem__(self, name: str) -> Array:
        described = column(name)
        if name not in self._values:
            raise ColumnError(f"this data cut has no column {name!r} ({described.label})")
        return self._values[name]

    def __contains__(self, name: object) -> bool:
        return name in self._values

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that are here, in the order of the catalogue."""
        return tuple(self._values)

    def where(self, mask: Mask) -> "Columns":
        """The rows for which the mask is True."""
        return self._rows(np.asarray(mask, dtype=np.bool_))

    def changed(self, **values: Any) -> "Columns":
        """The same rows with some columns replaced, checked like new ones."""
        return Columns({**self._values, **values})

    def known(self, name: str) -> Mask:
        """True where the column holds a value."""
        values = self[name]
        if catalogue[name].kind == "date":
            return np.asarray(~np.isnat(values), dtype=np.bool_)
        if catalogue[name].kind == "number":
            return np.asarray(~np.isnan(values), dtype=np.bool_)
        return np.asarray(values != "", dtype=np.bool_)

    def in_order(self) -> "Columns":
        """The same rows, sorted by patient, transplant and then every other column.

        Two cuts with the same rows in another order are the same cut.
        """
        first = [name for name in ("patient", "transplant_date", "allo_number") if name in self]
        keys = [*first, *(name for name in self.names if name not in first)]
        if not keys or not self.n:
            return self
        return self._rows(np.lexsort([self._values[name] for name in reversed(keys)]))

    def to_bytes(self) -> bytes:
        """Canonical UTF-8 JSON: rows in order, ISO dates, null for missing numbers and dates."""
        rows = self.in_order()
        plain = {name: _as_text(catalogue[name].kind, rows[name]) for name in rows.names}
        document = {"format": FORMAT, "rows": self.n, "columns": plain}
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    @property
    def sha256(self) -> str:
        """The hash by which a data cut is known."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Columns":
        """A cut read back. Raises ColumnError when the bytes are not one."""
        document = json.loads(data)
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise ColumnError(f"not a data cut of the format {FORMAT}")
        return cls(document["columns"])


def _checked(described: Column, values: Any) -> Array:
    """The values in the type of their kind, closed lists enforced, read-only."""
    try:
        array = _typed(described.kind, values)
    except (TypeError, ValueError) as fault:
        raise ColumnError(
            f"{described.name}: values are not of the kind {described.kind}"
        ) from fault
    if array.ndim != 1:
        raise ColumnError(f"{described.name}: expected one column, got shape {array.shape}")
    if described.codes and array.size:
        foreign = ~np.isin(array, ("", *described.codes))
        if foreign.any():
            row = int(np.flatnonzero(foreign)[0])
            raise ColumnError(
                f"{described.name}: row {row} is none of {', '.join(described.codes)}"
            )
    if described.kind == "number" and np.isinf(array).any():
        raise ColumnError(f"{described.name}: a number is infinite; missing is NaN")
    return array


def _typed(kind: Kind, values: Any) -> Array:
    if isinstance(values, np.ndarray) and values.dtype.kind == _NUMPY_KIND[kind]:
        return values.astype(_NUMPY_TYPE[kind])
    if kind == "number":
        return np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    if kind == "date":
        return np.array(["NaT" if v is None else v for v in values], dtype="datetime64[D]")
    texts = ["" if value is None else str(value) for value in values]
    return np.array(texts, dtype=np.str_) if texts else np.empty(0, dtype="<U1")


def _as_text(kind: Kind, values: Array) -> list[str | float | None]:
    if kind == "number":
        return [None if np.isnan(v) else float(v) for v in values]
    if kind == "date":
        return [None if np.isnat(v) else str(v) for v in values]
    return [str(value) for value in values]

"""What do we record of an infusion of donor lymphocytes or other cells?"""

from decimal import Decimal

from django.db import models

from registry.dictionary.checks import InOrder, Never, OnlyWhen, Require, error, warning
from registry.dictionary.codes import outcome as codes
from registry.dictionary.codes.common import YES_NO
from registry.dictionary.predicates import AllOf, AnyOf, Compare, Exists, Has, Is, Known
from registry.models.base import PatientRecord, record
from registry.models.fields import Code, Integer, Number, PartialDate

_LYMPHOCYTES = Is("product", "DLI", "DLI_GCSF", "CD45RA_DEPLETED")


@record(
    "infusions",
    "Cell infusion",
    parent="treatment_line",
    order_by="date",
    rules=(
        error(
            1,
            "The cells are infused before their treatment line begins: correct one of the dates",
            InOrder("treatment_line.date_start", "date"),
            "seeds; C15",
        ),
        error(
            1,
            "The response is dated before the infusion: correct one of the dates",
            InOrder("date", "response_date"),
            "seeds; C15",
        ),
        warning(
            57,
            "Lymphocytes are infused during the conditioning of a transplant: check the dates",
            OnlyWhen(
                _LYMPHOCYTES,
                Never(
                    AllOf(
                        Known("date"),
                        Exists(
                            "transplant",
                            where=AllOf(
                                Compare("conditioning.date_start", "<=", "outer.date"),
                                Compare("date", ">", "outer.date"),
                            ),
                        ),
                    )
                ),
            ),
        ),
        warning(
            57,
            "Lymphocytes are infused on active acute GvHD of grade II to IV: check the dates and "
            "the GvHD",
            OnlyWhen(
                _LYMPHOCYTES,
                Never(
                    AllOf(
                        Known("date"),
                        Exists(
                            "acute_gvhd",
                            where=AllOf(
                                Is("grade_reported", "II", "III", "IV", "II-IV"),
                                Compare("date_onset", "<=", "outer.date"),
                                Compare("date_resolved", ">", "outer.date"),
                            ),
                        ),
                    )
                ),
            ),
        ),
        warning(
            57,
            "The dose of CD3+ cells lies outside 0.01 to 1000 x 10^6/kg: check the number and its "
            "unit",
            OnlyWhen(
                _LYMPHOCYTES,
                Never(
                    AnyOf(Compare("cd3_dose", "<", Decimal("0.01")), Compare("cd3_dose", ">", 1000))
                ),
            ),
        ),
        warning(
            62,
            "Cytokine release or ICANS is reported without CAR-T cells or a T-cell engager: check "
            "the grades, the product and the drugs",
            Require(
                AnyOf(Compare("crs_grade", ">", 0), Compare("icans_grade", ">", 0)),
                AnyOf(
                    Is("product", "CAR_T"),
                    Has("treatment_line.components", "CAR_T"),
                    Has("treatment_line.drugs", "BLINATUMOMAB", "T_CELL_ENGAGER"),
                ),
            ),
            "Kaya",
        ),
    ),
)
class Infusion(PatientRecord):
    """One infusion of donor lymphocytes or other cells, without conditioning of a transplant."""

    number = Integer("Number", core=True, low=1, high=30, section="Infusion")
    date = PartialDate("Date", core=True)
    indication = Code("Indication", codes.INFUSION_INDICATION, core=True)
    product = Code("Product", codes.CELL_PRODUCT, core=True)
    donor = Code("Donor", codes.CELL_DONOR)
    cd3_dose = Number("CD3+ cells", core=True, unit="10^6/kg", low=0, high=100000, places=4)
    cd34_dose = Number("CD34+ cells", unit="10^6/kg", low=0, high=100, places=3)
    azacitidine = Code("With azacitidine", YES_NO)
    leukocytes_before = Number("Leukocytes before", unit="10^9/L", low=0, high=1500, places=2)
    platelets_before = Number("Platelets before", unit="10^9/L", low=0, high=5000, places=0)
    response_best = Code("Best response", codes.SALVAGE_RESPONSE, core=True, section="Result")
    response_date = PartialDate("Date of the best response")
    gvhd_after = Code("GvHD after it", codes.GVHD_AFTER, core=True)
    crs_grade = Integer(
        "Cytokine release syndrome, highest grade", low=0, high=5, help="ASTCT; 0 is none."
    )
    icans_grade = Integer("ICANS, highest grade", low=0, high=5, help="ASTCT; 0 is none.")
    persistence_lost_on = PartialDate(
        "CAR-T cells no longer found on", asked_if=Is("product", "CAR_T")
    )

    treatment_line = models.ForeignKey(
        "registry.TreatmentLine", on_delete=models.CASCADE, related_name="+"
    )

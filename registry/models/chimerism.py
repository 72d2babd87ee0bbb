"""What do we record of the share of donor cells after a transplant?"""

from django.db import models

from registry.dictionary.checks import InOrder, Never, error
from registry.dictionary.codes import outcome as codes
from registry.dictionary.predicates import AllOf, Compare, Exists, Known, Not
from registry.models.base import PatientRecord, record
from registry.models.fields import Code, Number, PartialDate


@record(
    "chimerisms",
    "Chimerism",
    parent="transplant",
    order_by="date",
    rules=(
        error(
            66,
            "The chimerism is measured before its transplant: correct one of the dates",
            InOrder("transplant.date", "date"),
            "HSCT2",
        ),
        error(
            66,
            "The chimerism is measured on the day of the next transplant or later: enter it at "
            "that transplant, or correct a date",
            Never(
                AllOf(
                    Known("date"),
                    Exists(
                        "transplant",
                        where=AllOf(
                            Compare("number", ">", "outer.transplant.number"),
                            Compare("date", "<=", "outer.date"),
                        ),
                    ),
                )
            ),
            "HSCT2",
        ),
    ),
)
class Chimerism(PatientRecord):
    """One measurement of the share of donor cells in blood or marrow."""

    date = PartialDate("Date of the sample", core=True)
    tissue = Code("Tissue", codes.TISSUE, core=True)
    cell_fraction = Code("Cells", codes.CELL_FRACTION, core=True)
    method = Code("Method", codes.CHIMERISM_METHOD)
    percent_donor = Number(
        "Donor cells", core=True, unit="%", low=0, high=100, places=2, help="0 to 100."
    )

    group_reported = Code(
        "Donor cells, group as reported",
        codes.CHIMERISM_GROUP,
        asked_if=Not(Known("percent_donor")),
        help="Where the percentage is not known.",
    )

    transplant = models.ForeignKey(
        "registry.Transplant", on_delete=models.CASCADE, related_name="+"
    )

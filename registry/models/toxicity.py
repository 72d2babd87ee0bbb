"""What do we record of the toxicity of a treatment of a relapse?"""

from django.db import models

from registry.dictionary.checks import InOrder, Require, error, warning
from registry.dictionary.codes import outcome as codes
from registry.dictionary.predicates import AllOf, Answered, AnyOf, Compare, Exists, Has, Is, Known
from registry.models.base import PatientRecord, record
from registry.models.fields import Code, Integer, PartialDate, Text


@record(
    "toxicities",
    "Toxicity",
    parent="treatment_line",
    order_by="date_onset",
    rules=(
        error(
            61,
            "Toxicity of grade 5 is death, and no death is recorded: add the death, or correct "
            "the grade",
            Require(Compare("grade", "==", 5), Exists("death")),
            "Kaya",
        ),
        error(
            61,
            "The grade has no version of CTCAE: choose it, or say why it is not known",
            Require(Known("grade"), Answered("ctcae_version")),
            "Kaya",
        ),
        error(
            1,
            "Toxicity begins before the line that caused it, or ends before it begins: correct "
            "the date that is wrong",
            InOrder("treatment_line.date_start", "date_onset", "date_resolved"),
            "seeds; C15",
        ),
        warning(
            62,
            "Cytokine release or ICANS is reported without CAR-T cells, a T-cell engager or "
            "haploidentical PBSC: check the toxicity and what was given",
            Require(
                Is("term", "CRS", "ICANS"),
                AnyOf(
                    Has("treatment_line.components", "CAR_T"),
                    Is("treatment_line.regimen", "BLINATUMOMAB", "CAR_T"),
                    Has(
                        "treatment_line.drugs",
                        "BLINATUMOMAB",
                        "T_CELL_ENGAGER",
                        "CAR_T_CD19",
                        "CAR_T_OTHER",
                    ),
                    Exists(
                        "graft",
                        where=AllOf(Is("donor_type", "HAPLO"), Is("source", "PB", "BM_PB")),
                    ),
                ),
            ),
            "Kaya",
        ),
    ),
)
class Toxicity(PatientRecord):
    """The worst grade of one toxicity during a treatment line."""

    term = Code("Toxicity", codes.TOXICITY_TERM, core=True)
    term_text = Text("Which other toxicity", core=True, asked_if=Is("term", "OTHER"))
    grade = Integer("Worst grade", core=True, low=1, high=5, help="CTCAE; 5 is death from it.")
    ctcae_version = Code("Version of CTCAE", codes.CTCAE_VERSION, core=True)
    date_onset = PartialDate("Began on")
    date_resolved = PartialDate("Resolved on")
    attribution = Code("Caused by the treatment", codes.ATTRIBUTION)

    treatment_line = models.ForeignKey(
        "registry.TreatmentLine", on_delete=models.CASCADE, related_name="+"
    )

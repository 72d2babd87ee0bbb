"""What do we record of the take of a graft?"""

from django.db import models

from registry.dictionary.checks import Always, InOrder, Never, OnlyWhen, error, warning
from registry.dictionary.codes import outcome as codes
from registry.dictionary.codes.common import YES_NO
from registry.dictionary.predicates import AllOf, DaysBetween, Is, Known
from registry.models.base import PatientRecord, record
from registry.models.fields import Code, PartialDate
from registry.models.happened import no_is_dated, no_needs_as_of, still_no_on


@record(
    "engraftment",
    "Engraftment",
    parent="transplant",
    single=True,
    rules=(
        error(
            37,
            "Neutrophils recover before the transplant or after the last contact: correct a date, "
            "or add the later contact",
            InOrder("transplant.date", "anc_date", "case.last_contact"),
            "UCI; HS1502",
        ),
        error(
            37,
            "Platelets reach 20 before the transplant or after the last contact: correct a date, "
            "or add the later contact",
            InOrder("transplant.date", "platelet_20_date", "case.last_contact"),
            "UCI; HS1502",
        ),
        error(
            37,
            "Platelets reach 50 before the transplant or after the last contact: correct a date, "
            "or add the later contact",
            InOrder("transplant.date", "platelet_50_date", "case.last_contact"),
            "UCI; HS1502",
        ),
        warning(
            37,
            "Neutrophils recover before day 5 or after day 60: check the date",
            OnlyWhen(
                DaysBetween("transplant.date", "anc_date", ">=", 0),
                Always(
                    AllOf(
                        DaysBetween("transplant.date", "anc_date", ">=", 5),
                        DaysBetween("transplant.date", "anc_date", "<=", 60),
                    )
                ),
            ),
            "UCI; HS1502",
        ),
        error(
            38,
            "Neutrophils did not recover, or never fell, and there is a day of recovery: remove "
            "the day, or correct the answer",
            Never(AllOf(Is("anc_recovery", "NO", "NEVER_BELOW"), Known("anc_date"))),
        ),
        error(
            38,
            "The graft never took, and the neutrophils recovered: correct one of the two answers",
            Never(AllOf(Is("graft_failure", "PRIMARY"), Is("anc_recovery", "YES"))),
        ),
        warning(
            39,
            "Platelets reach 20 more than 14 days before neutrophils recover: check both dates",
            Never(DaysBetween("platelet_20_date", "anc_date", ">", 14)),
        ),
        error(
            39,
            "Platelets reach 50 before they reach 20: correct one of the dates",
            InOrder("platelet_20_date", "platelet_50_date"),
        ),
        no_needs_as_of("anc_recovery", "platelet_20", "platelet_50"),
    ),
)
class Engraftment(PatientRecord):
    """Neutrophil and platelet recovery after a transplant, and the loss of a graft."""

    anc_recovery = Code(
        "Neutrophils recovered",
        codes.RECOVERY,
        core=True,
        section="Recovery",
        help="Neutrophils at least 0.5 x 10^9/L on three consecutive days.",
    )
    anc_date = PartialDate(
        "Neutrophils recovered on",
        core=True,
        asked_if=Is("anc_recovery", "YES"),
        help="The first of the three days.",
    )
    platelet_20 = Code(
        "Platelets reached 20 x 10^9/L",
        codes.RECOVERY,
        core=True,
        help="Seven days after the last transfusion, unless another definition is named below.",
    )
    platelet_20_date = PartialDate(
        "Platelets reached 20 on", core=True, asked_if=Is("platelet_20", "YES")
    )
    platelet_50 = Code("Platelets reached 50 x 10^9/L", codes.RECOVERY)
    platelet_50_date = PartialDate("Platelets reached 50 on", asked_if=Is("platelet_50", "YES"))
    platelet_rule = Code("Definition used for platelets", codes.PLATELET_RULE)
    as_of = still_no_on()
    graft_failure = Code("Graft failure", codes.GRAFT_FAILURE, core=True, section="Graft failure")
    graft_failure_date = PartialDate(
        "Graft failure on", core=True, asked_if=Is("graft_failure", "PRIMARY", "SECONDARY")
    )
    poor_graft_function = Code(
        "Poor graft function",
        YES_NO,
        help="Low blood counts with full donor chimerism, without relapse.",
    )

    transplant = models.ForeignKey(
        "registry.Transplant", on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        constraints = (
            no_is_dated("engraftment", "anc_recovery"),
            no_is_dated("engraftment", "platelet_20"),
            no_is_dated("engraftment", "platelet_50"),
        )

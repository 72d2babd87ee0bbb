"""What do we record of each contact with a patient?"""

from registry.dictionary.checks import (
    Always,
    InOrder,
    NothingAfter,
    OnlyWhen,
    Require,
    UpToDate,
    error,
    query,
    warning,
)
from registry.dictionary.codes import outcome as codes
from registry.dictionary.codes.common import YES_NO
from registry.dictionary.predicates import Answered, Compare, Exists, Is, Not
from registry.dictionary.quantities import MultipleOf
from registry.models.base import PatientRecord, record
from registry.models.fields import Code, Integer, Number, PartialDate

_IN_LIFE = (
    "course",
    "pretransplant_relapse",
    "transplant",
    "conditioning",
    "status_before",
    "chimerism",
    "relapse",
    "treatment_line",
    "infusion",
    "toxicity",
    "complication",
)
"""Records of what only a living patient goes through. Engraftment and GvHD have rules of
their own that look at the last contact (37, 43)."""

_ALIVE = Is("status", "ALIVE")


@record(
    "follow_ups",
    "Follow-up",
    order_by="date_of_contact",
    rules=(
        error(
            1,
            "The contact is dated before birth: correct one of the dates",
            InOrder("identity.birth_date", "date_of_contact"),
            "seeds; C15",
        ),
        error(
            4,
            "A date lies after the last contact: correct it, or add the later contact",
            OnlyWhen(Not(Exists("death")), NothingAfter("case.last_contact", *_IN_LIFE)),
            "UCI rows 8, 64",
        ),
        error(
            4,
            "The contact that tells of the death is not dated on the day of death: correct one of "
            "the two dates",
            Require(Is("status", "DEAD"), Compare("date_of_contact", "==", "death.date")),
            "UCI rows 8, 64",
        ),
        error(
            5,
            "The patient is reported dead, and no death with its cause is recorded: add the "
            "death, its day and its primary cause",
            Require(Is("status", "DEAD"), Exists("death", where=Answered("primary_cause"))),
            "CIBMTR 2900",
        ),
        query(
            7,
            "How is the patient? The visit that was due is more than 120 days overdue: add the "
            "last contact",
            UpToDate(),
            "C4",
        ),
        warning(
            82,
            "Karnofsky or Lansky is not a multiple of 10: check the score",
            Always(MultipleOf("performance", 10)),
        ),
    ),
)
class FollowUp(PatientRecord):
    """One contact with the patient, or one report about the patient."""

    date_of_contact = PartialDate(
        "Date of contact",
        core=True,
        section="Contact",
        help="The last day on which the status is certain; of a patient who died, the day of death.",
    )
    source = Code("Source", codes.CONTACT_SOURCE, core=True)
    status = Code("Status", codes.VITAL_STATUS, core=True)
    disease_status = Code(
        "Disease", codes.DISEASE_AT_CONTACT, core=True, section="Disease and GvHD"
    )
    relapse_since = Code(
        "Relapse since the last contact",
        YES_NO,
        core=True,
        help="If yes, enter the relapse as a record of its own.",
    )
    cgvhd_activity = Code("Chronic GvHD now", codes.CGVHD_ACTIVITY, core=True, asked_if=_ALIVE)
    immunosuppression = Code("Immunosuppression now", YES_NO, asked_if=_ALIVE)
    performance = Integer(
        "Karnofsky or Lansky",
        low=10,
        high=100,
        asked_if=_ALIVE,
        section="The patient",
        help="In steps of 10; Karnofsky from 16 years, Lansky from 1 year.",
    )
    weight_kg = Number("Weight", unit="kg", low=1, high=250, places=1, asked_if=_ALIVE)
    height_cm = Number("Height", unit="cm", low=30, high=230, places=1, asked_if=_ALIVE)
    consent_check = Code("Consent", codes.CONSENT_CHECK, asked_if=_ALIVE)

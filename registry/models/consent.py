"""What did the patient or the parents agree to, and what did they take back?"""

from registry.dictionary import codes
from registry.dictionary.checks import InOrder, NothingAfter, OnlyWhen, Require, error
from registry.dictionary.predicates import Answered, Is
from registry.models.base import PatientRecord, record
from registry.models.fields import Code, PartialDate, Text

CLINICAL = (
    "transplant",
    "conditioning",
    "status_before",
    "engraftment",
    "chimerism",
    "acute_gvhd",
    "chronic_gvhd",
    "complication",
    "relapse",
    "treatment_line",
    "infusion",
    "toxicity",
    "follow_up",
    "death",
)
"""The records whose dates tell that something was recorded anew."""


@record(
    "consents",
    "Consent",
    order_by="date_signed",
    rules=(
        error(
            1,
            "The consent is signed before birth: correct one of the dates",
            InOrder("identity.birth_date", "date_signed"),
            "seeds; C15",
        ),
        error(
            1,
            "The consent is withdrawn before it was signed: correct one of the dates",
            InOrder("date_signed", "withdrawal_date"),
            "seeds; C15",
        ),
        error(
            70,
            "A date lies after the withdrawal, which allows no new data: remove what is later, or "
            "correct a date",
            OnlyWhen(
                Is("withdrawal_scope", "NO_NEW_DATA", "ERASE"),
                NothingAfter("withdrawal_date", *CLINICAL),
            ),
            "C17",
        ),
        error(
            70,
            "The consent is withdrawn, and there is no date of it: give the date, or the reason "
            "why it is not known",
            Require(Is("status", "WITHDRAWN"), Answered("withdrawal_date")),
            "C17",
        ),
        error(
            70,
            "The consent is withdrawn, and it is not said how far: choose the scope",
            Require(Is("status", "WITHDRAWN"), Answered("withdrawal_scope")),
            "C17",
        ),
    ),
)
class Consent(PatientRecord):
    """One event: consent given, refused or withdrawn. The latest of each type counts."""

    type = Code("Type of consent", codes.CONSENT_TYPE, core=True)
    document_version = Text(
        "Version of the document", core=True, length=40, help="As printed on the signed form."
    )
    language = Text("Language of the document", length=40)
    given_by = Code("Given by", codes.CONSENT_GIVER, core=True)
    date_signed = PartialDate("Date signed", core=True)
    status = Code("Status", codes.CONSENT_STATUS, core=True)
    withdrawal_date = PartialDate(
        "Date of withdrawal", core=True, asked_if=Is("status", "WITHDRAWN"), section="Withdrawal"
    )
    withdrawal_scope = Code(
        "Scope of withdrawal",
        codes.WITHDRAWAL_SCOPE,
        core=True,
        asked_if=Is("status", "WITHDRAWN"),
        help="No new data: what is there may be used. No further use: kept, but in no report.",
    )
    assent_date = PartialDate("Date of assent", help="When a minor agreed too.", section="Minor")

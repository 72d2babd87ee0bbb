"""What could tell who the patient is? Kept apart, encrypted, read by the entry role only."""

from registry.dictionary.values import OF_A_PERSON
from registry.models.base import PatientRecord, record
from registry.models.fields import SealedDate, SealedText


@record("identities", "Identity", single=True)
class Identity(PatientRecord):
    """The identifying answers. Ages are computed from them; they are never exported."""

    birth_date = SealedDate(
        "Date of birth",
        core=True,
        identifying=True,
        reasons=OF_A_PERSON,
        help="Month or year alone where the day is not known. Only ages leave this page.",
    )
    initials = SealedText(
        "Initials",
        length=8,
        identifying=True,
        reasons=OF_A_PERSON,
        help="First letters of given and family name.",
    )
    given_name = SealedText("Given name", length=80, identifying=True, reasons=OF_A_PERSON)
    family_name = SealedText("Family name", length=80, identifying=True, reasons=OF_A_PERSON)
    national_number = SealedText(
        "National number",
        length=32,
        identifying=True,
        help="Only where the law of the country allows a registry to hold it.",
    )

"""What do we record of a death?"""

from registry.dictionary.checks import Always, InOrder, Never, NothingAfter, Require, error, warning
from registry.dictionary.codes import outcome as codes
from registry.dictionary.codes.common import YES_NO
from registry.dictionary.predicates import (
    AllOf,
    Answered,
    AnyOf,
    Compare,
    DaysBetween,
    Exists,
    Is,
    Known,
    Not,
)
from registry.models.base import PatientRecord, record
from registry.models.fields import Code, Codes, PartialDate

_HISTORY = (
    "disease",
    "course",
    "pretransplant_relapse",
    "transplant",
    "graft",
    "conditioning",
    "prophylaxis",
    "status_before",
    "engraftment",
    "chimerism",
    "treatment_line",
    "toxicity",
    "complication",
)
_EVENTS = ("acute_gvhd", "chronic_gvhd", "relapse", "infusion", "follow_up")
"""Rule 6 names them; rule 3 takes all others, so that each late date is found once."""

_BY_RELAPSE = Is("primary_cause", "RELAPSE")
_NEVER_IN_REMISSION = AllOf(Known("post_hsct_cr"), Is("post_hsct_cr", "NEVER"))
_LEUKAEMIA_SEEN = AllOf(Known("disease_status"), Is("disease_status", "RELAPSE", "PERSISTENT"))
_GVHD_SEEN = AllOf(Known("gvhd_after"), Not(Is("gvhd_after", "NONE")))


@record(
    "death",
    "Death",
    single=True,
    rules=(
        error(
            1,
            "Death is dated before birth: correct one of the dates",
            InOrder("identity.birth_date", "date"),
            "seeds; C15",
        ),
        error(
            3,
            "A date lies after death: correct it, or the date of death",
            NothingAfter("date", *_HISTORY, skip=("treatment_line.date_start",)),
            "RT1801, RT1802, IN1801",
        ),
        error(
            5,
            "A death is recorded, and the last contact says alive: correct that contact, add the "
            "one that tells of the death, or remove the death",
            Never(Is("case.status", "ALIVE")),
            "CIBMTR 2900",
        ),
        error(
            5,
            "The death has no primary cause: choose one, or give the reason why it is not known",
            Always(Answered("primary_cause")),
            "CIBMTR 2900",
        ),
        error(
            6,
            "GvHD, a relapse, an infusion or a visit is dated after death: correct its date, or "
            "the date of death",
            NothingAfter("date", *_EVENTS),
            "HS1502, CK1803",
        ),
        error(
            63,
            "Death is from relapse, and no relapse, progression or lasting disease is recorded: "
            "add the relapse, or correct the cause",
            Require(
                _BY_RELAPSE,
                AnyOf(
                    Exists("relapse"),
                    Exists("transplant", where=_NEVER_IN_REMISSION),
                    Exists("follow_up", where=_LEUKAEMIA_SEEN),
                ),
            ),
            "Hazar",
        ),
        warning(
            64,
            "Death is from GvHD, and no GvHD is recorded: add the GvHD, or check the cause",
            Require(
                Is("primary_cause", "ACUTE_GVHD", "CHRONIC_GVHD"),
                AnyOf(
                    Exists("acute_gvhd", where=Is("occurred", "YES")),
                    Exists("chronic_gvhd", where=Is("occurred", "YES")),
                    Exists("infusion", where=_GVHD_SEEN),
                ),
            ),
        ),
        warning(
            64,
            "Death is from graft failure, and engraftment and over 95 % donor cells are recorded: "
            "check the cause",
            Never(
                AllOf(
                    Is("primary_cause", "GRAFT_FAILURE"),
                    Exists("engraftment", where=Is("anc_recovery", "YES")),
                    Exists("chimerism", where=Compare("percent_donor", ">", 95)),
                )
            ),
        ),
        warning(
            65,
            "Death is from relapse, and a contact within the 30 days before saw remission: add "
            "the relapse, or check the cause",
            Never(
                AllOf(
                    _BY_RELAPSE,
                    Exists(
                        "follow_up",
                        where=AllOf(
                            Is("disease_status", "CR"),
                            DaysBetween("date_of_contact", "outer.date", "<=", 30),
                            Not(
                                Exists(
                                    "relapse", where=Compare("date", ">", "outer.date_of_contact")
                                )
                            ),
                        ),
                    ),
                )
            ),
        ),
    ),
)
class Death(PatientRecord):
    """The death of the patient."""

    date = PartialDate("Date of death", core=True)
    primary_cause = Code(
        "Primary cause",
        codes.DEATH_CAUSE,
        core=True,
        help="The one disease or event that began the chain that led to death.",
    )
    contributing_causes = Codes("Contributing causes", codes.DEATH_CAUSE)
    autopsy = Code("Autopsy", YES_NO)
    disease_status = Code("Disease at death", codes.DISEASE_AT_CONTACT, core=True)

"""When, why and in which state was the patient transplanted?"""

from django.db import models

from registry.dictionary import codes
from registry.dictionary.checks import (
    Always,
    InOrder,
    Never,
    Numbered,
    Require,
    error,
    warning,
)
from registry.dictionary.language import Link
from registry.dictionary.predicates import (
    AllOf,
    Answered,
    AnyOf,
    AtLeast,
    Compare,
    DaysBetween,
    Exists,
    Is,
    Known,
    Not,
)
from registry.models.base import PatientRecord, record
from registry.models.fields import Code, Integer, Number, PartialDate, Text

EARLIER = Compare("number", "<", "outer.number")
"""Seen from a transplant: one with a lower number."""

IS_BOOST = AllOf(Known("boost_or_rescue"), Is("boost_or_rescue", "CD34_BOOST", "AUTO_RESCUE"))

FURTHER = Compare("number", ">", 1)

RELAPSE_SINCE_LAST = Exists(
    "relapse",
    AllOf(
        Compare("date", "<=", "outer.date"),
        Not(
            Exists(
                "transplant",
                AllOf(
                    Compare("number", "<", "outer.outer.number"),
                    Compare("date", ">", "outer.date"),
                ),
            )
        ),
    ),
)
"""Seen from a transplant: a relapse no later than it, and not before an earlier transplant."""

OF_THIS_DISEASE = AnyOf(
    Not(Known("outer.disease_number")), Compare("disease.number", "==", "outer.disease_number")
)


def _relapses_before(number: int) -> AtLeast:
    """At least so many relapses before this transplant, also those after an earlier one."""
    before = Compare("date", "<=", "outer.date")
    return AtLeast(
        number,
        Exists("pretransplant_relapse", AllOf(before, OF_THIS_DISEASE)),
        Exists("relapse", before),
    )


ENOUGH_RELAPSES = AnyOf(
    Not(Is("disease_status", "CR2", "CR3", "CR4")),
    AllOf(Is("disease_status", "CR2"), _relapses_before(1)),
    AllOf(Is("disease_status", "CR3"), _relapses_before(2)),
    AllOf(Is("disease_status", "CR4"), _relapses_before(3)),
)

IN_REMISSION = ("CR1", "CR2", "CR3", "CR4", "CR_NOS")

TYPE_IS_TOLD = 81
NUMBER_IS_TOLD = 83
"""The numbers of the rules; the last one taken is 83."""

HISTORY_COMPLETE = AllOf(
    Known("disease.relapse_history"), Is("disease.relapse_history", "COMPLETE")
)

RULES = (
    error(
        1,
        "The transplant is dated before birth: correct one of the dates",
        InOrder("identity.birth_date", "date"),
        "seeds; C15",
    ),
    error(
        1,
        "The transplant is dated before the diagnosis: correct one of the dates",
        InOrder("disease.date_diagnosis", "date"),
        "seeds; C15",
    ),
    error(
        1,
        "The remission after the transplant is dated before it: correct one of the dates",
        InOrder("date", "post_hsct_cr_date"),
        "seeds; C15",
    ),
    error(
        9,
        "This is not the first transplant, and none before it is recorded: add it, or give its "
        "date and its centre under “Transplant before this registry”",
        Always(
            AnyOf(
                Not(FURTHER),
                Exists("transplant", EARLIER),
                AllOf(
                    Is("previous_elsewhere", "YES"),
                    Known("previous_elsewhere_date"),
                    Known("previous_elsewhere_centre"),
                ),
            )
        ),
        "Kaya",
    ),
    error(
        9,
        "The transplant before this registry is dated after this one: correct one of the dates",
        InOrder("previous_elsewhere_date", "date"),
        "Kaya",
    ),
    error(
        10,
        "This transplant is for relapse, and no relapse since the transplant before it is "
        "recorded: add the relapse, or correct the indication",
        Require(AllOf(Is("indication", "RELAPSE"), FURTHER), RELAPSE_SINCE_LAST),
        "arff: 17 rows",
    ),
    warning(
        11,
        "The transplant before this one is no more than 30 days older: check the dates, and "
        "whether this is a boost, or for graft failure",
        Never(
            AllOf(
                Known("date"),
                Exists("transplant", AllOf(EARLIER, DaysBetween("date", "outer.date", "<=", 30))),
            )
        ),
        "C16",
    ),
    error(
        12,
        "A boost or rescue has a transplant number: remove the number, or correct the boost",
        Require(IS_BOOST, Not(Answered("number"))),
        "C16",
    ),
    error(
        14,
        "The transplant is autologous, and GvHD or chimerism is recorded after it: correct the "
        "type, or remove what was recorded",
        Require(
            Is("type", "AUTO"),
            AllOf(
                Not(Exists("acute_gvhd", Is("occurred", "YES"), inside=True)),
                Not(Exists("chronic_gvhd", Is("occurred", "YES"), inside=True)),
                Not(Exists("chimerism", inside=True)),
            ),
        ),
    ),
    error(
        34,
        "The remission counts more earlier relapses than are recorded, and all are said to be: "
        "add the relapse, or correct the disease status",
        Require(HISTORY_COMPLETE, ENOUGH_RELAPSES),
    ),
    warning(
        34,
        "The remission counts more earlier relapses than are recorded: add the relapses, or check "
        "the disease status",
        Require(Not(HISTORY_COMPLETE), ENOUGH_RELAPSES),
    ),
    warning(
        35,
        "The marrow holds more than 5 % blasts in complete remission: check the blasts and the "
        "disease status",
        Never(AllOf(Compare("blasts_bm_pre", ">", 5), Is("disease_status", *IN_REMISSION))),
        "Roux",
    ),
    # A boost is in no report anyhow; a missing reason is an answer too.
    warning(
        TYPE_IS_TOLD,
        "It is not said whether the transplant is allogeneic or autologous, and no report counts "
        "it: choose the type",
        Require(Not(IS_BOOST), Answered("type")),
    ),
    warning(
        NUMBER_IS_TOLD,
        "It is not said which of the patient's transplants this is, and no report takes it for a "
        "first one: give its number",
        Require(Not(IS_BOOST), Answered("number")),
    ),
)

NUMBERED = error(
    8,
    "The transplants are not numbered 1, 2, 3 in the order of their dates: correct a number or a "
    "date, or add the one that is missing",
    Numbered("transplant", may_start_later=Is("previous_elsewhere", "YES")),
    "C16",
)
"""Judged once for each patient."""


@record(
    "transplants",
    "Transplant",
    order_by="date",
    links=(Link("disease_number", "disease"),),
    rules=RULES,
)
class Transplant(PatientRecord):
    """A transplant; day 0 is the day of infusion. Numbers count allogeneic and autologous ones."""

    number = Integer(
        "Number",
        core=True,
        low=1,
        high=9,
        asked_if=Not(IS_BOOST),
        section="Transplant",
        help="Counted over the patient's life, at any centre. A boost has none.",
    )
    date = PartialDate("Date", core=True, partial=False, help="Of the infusion: day 0.")
    type = Code("Type", codes.TRANSPLANT_TYPE, core=True)
    disease_number = Integer(
        "For disease number", low=1, high=9, help="Only when the patient has more than one."
    )
    boost_or_rescue = Code(
        "Boost or rescue",
        codes.BOOST,
        core=True,
        help="Cells of the same donor, or stored own cells, without a new transplant.",
    )
    indication = Code("Indication of this one", codes.INDICATION, core=True, asked_if=FURTHER)
    place_elsewhere = Text(
        "Other centre", length=120, help="Where it was done, if not here: EBMT number, or name."
    )

    disease_status = Code(
        "Disease status", codes.DISEASE_STATUS, core=True, section="Disease before transplant"
    )
    blasts_bm_pre = Number("Blasts in bone marrow", unit="%", low=0, high=100, places=1)
    mrd_pre = Code("Minimal residual disease", codes.MRD_RESULT)
    mrd_pre_level = Number(
        "Level of residual disease",
        unit="%",
        low=0,
        high=100,
        places=5,
        asked_if=Is("mrd_pre", "POS"),
    )
    mrd_pre_method = Code("Method", codes.MRD_METHOD, asked_if=Known("mrd_pre"))
    mrd_pre_sensitivity = Integer(
        "Sensitivity",
        low=2,
        high=7,
        asked_if=Known("mrd_pre"),
        help="n, when one cell in 10^n can be found.",
    )

    post_hsct_cr = Code(
        "Complete remission after it",
        codes.POST_HSCT_CR,
        core=True,
        section="After transplant",
        help="Decides whether a later failure is a relapse or a progression.",
    )
    post_hsct_cr_date = PartialDate(
        "Date of remission", core=True, asked_if=Is("post_hsct_cr", "YES")
    )

    previous_elsewhere = Code(
        "Transplant before this registry",
        codes.YES_NO,
        asked_if=FURTHER,
        section="Transplant before this registry",
        help="Yes, when an earlier transplant is not recorded here.",
    )
    previous_elsewhere_date = PartialDate(
        "Its date", core=True, asked_if=Is("previous_elsewhere", "YES")
    )
    previous_elsewhere_centre = Text(
        "Its centre", length=120, core=True, asked_if=Is("previous_elsewhere", "YES")
    )

    age_at_transplant = models.DecimalField(
        max_digits=6, decimal_places=3, null=True, blank=True, help_text="Years; derived"
    )
    age_from_partial_date = models.BooleanField(
        default=False, help_text="The age is from a date known to the month or year only; derived"
    )

"""What do we record of a relapse or progression after a transplant?"""

from registry.dictionary.checks import (
    Always,
    InOrder,
    Never,
    Numbered,
    Recomputed,
    Require,
    error,
    query,
    warning,
)
from registry.dictionary.codes import outcome as codes
from registry.dictionary.codes.common import SITE, YES_NO
from registry.dictionary.derived import site_group
from registry.dictionary.failures import by_its_date
from registry.dictionary.language import Link
from registry.dictionary.predicates import (
    AgeAt,
    AllOf,
    Answered,
    AnyOf,
    Compare,
    DaysBetween,
    Exists,
    Has,
    Is,
    Not,
)
from registry.dictionary.quantities import MultipleOf
from registry.models.base import PatientRecord, record
from registry.models.fields import Code, Codes, Integer, Number, PartialDate

_HAEMATOLOGICAL = Is("kind", "RELAPSE", "PROGRESSION")
_IN_REMISSION = Is("transplant.post_hsct_cr", "YES", "IN_CR")
_EARLIER_RELAPSE = Exists(
    "relapse",
    where=AllOf(
        _HAEMATOLOGICAL,
        Compare("number", "<", "outer.number"),
        Compare("after_transplant", "==", "outer.after_transplant"),
    ),
)
_TRANSPLANTED_ELSEWHERE = Exists(
    "transplant",
    where=AllOf(Is("previous_elsewhere", "YES"), Compare("number", ">", "outer.after_transplant")),
)
_REMISSION_BY_TREATMENT = Exists(
    "treatment_line",
    where=AllOf(
        Is("response", "CR", "CRI", "CR_MRDNEG"),
        Compare("relapse.number", "<", "outer.number"),
        Compare("relapse.after_transplant", "==", "outer.after_transplant"),
    ),
)


@record(
    "relapses",
    "Relapse or progression",
    order_by="date",
    links=(
        Link(
            "after_transplant",
            "transplant",
            otherwise=by_its_date,
            elsewhere=_TRANSPLANTED_ELSEWHERE,
        ),
    ),
    rules=(
        error(
            2,
            "The relapse is dated before the transplant that it follows: correct one of the "
            "dates, or the number of the transplant",
            InOrder("transplant.date", "date"),
            "Roux",
        ),
        error(
            47,
            "The relapse follows no remission after the transplant: choose progression, or "
            "correct the remission at the transplant",
            Require(Is("kind", "RELAPSE"), AnyOf(_IN_REMISSION, _REMISSION_BY_TREATMENT)),
            "Roux",
        ),
        error(
            47,
            "The relapse is dated before the remission after the transplant: correct one of the "
            "dates",
            InOrder("transplant.post_hsct_cr_date", "date"),
            "Roux",
        ),
        error(
            47,
            "The remission after the transplant is not “Never reached”, as before a progression: "
            "choose relapse, or correct the remission at the transplant",
            Require(
                AllOf(Is("kind", "PROGRESSION"), Not(_EARLIER_RELAPSE)),
                Is("transplant.post_hsct_cr", "NEVER"),
            ),
            "Roux",
        ),
        warning(
            48,
            "A haematological relapse has no more than 5 % blasts in the marrow, and none in the "
            "blood: check the blasts, the sites and the kind",
            Never(
                AllOf(
                    Compare("bm_blasts", "<=", 5),
                    Compare("pb_blasts", "==", 0),
                    _HAEMATOLOGICAL,
                    Not(Has("sites", "CNS", "TESTIS", "SKIN", "OTHER")),
                )
            ),
            "Roux",
        ),
        error(
            49,
            "The site group reported is not the one that the sites give: correct the sites, or "
            "remove the group",
            Recomputed("site_group_reported", site_group, ("sites",)),
            "Hazar",
        ),
        error(
            49,
            "The relapse has no site: choose at least one, or say why it is not known",
            Always(Has("sites", *SITE.values)),
            "Hazar",
        ),
        error(
            50,
            "A relapse in the testis is reported of a girl or woman: correct the site or the sex",
            Require(Has("sites", "TESTIS"), Not(Is("patient.sex", "F"))),
            "Kaya",
        ),
        warning(
            50,
            "A relapse in the testis is reported, and the sex is neither male nor female: check "
            "the site and the sex",
            Require(Has("sites", "TESTIS"), Not(Is("patient.sex", "U", "O"))),
            "Kaya",
        ),
        warning(
            29,
            "ECOG and Karnofsky at relapse do not agree: check both; ECOG 0 goes with more than "
            "60, ECOG 3 and 4 with less than 80",
            Never(
                AllOf(
                    AnyOf(
                        AllOf(Compare("ecog", "==", 0), Compare("performance_score", "<=", 60)),
                        AllOf(Compare("ecog", ">=", 3), Compare("performance_score", ">=", 80)),
                    ),
                    AgeAt("date", ">=", 16),
                )
            ),
            "HSCT2",
        ),
        warning(
            82,
            "Karnofsky or Lansky at relapse is not a multiple of 10: check the score",
            Always(MultipleOf("performance_score", 10)),
        ),
        warning(
            51,
            "The relapse comes within 14 days of the transplant: check the dates, and whether it "
            "is a progression",
            Never(
                AllOf(
                    DaysBetween("transplant.date", "date", ">=", 0),
                    DaysBetween("transplant.date", "date", "<=", 14),
                    Is("kind", "RELAPSE"),
                )
            ),
        ),
        error(
            52,
            "The relapses are not numbered 1, 2, 3 in the order of their dates: correct a number "
            "or a date, or add the one that is missing",
            Numbered("relapse"),
        ),
        error(
            52,
            "There is no remission between two relapses after one transplant: give the treatment "
            "its response, or choose progression",
            Require(AllOf(Is("kind", "RELAPSE"), _EARLIER_RELAPSE), _REMISSION_BY_TREATMENT),
        ),
        query(
            53,
            "How was the relapse treated? Nothing is recorded 60 days after it: add the "
            "treatment; supportive care only is an answer too",
            Require(
                DaysBetween("date", "case.today", ">", 60),
                Exists(
                    "treatment_line",
                    where=AnyOf(Answered("components"), Answered("refused")),
                    inside=True,
                ),
            ),
            "Roux",
        ),
    ),
)
class Relapse(PatientRecord):
    """Relapse after remission, or progression without one, after a transplant.

    A second tumour is not a relapse: it is a complication.
    """

    number = Integer(
        "Number",
        core=True,
        low=1,
        high=20,
        section="Event",
        help="Counted since the first transplant.",
    )
    number_since_diagnosis = Integer("Number since diagnosis", low=1, high=20)
    after_transplant = Integer(
        "After transplant number",
        core=True,
        low=1,
        high=9,
        help="The number of the last transplant before it.",
    )
    kind = Code(
        "Type of event",
        codes.RELAPSE_KIND,
        core=True,
        help=(
            "Relapse and progression are haematological: blasts in the blood, over 5 % in the "
            "marrow, or leukaemia at another site."
        ),
    )
    date = PartialDate(
        "Date",
        core=True,
        help="Of a progression: the day of the assessment that showed no remission.",
    )
    sites = Codes("Sites", SITE, core=True, section="Where")
    site_group_reported = Code(
        "Site group, as reported",
        codes.SITE_GROUP,
        help="Where the sites are not known. Where they are, the registry computes the group.",
    )
    bm_blasts = Number(
        "Blasts in the marrow",
        core=True,
        unit="%",
        low=0,
        high=100,
        places=1,
        asked_if=Has("sites", "BM", "PB"),
    )
    pb_blasts = Number(
        "Blasts in the blood",
        core=True,
        unit="%",
        low=0,
        high=100,
        places=1,
        asked_if=Has("sites", "BM", "PB"),
    )
    clonal_change = Code("Leukaemic clone", codes.CLONAL_CHANGE, section="Biology")
    cd19_status = Code(
        "CD19 on the blasts",
        codes.ANTIGEN_STATUS,
        help="Needed to read the results of blinatumomab and CAR-T cells.",
    )
    hla_loss = Code("Loss of the mismatched HLA", YES_NO)
    chimerism = Number("Donor cells at relapse", unit="%", low=0, high=100, places=2)
    immunosuppression = Code(
        "Immunosuppression at relapse", YES_NO, section="The patient at relapse"
    )
    gvhd_active = Code("Active GvHD at relapse", YES_NO)
    ecog = Integer("ECOG at relapse", low=0, high=4)
    performance_score = Integer(
        "Karnofsky or Lansky at relapse", low=10, high=100, help="In steps of 10."
    )

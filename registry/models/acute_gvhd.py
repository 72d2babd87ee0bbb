"""What do we record of acute graft-versus-host disease?"""

from django.db import models

from registry.dictionary.checks import InOrder, Never, Recomputed, Require, error, warning
from registry.dictionary.codes import outcome as codes
from registry.dictionary.codes.common import YES_NO
from registry.dictionary.derived import grade_by_stages
from registry.dictionary.predicates import (
    AllOf,
    Answered,
    AnyOf,
    Compare,
    DaysBetween,
    Is,
    Known,
    Not,
)
from registry.models.base import PatientRecord, record
from registry.models.fields import Code, Integer, PartialDate
from registry.models.happened import no_has_no_date, no_is_dated, no_needs_as_of, still_no_on

_YES = Is("occurred", "YES")
ABOVE_0 = ("I", "II", "III", "IV", "II-IV")


@record(
    "acute_gvhds",
    "Acute GvHD",
    parent="transplant",
    order_by="date_onset",
    rules=(
        error(
            40,
            "A grade above 0 has no organ stage: give at least one stage, or the reason why the "
            "stages are not known",
            Require(
                Is("grade_reported", *ABOVE_0),
                AnyOf(*(Answered(one) for one in ("skin", "liver", "upper_gi", "lower_gi"))),
            ),
            "GV1703",
        ),
        warning(
            41,
            "The grade reported is not the one that the organ stages give in the system named: "
            "check the grade, the stages and the system",
            Recomputed(
                "grade_reported",
                grade_by_stages,
                ("system", "skin", "liver", "upper_gi", "lower_gi"),
            ),
            "GV1703",
        ),
        error(
            42,
            "The grade is 0, and an organ stage is above 0: correct the grade or the stage",
            Never(
                AllOf(
                    Is("grade_reported", "0"),
                    AnyOf(
                        *(Compare(one, ">", 0) for one in ("skin", "liver", "upper_gi", "lower_gi"))
                    ),
                )
            ),
        ),
        error(
            42,
            "The grade is above 0, and every organ stage is 0: correct the grade or a stage",
            Never(
                AllOf(
                    Is("grade_reported", *ABOVE_0),
                    *(Compare(one, "==", 0) for one in ("skin", "liver", "lower_gi")),
                    AnyOf(Compare("upper_gi", "==", 0), Not(Answered("upper_gi"))),
                )
            ),
        ),
        error(
            43,
            "Acute GvHD begins before the transplant or after the last contact: correct a date, "
            "or add the later contact",
            InOrder("transplant.date", "date_onset", "case.last_contact"),
            "LY1901, IN1801",
        ),
        error(
            43,
            "The onset, grade II, grade III and the last contact are not dated in this order: "
            "correct a date, or add the later contact",
            InOrder("date_onset", "date_grade_2", "date_grade_3", "case.last_contact"),
            "LY1901, IN1801",
        ),
        warning(
            44,
            "Acute GvHD begins after day 180: check the date, and whether it is chronic GvHD or "
            "the overlap syndrome",
            Never(DaysBetween("transplant.date", "date_onset", ">", 180)),
        ),
        error(
            45,
            "Grade III or IV has no date: give the day on which grade III was first reached, or "
            "the reason why it is not known",
            Require(Is("grade_reported", "III", "IV"), Answered("date_grade_3")),
            "UCI",
        ),
        error(
            45,
            "There is a date of grade III, and the grade is neither III nor IV: correct the "
            "grade, or remove the date",
            Require(Known("date_grade_3"), Is("grade_reported", "III", "IV")),
            "UCI",
        ),
        no_needs_as_of("occurred"),
        no_has_no_date("occurred", "date_onset"),
    ),
)
class AcuteGvhd(PatientRecord):
    """Acute graft-versus-host disease after a transplant: onset and maximum."""

    occurred = Code("Acute GvHD", YES_NO, core=True, section="Onset")
    as_of = still_no_on()
    date_onset = PartialDate("Began on", core=True, asked_if=_YES)
    system = Code(
        "System of grading",
        codes.GVHD_SYSTEM,
        core=True,
        asked_if=_YES,
        section="Maximum",
        help="The same stages give different grades: stage 4 of the gut is IV in MAGIC, III in Keystone.",
    )
    skin = Integer(
        "Skin, highest stage",
        core=True,
        low=0,
        high=4,
        asked_if=_YES,
        help="Rash: 1 under 25 % of the body, 2 25 to 50 %, 3 over 50 %, 4 with blisters (over 5 %).",
    )
    liver = Integer(
        "Liver, highest stage",
        core=True,
        low=0,
        high=4,
        asked_if=_YES,
        help="Bilirubin in mg/dL: 1 from 2, 2 over 3, 3 over 6, 4 over 15.",
    )
    upper_gi = Integer(
        "Upper gut, highest stage",
        core=True,
        low=0,
        high=1,
        asked_if=_YES,
        help="1: lasting nausea, vomiting or loss of appetite.",
    )
    lower_gi = Integer(
        "Lower gut, highest stage",
        core=True,
        low=0,
        high=4,
        asked_if=_YES,
        help=(
            "Diarrhoea a day, in children mL/kg: 1 from 10, 2 from 20, 3 over 30; in adults mL: "
            "1 from 500, 2 from 1000, 3 over 1500; 4 severe pain, ileus or visible blood."
        ),
    )
    grade_reported = Code(
        "Highest grade, as reported by the centre", codes.GVHD_GRADE, core=True, asked_if=_YES
    )
    date_grade_2 = PartialDate("Grade II first reached on", asked_if=_YES)
    date_grade_3 = PartialDate(
        "Grade III first reached on", core=True, asked_if=Is("grade_reported", "III", "IV")
    )
    first_line = Code("First treatment", codes.GVHD_FIRST_LINE, asked_if=_YES, section="Treatment")
    steroid_response = Code(
        "Response to steroid",
        codes.STEROID_RESPONSE,
        asked_if=Is("first_line", "STEROID", "STEROID_PLUS"),
    )
    date_resolved = PartialDate("Resolved on", asked_if=_YES)

    transplant = models.ForeignKey(
        "registry.Transplant", on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        constraints = (no_is_dated("acutegvhd", "occurred"),)

"""How was the disease treated before the transplant?"""

from django.db import models

from registry.dictionary import codes
from registry.dictionary.checks import InOrder, error
from registry.dictionary.predicates import Is
from registry.models.base import PatientRecord, record
from registry.models.fields import Code, Integer, PartialDate, Text


@record(
    "courses",
    "Treatment line before transplant",
    parent="disease",
    order_by="number",
    rules=(
        error(
            1,
            "Treatment begins before the diagnosis, or ends before it begins: correct the date "
            "that is wrong",
            InOrder("disease.date_diagnosis", "date_start", "date_end"),
            "seeds; C15",
        ),
    ),
)
class Course(PatientRecord):
    """One line of treatment before the transplant."""

    disease = models.ForeignKey("registry.Disease", on_delete=models.CASCADE, related_name="+")
    number = Integer("Line", core=True, low=1, high=20, help="1 is the front-line treatment.")
    date_start = PartialDate("Start", core=True)
    date_end = PartialDate("End", core=True)
    protocol = Code("Protocol", codes.PROTOCOL, core=True)
    protocol_text = Text("Other protocol", length=80, core=True, asked_if=Is("protocol", "OTHER"))
    response = Code("Response", codes.RESPONSE, core=True, help="The best one at its end.")

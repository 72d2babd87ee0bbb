"""Which address of the API leads where? Included under api/v1/."""

from django.urls import path, re_path
from django.views.generic import RedirectView

from registry.api.dictionary import DictionaryView
from registry.api.docs import Description, Docs
from registry.api.patients import OnePatient, PatientRecords, Patients
from registry.api.problems import no_such_route
from registry.api.submissions import OneSubmission, Receipts, Submissions

app_name = "api"
urlpatterns = [
    path("submissions", Submissions.as_view(), name="submissions"),
    path("submissions/<uuid:id>", OneSubmission.as_view(), name="submission"),
    path("submissions/<uuid:id>/receipts", Receipts.as_view(), name="receipts"),
    path("patients", Patients.as_view(), name="patients"),
    path("patients/<slug:pseudonym>", OnePatient.as_view(), name="patient"),
    path("patients/<slug:pseudonym>/records/<slug:type>", PatientRecords.as_view(), name="records"),
    path("dictionary", DictionaryView.as_view(), name="dictionary"),
    path("description", Description.as_view(), name="description"),
    path("docs/", Docs.as_view(), name="docs"),
    path("docs", RedirectView.as_view(pattern_name="api:docs")),
    # Here, not in Django's page for people: that one asks for the session, which a program has not.
    re_path("", no_such_route),
]

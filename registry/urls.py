"""Which address leads to which page of the registry?"""

from django.urls import path

from registry.views import deletion, history, home, patients, records, submissions

_RECORD = "patients/<slug:pseudonym>/<slug:type_name>/<int:pk>/"
_NEW = "patients/<slug:pseudonym>/<slug:parent_type>/<int:parent_pk>/new/<slug:type_name>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("patients/", patients.patients, name="patients"),
    path("patients/new/", patients.register, name="register"),
    path("patients/<slug:pseudonym>/", patients.patient, name="patient"),
    path(_RECORD, records.record, name="record"),
    path(f"{_RECORD}fields/", records.fields, name="fields"),
    path(f"{_RECORD}delete/", deletion.delete, name="delete_record"),
    path(f"{_RECORD}history/", history.history, name="record_history"),
    path(_NEW, records.new_record, name="new_record"),
    path(f"{_NEW}fields/", records.new_fields, name="new_fields"),
    path("submissions/", submissions.submissions, name="submissions"),
    path("submissions/<uuid:pk>/", submissions.submission, name="submission"),
]

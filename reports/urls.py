"""Addresses of the report pages."""

from django.urls import path

from reports import views

urlpatterns = [
    path("studies/", views.studies, name="studies"),
    path("studies/<slug:name>/", views.study, name="study"),
    path("reports/", views.runs, name="reports"),
    path("reports/monthly/", views.subscriptions, name="subscriptions"),
    path("reports/<uuid:pk>/", views.run, name="run"),
    path("reports/<uuid:pk>/<slug:what>", views.download, name="run_file"),
]

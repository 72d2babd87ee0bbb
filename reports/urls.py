"""Addresses of the report pages."""

from django.urls import path

from reports import views, views_paper

urlpatterns = [
    path("studies/", views.studies, name="studies"),
    path("studies/<slug:name>/", views.study, name="study"),
    path("studies/<slug:name>/paper/", views_paper.paper, name="paper"),
    path("paper-check/", views_paper.paper_check, name="paper_check"),
    path("reports/", views.runs, name="reports"),
    path("reports/monthly/", views.subscriptions, name="subscriptions"),
    path("reports/<uuid:pk>/", views.run, name="run"),
    path("reports/<uuid:pk>/data-and-code.zip", views.download_code, name="run_code"),
    path("reports/<uuid:pk>/<slug:what>", views.download, name="run_file"),
    path(
        "reports/<uuid:pk>/figures/<slug:name>.<slug:ending>",
        views.download_figure,
        name="run_figure",
    ),
]

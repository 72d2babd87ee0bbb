"""Addresses of the report pages."""

from django.urls import path

from reports import views, views_exports, views_orders, views_paper, views_taken_out

urlpatterns = [
    path("studies/", views.studies, name="studies"),
    path("studies/taken-out/", views_taken_out.taken_out, name="taken_out"),
    path("studies/<slug:name>/", views.study, name="study"),
    path("studies/<slug:name>/paper/", views_paper.paper, name="paper"),
    path("paper-check/", views_paper.paper_check, name="paper_check"),
    path("exports/", views_exports.page, name="exports"),
    path("exports/list/", views_exports.rows, name="export_rows"),
    path("exports/<uuid:pk>.zip", views_exports.download, name="export_file"),
    path("reports/", views.runs, name="reports"),
    path("reports/monthly/", views_orders.subscriptions, name="subscriptions"),
    path("reports/<uuid:pk>/", views.run, name="run"),
    path("reports/<uuid:pk>/data-and-code.zip", views.download_code, name="run_code"),
    path("reports/<uuid:pk>/<slug:what>", views.download, name="run_file"),
    path(
        "reports/<uuid:pk>/figures/<slug:name>.<slug:ending>",
        views.download_figure,
        name="run_figure",
    ),
]

"""Which address leads where?"""

from django.urls import include, path

from config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("registry.api.urls")),
    path("", include("reports.urls")),
    path("", include("registry.urls")),
]

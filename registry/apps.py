"""The registry as a Django app. When it has loaded, Django knows the start-up checks."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The registry as a Django app."""

    name = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks; without this a superuser role would start unnoticed."""
        # Django's way: models can be imported only from here on.
        from registry import startup  # noqa: F401

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Installed by the settings of development and test only (library/settings/)."""

    name = "demo"

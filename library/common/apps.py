from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "library.common"
    label = "common"

    def ready(self) -> None:
        from library.common import audit

        audit.note_addresses()

from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    name = "resources"

    def ready(self) -> None:
        from resources import receivers

        receivers.silence_wagtail_mail()

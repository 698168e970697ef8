from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    name = "resources"

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from members.admin.permissions import NeverDeleted
        from resources import checks, models, receivers  # noqa: F401 - importing registers the checks

        receivers.disable_wagtail_mail()
        for vocabulary in models.VOCABULARIES:
            register_permission_policy(vocabulary, NeverDeleted(vocabulary))

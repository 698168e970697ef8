from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    name = "resources"

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from common.page_cache import on_schedule
        from members.admin.permissions import NeverDeleted
        from resources import checks, models, receivers  # noqa: F401 - importing registers the checks

        receivers.disable_wagtail_mail()
        on_schedule(models.Resource.objects.next_embargo_end)
        for vocabulary in models.VOCABULARIES:
            register_permission_policy(vocabulary, NeverDeleted(vocabulary))

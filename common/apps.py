from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        from common import audit, tasks
        from common.page_cache import triggers

        audit.record_ip_addresses()
        tasks.wake_workers_when_enqueued()
        pre_migrate.connect(triggers.remove, sender=self, dispatch_uid="common.page_cache.remove")
        post_migrate.connect(triggers.install, sender=self, dispatch_uid="common.page_cache.install")

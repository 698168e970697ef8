from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        from common import audit, tasks

        audit.record_ip_addresses()
        tasks.wake_workers_when_enqueued()

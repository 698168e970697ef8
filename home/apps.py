from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class HomeConfig(AppConfig):
    name = "home"

    def ready(self) -> None:
        from common.page_cache import on_schedule
        from home.admin import landing
        from home.collection_contents import load_for_export
        from home.models import SiteSettings
        from lessons.services.exports.subjects import register
        from resources.web.workspace.landing.staff_panels import register_staff_panel

        on_schedule(SiteSettings.next_banner_change)
        register_staff_panel(template="home/landing_collections.html", order=10, read=landing.landing_section)
        register("collection", load_for_export)
        post_migrate.connect(seed_pages, sender=self, dispatch_uid="home.seed")


def seed_pages(**kwargs: Any) -> None:
    """Seed after every migrate; Django also sends the signal after a test's flush."""
    from home.seeding import seed

    seed()

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("search")

    def ready(self) -> None:
        from resources.catalogue import document_search
        from resources.web.workspace.landing.staff_panels import register_staff_panel
        from search import receivers  # noqa: F401 - connecting is what importing them does
        from search.admin import missed
        from search.query.document_search import find_pages

        document_search.register_index_search(find_pages)
        register_staff_panel(template="search/missed_section.html", order=20, read=missed.landing_section)

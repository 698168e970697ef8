from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("search")

    def ready(self) -> None:
        from resources.catalogue import document_search
        from search import receivers  # noqa: F401 - connecting is what importing them does
        from search.query.document_search import find_pages

        document_search.register_index_search(find_pages)

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("search")

    def ready(self) -> None:
        from resources import finding
        from search import querylog, receivers  # noqa: F401 - connecting is what importing them does
        from search.finder import find_pages

        finding.register(find_pages)

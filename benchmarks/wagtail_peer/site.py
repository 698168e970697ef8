"""A site with nothing but Wagtail's own search."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.corpus import TEXT_FACETS
from benchmarks.measure import timed
from search.engines.types import ResourceDoc, SearchQuery
from tests.services import supply

Ask = Callable[[SearchQuery], int]


@contextmanager
def wagtail_site(docs: Sequence[ResourceDoc]) -> Iterator[None]:
    """A filled site of one model, in a temporary SQLite file."""
    import django
    from django.conf import settings

    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings.configure(
            SECRET_KEY=uuid.uuid4().hex,
            USE_TZ=True,
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
            DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(Path(folder) / "db")}},
            INSTALLED_APPS=["django.contrib.contenttypes", "modelsearch", "benchmarks.wagtail_peer"],
            MODELSEARCH_BACKENDS=(backends := wagtail_backends()),
            WAGTAILSEARCH_BACKENDS=backends,
        )
        django.setup()
        from django.core.management import call_command

        from benchmarks.wagtail_peer.models import Article

        call_command("migrate", run_syncdb=True, verbosity=0)
        Article.objects.bulk_create(
            [
                Article(
                    title=doc.title,
                    text=doc.pages[0].text,
                    **{name: doc.facets.get(name, ("",))[0] for name in TEXT_FACETS},
                )
                for doc in docs
            ],
            batch_size=1000,
        )
        yield


def wagtail_backends() -> dict[str, dict[str, Any]]:
    url = supply.up("elasticsearch")["SEARCH_URL"]
    prefix = f"bench-wagtail-{uuid.uuid4().hex[:8]}-"
    elastic = {"BACKEND": "modelsearch.backends.elasticsearch8", "URLS": [url], "INDEX_PREFIX": prefix, "TIMEOUT": 120}
    return {"default": elastic, "database": {"BACKEND": "modelsearch.backends.database"}}


@contextmanager
def wagtail(name: str) -> Iterator[tuple[float, Ask]]:
    from modelsearch.backends import get_search_backend

    from benchmarks.wagtail_peer.models import Article

    backend = get_search_backend(name)

    def write() -> None:
        index = backend.get_index_for_model(Article)
        index.reset()
        index.add_model(Article)
        for start in range(0, Article.objects.count(), 1000):
            index.add_items(Article, list(Article.objects.order_by("pk")[start : start + 1000]))
        index.refresh()

    def ask(query: SearchQuery) -> int:
        results = backend.search(query.text, Article.objects.all())
        list(results[:10])
        for facet in TEXT_FACETS:
            results.facet(facet)
        return int(results.count())

    seconds = timed(write)
    try:
        yield seconds, ask
    finally:
        # The database backend's index is deleted with the temporary database.
        if name == "default":
            backend.get_index_for_model(Article).delete()

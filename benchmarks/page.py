"""The results page of a visitor, with many resources and pages in database and index.

Measured over HTTP from gunicorn; and inside the process, the search service beside the engine's answer to the same query:
permissions, page images and highlights are the difference. The texts are the decks of ``growth``.
"""

from __future__ import annotations

import random
import tempfile
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import requests

from benchmarks.corpus import PAGES, TEXT_FACETS, deck_docs, queries, source
from benchmarks.measure import Spread, side_by_side, spread, timed
from benchmarks.report import Table, publish
from benchmarks.upload import site
from tests.journeys.site import Site, until

QUERIES = 200
ROUNDS = 3
CHUNK = 1000
"""Resources per transaction."""

FILL = "from benchmarks.page import fill\nanswer = fill({start}, {count})"
REBUILD = "from search.models import RebuildRequest\nRebuildRequest.enqueue(reason='benchmark')\nanswer = True"
REBUILT = "from search.models import RebuildRequest\nanswer = RebuildRequest.objects.latest('pk').state == 'done'"
INSIDE = "from benchmarks.page import inside\nanswer = inside({texts!r})"


def main(resources: int) -> None:
    texts = [query.text for query in queries(QUERIES, TEXT_FACETS)]
    with (
        tempfile.TemporaryDirectory(prefix="benchmark-page-") as name,
        site(Path(name) / "site", {}, "web") as (made, _client),
    ):
        for start in range(1, resources + 1, CHUNK):
            print(start, flush=True)
            made.python(FILL.format(start=start, count=min(CHUNK, resources + 1 - start)))
        made.launch("relay")
        made.python(REBUILD)
        until(lambda: made.python(REBUILT), seconds=7200, what="the index is built", every=5)
        first, again = over_http(made, texts)
        service, engine = (Spread(*figures) for figures in made.python(INSIDE.format(texts=texts)))
    publish(
        Table(
            "page",
            "A page of results",
            f"{resources:,} resources of {source()} with {resources * PAGES:,} pages in SQLite and in the embedded"
            f" index; {QUERIES} queries of 2 to 6 characters, ten results with their pages, and all facets."
            " Milliseconds p50 / p95. *Page*: over HTTP from the same machine, without signing in; asked for the first"
            f" time, then the best of {ROUNDS} more."
            " *Service* and *engine*: inside one process, each the best of as many: the search as the page uses it (reads"
            " the rows and their rights again, marks words, finds page images), and of that the engine's answer.",
            ["page, first time", "page, again", "service", "engine", "added at p50"],
            [[str(first), str(again), str(service), str(engine), f"{service.p50 - engine.p50:.1f}"]],
        )
    )


def over_http(made: Site, texts: Sequence[str]) -> tuple[Spread, Spread]:
    session = requests.Session()

    def page(text: str) -> None:
        answer = session.get(f"{made.url}/search/", params={"q": text}, timeout=60)
        assert answer.ok, answer.status_code
        assert "X-Search-Degraded" not in answer.headers

    page("预热")
    first = [timed(partial(page, text)) for text in texts]
    best = [min(timed(partial(page, text)) for _ in range(ROUNDS)) for text in texts]
    return spread(first), spread(best)


# The functions below run inside the site's settings.


def inside(texts: Sequence[str]) -> list[list[float]]:
    """Milliseconds (p50, p95) of the service and of the engine alone, for a visitor."""
    from django.contrib.auth.models import AnonymousUser
    from django.http import QueryDict

    from search.access import viewer_tokens
    from search.engine_provider import search_engines
    from search.models import IndexState
    from search.query.params import read_params
    from search.query.service import engine_query, search

    who = AnonymousUser()
    engine = search_engines(IndexState.current()).engine
    asked = []
    for text in texts:
        wanted = QueryDict(mutable=True)
        wanted["q"] = text
        asked.append(read_params(wanted))
    services: list[Callable[[], object]] = [partial(search, who=who, params=params) for params in asked]
    alone: list[Callable[[], object]] = [
        partial(engine.search, engine_query(params, viewer_tokens(who))) for params in asked
    ]
    return [[each.p50, each.p95] for each in side_by_side(services, alone, ROUNDS)]


def fill(start: int, count: int) -> int:
    """Create published resources with the titles and pages of ``deck_docs``, without revisions and stored files."""
    from django.db import transaction

    from resources import models
    from tests.factories import ResourceFactory

    first = models.Resource.objects.filter(live=True).order_by("pk").first()
    if first is None:
        first = ResourceFactory(live=True, title="样本", files=[["样本"]])
    kept = models.ResourceFile.objects.select_related("blob__preview").get(resource=first)
    docs = list(deck_docs(start, count))
    drawn = random.Random(start)
    with transaction.atomic():
        made = models.Resource.objects.bulk_create(_like(first, title=doc.title[:200]) for doc in docs)
        models.ResourceStats.objects.bulk_create(models.ResourceStats(resource=row) for row in made)
        keys = [uuid.uuid4() for _ in made]
        blobs = models.FileBlob.objects.bulk_create(
            _like(kept.blob, uid=key, key=f"objects/{key}", sha256=f"{key.hex}{key.hex}") for key in keys
        )
        models.FilePreview.objects.bulk_create(
            _like(kept.blob.preview, blob_id=blob.pk, page_count=PAGES, pages_done=PAGES) for blob in blobs
        )
        models.ResourceFile.objects.bulk_create(
            _like(kept, resource_id=row.pk, blob_id=blob.pk, uid=uuid.uuid4())
            for row, blob in zip(made, blobs, strict=True)
        )
        models.FilePage.objects.bulk_create(
            models.FilePage(blob=blob, number=page.number, text=page.text, width=960, height=540)
            for blob, doc in zip(blobs, docs, strict=True)
            for page in doc.pages
        )
        for relation in ("levels", "programmes", "audiences", "age_bands", "care_domains", "course_units"):
            field = models.Resource._meta.get_field(relation)
            through: Any = field.remote_field.through  # type: ignore[union-attr]
            terms = list(field.related_model.objects.values_list("pk", flat=True))  # type: ignore[union-attr]
            column = next(
                f.attname for f in through._meta.fields if f.is_relation and f.related_model is field.related_model
            )
            through.objects.bulk_create(through(**{"resource_id": row.pk, column: drawn.choice(terms)}) for row in made)
    return len(made)


def _like(row: Any, **changes: Any) -> Any:
    """A copy of the row with other values in these columns."""
    columns = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    return type(row)(**{**columns, **changes})

"""Does the first result of a topic query lead with the slide that answers it? ``python -m tests.relevance.topics``.

Builds the demo's resources without a database and asks both engines (Elasticsearch when ``SEARCH_URL`` names one).
``topics.tsv`` names, for each query, the resource and the pages that a teacher would accept. Judged by hand from the
slides' own texts; a page that only repeats the resource's title answers nothing.
"""

from __future__ import annotations

import os
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from demo.catalogue import ITEMS, DemoFile, Item, Target
from search.analysis import Analyzer, default_dictionary, default_synonyms
from search.engines import Engine
from search.engines.elastic import ElasticEngine
from search.engines.embedded import EmbeddedEngine
from search.engines.types import EVERYTHING, PageDoc, ResourceDoc, SearchQuery
from tests.relevance.collect import READERS

TOPICS = Path(__file__).with_name("topics.tsv")
SHOWN = {Target.PUBLISHED, Target.NEWER_DRAFT, Target.SECOND_VERSION}
Pages = dict[str, frozenset[int]]
"""Beginning of a resource's title → numbers of the pages that answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the first result of a query led with. ``page`` is None when no page of it was found."""

    query: str
    title: str
    page: int | None
    is_right: bool


def topics() -> dict[str, Pages]:
    """Query → accepted pages by resource."""
    found: dict[str, Pages] = {}
    for line in TOPICS.read_text(encoding="utf-8").splitlines():
        query, accepted = line.split("\t")
        found[query] = {}
        for each in accepted.split(";"):
            title, _space, numbers = each.strip().rpartition(" ")
            found[query][title] = frozenset(map(int, numbers.split(",")))
    return found


def resources() -> list[ResourceDoc]:
    """The demo's resources with the text of their pages, as the index gets them."""
    numbers = iter(range(1, 10_000))
    shown = [item for item in ITEMS if item.target in SHOWN]
    return [_resource(number, item, numbers) for number, item in enumerate(shown, start=1)]


def _resource(number: int, item: Item, numbers: Iterator[int]) -> ResourceDoc:
    files = item.newer if item.target == Target.SECOND_VERSION else item.files
    return ResourceDoc(
        id=number,
        version=1,
        title=item.title,
        keywords=item.keywords,
        headings=(item.subtitle, item.course, item.creators),
        description=item.description,
        facets={},
        age_months=None,
        published=datetime(2026, 9, 1, tzinfo=UTC),
        popularity=0.0,
        quality=1.0,
        access=("public",),
        pages=tuple(page for file in files for page in _pages(next(numbers), file)),
    )


def _pages(number: int, file: DemoFile) -> Iterator[PageDoc]:
    reader = READERS.get(Path(file.name).suffix)
    if reader is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file.name
        path.write_bytes(file.make())
        for place, page in enumerate(reader(path)[1], start=1):
            yield PageDoc(
                file=number,
                number=page.get("number", place),
                label=page.get("label", ""),
                text=page.get("text", ""),
                notes=page.get("notes", ""),
            )


@contextmanager
def engines(url: str | None) -> Iterator[dict[str, Engine]]:
    analyzer = Analyzer(dictionary=default_dictionary(), synonyms=default_synonyms())
    with tempfile.TemporaryDirectory(prefix="topics-") as folder:
        embedded = EmbeddedEngine(Path(folder) / "index", analyzer)
        elastic = ElasticEngine(url, f"topics-{uuid.uuid4().hex[:8]}", analyzer) if url else None
        try:
            yield {"embedded": embedded} | ({"elasticsearch": elastic} if elastic else {})
        finally:
            embedded.close()
            if elastic:
                elastic.drop()


def measure(engine: Engine, docs: list[ResourceDoc]) -> list[Answer]:
    """Fill ``engine`` with ``docs`` and ask every topic query once."""
    writer = engine.rebuild(engine.fingerprint())
    writer.add(docs)
    writer.finish()
    titles = {doc.id: doc.title for doc in docs}
    return [_ask(engine, titles, query, accepted) for query, accepted in topics().items()]


def _ask(engine: Engine, titles: dict[int, str], query: str, accepted: Pages) -> Answer:
    hits = engine.search(SearchQuery(query, access=frozenset({EVERYTHING}), size=3)).hits
    if not hits:
        return Answer(query, "", None, is_right=False)
    title = titles[hits[0].id]
    page = hits[0].pages[0].number if hits[0].pages else None
    numbers = next((pages for start, pages in accepted.items() if title.startswith(start)), frozenset())
    return Answer(query, title, page, is_right=page in numbers)


def main() -> int:
    docs = resources()
    with engines(os.environ.get("SEARCH_URL")) as all_engines:
        for name, engine in all_engines.items():
            answers = measure(engine, docs)
            right = sum(answer.is_right for answer in answers)
            print(f"{name}: {right} of {len(answers)} first results lead with a page that answers")
            for answer in answers:
                if not answer.is_right:
                    print(f"  {answer.query}: {answer.title or 'nothing'}, page {answer.page}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

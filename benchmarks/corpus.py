"""What is measured on: 139,978 articles of Chinese laws, and decks of ten pages put together from them."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any

from search.analysis import Analyzer, default_dictionary, default_synonyms
from search.engines.types import PageDoc, ResourceDoc, SearchQuery
from tests.shared_data import SHARED

FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)
LAW_FACETS = {"subject": 10, "provider": 10, "chapter": 10, "year": 10}
DECK_FACETS = dict.fromkeys(("type", "level", "course", "school", "format", "language", "licence", "year"), 10)
HAN = re.compile("[\u4e00-\u9fff]+")
PAGES = 10
"""Per deck."""


@cache
def shipped_analyzer() -> Analyzer:
    return Analyzer(dictionary=default_dictionary(), synonyms=default_synonyms())


def articles() -> Iterator[dict[str, Any]]:
    with gzip.open(SHARED / "data" / "catalog" / "law_articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def laws(count: int) -> Iterator[ResourceDoc]:
    """Each article as a resource of one page, with four facets."""
    for number, article in enumerate(islice(articles(), count), 1):
        facets = {name: (article[name],) for name in ("subject", "provider", "chapter") if article[name]}
        facets["year"] = (str(2005 + number % 20),)
        page = PageDoc(number, 1, "", article["text"])
        yield _resource(number, article["title"], facets, (page,))


@cache
def _texts() -> list[tuple[str, str]]:
    return [(article["title"], article["text"]) for article in articles()]


def decks(start: int, count: int) -> Iterator[ResourceDoc]:
    """Resources of ten pages with eight facets: a million pages from 100,000 of them."""
    texts = _texts()
    for number in range(start, start + count):
        drawn = random.Random(number)
        picked = [texts[drawn.randrange(len(texts))] for _ in range(PAGES)]
        pages = tuple(PageDoc(number, place, "", text) for place, (_, text) in enumerate(picked, 1))
        sizes = {
            "type": 14,
            "level": 4,
            "course": 169,
            "school": 300,
            "format": 8,
            "language": 3,
            "licence": 5,
            "year": 20,
        }
        facets = {name: (f"{name}-{int(size * drawn.random() ** 2)}",) for name, size in sizes.items()}
        yield _resource(number, f"{picked[0][0].split()[0]}课件{number}", facets, pages)


def _resource(number: int, title: str, facets: dict[str, tuple[str, ...]], pages: tuple[PageDoc, ...]) -> ResourceDoc:
    return ResourceDoc(
        id=number,
        version=1,
        title=title,
        keywords=(),
        headings=facets.get("chapter", ()),
        description="",
        facets=facets,
        age_months=None,
        published=FIRST_DAY + timedelta(days=number % 2000),
        popularity=float(number % 97),
        quality=0.5,
        access=("public",) if number % 10 else ("school:1",),
        pages=pages,
    )


def queries(count: int, facet_sizes: dict[str, int]) -> list[SearchQuery]:
    """Words and pairs of words of two to six characters from the articles, frequent and rare alike."""
    drawn = random.Random(7)
    found: dict[str, None] = {}
    texts = _texts()
    while len(found) < count:
        clause = drawn.choice(HAN.findall(drawn.choice(texts)[1]) or ["学前教育"])
        words = [word for word in shipped_analyzer().coarse(clause) if len(word) > 1]
        if len(words) > 1:
            at = drawn.randrange(len(words) - 1)
            text = words[at] if drawn.random() < 0.6 else words[at] + words[at + 1]
            if 2 <= len(text) <= 6:
                found[text] = None
    access = frozenset({"public", "alliance"})
    return [SearchQuery(text, access=access, facet_sizes=facet_sizes) for text in found]

"""Texts as resources of one page, as decks of ten pages, and as queries."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path

from benchmarks.corpus.material import SEED, Material, materials
from search.analysis import Analyzer, default_dictionary, default_synonyms
from search.engines.types import PageDoc, ResourceDoc, SearchQuery

TEXTS = 140_000
"""Texts to choose from: enough for a million pages of decks whose words vary as those of real decks do."""
PAGES = 10
"""Per deck."""
FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)
TEXT_FACETS = {"kind": 10, "school": 10, "unit": 10, "year": 10}
DECK_FACETS = dict.fromkeys(("type", "level", "course", "school", "format", "language", "licence", "year"), 10)
DECK_VALUES = {
    "type": 14,
    "level": 4,
    "course": 169,
    "school": 300,
    "format": 8,
    "language": 3,
    "licence": 5,
    "year": 20,
}
"""How many values each facet of a deck has."""
HAN = re.compile("[\u4e00-\u9fff]+")
FIELDS = Material.__slots__


@cache
def shipped_analyzer() -> Analyzer:
    return Analyzer(dictionary=default_dictionary(), synonyms=default_synonyms())


def source() -> str:
    """What the texts are, for the note under a table."""
    path = os.environ.get("BENCHMARK_TEXTS")
    return f"texts of {Path(path).name}" if path else f"generated texts of course material (seed {SEED})"


@cache
def texts(count: int = TEXTS) -> tuple[Material, ...]:
    """The first ``count`` texts. Raises KeyError when a line of ``BENCHMARK_TEXTS`` lacks a field."""
    path = os.environ.get("BENCHMARK_TEXTS")
    return tuple(islice(_from_file(Path(path)), count) if path else materials(count))


def _from_file(path: Path) -> Iterator[Material]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Material(**{name: row[name] for name in FIELDS})


def text_docs(count: int) -> Iterator[ResourceDoc]:
    """Each text as a resource of one page, with four facets."""
    for number, each in enumerate(texts(count), 1):
        facets = {name: (value,) for name in ("kind", "school", "unit") if (value := getattr(each, name))}
        facets["year"] = (str(2005 + number % 20),)
        yield _resource(number, each.title, facets, (PageDoc(number, 1, "", each.text),))


def deck_docs(start: int, count: int) -> Iterator[ResourceDoc]:
    """Resources of ten pages with eight facets: a million pages from 100,000 of them."""
    pool = texts()
    for number in range(start, start + count):
        draw = random.Random(number)
        picked = [pool[draw.randrange(len(pool))] for _ in range(PAGES)]
        pages = tuple(PageDoc(number, place, "", each.text) for place, each in enumerate(picked, 1))
        facets = {name: (f"{name}-{int(size * draw.random() ** 2)}",) for name, size in DECK_VALUES.items()}
        yield _resource(number, f"{picked[0].title.split()[0]}课件{number}", facets, pages)


def _resource(number: int, title: str, facets: dict[str, tuple[str, ...]], pages: tuple[PageDoc, ...]) -> ResourceDoc:
    return ResourceDoc(
        id=number,
        version=1,
        title=title,
        keywords=(),
        headings=facets.get("unit", ()),
        description="",
        facets=facets,
        age_months=None,
        published=FIRST_DAY + timedelta(days=number % 2000),
        popularity=float(number % 97),
        quality=0.5,
        access=("public",) if number % 10 else ("school:1",),
        pages=pages,
    )


def queries(count: int, facet_sizes: dict[str, int], among: int = TEXTS) -> list[SearchQuery]:
    """Words and pairs of words of two to six characters from the first ``among`` texts, frequent and rare alike."""
    draw = random.Random(7)
    pool = texts(among)
    found: dict[str, None] = {}
    while len(found) < count:
        if (text := _phrase(draw, draw.choice(pool).text)) and 2 <= len(text) <= 6:
            found[text] = None
    access = frozenset({"public", "alliance"})
    return [SearchQuery(text, access=access, facet_sizes=facet_sizes) for text in found]


def _phrase(draw: random.Random, text: str) -> str:
    """One word, or two that follow one another; empty where the text offers none."""
    words = [word for word in shipped_analyzer().coarse(draw.choice(HAN.findall(text) or [""])) if len(word) > 1]
    if len(words) < 2:
        return ""
    at = draw.randrange(len(words) - 1)
    return words[at] if draw.random() < 0.6 else words[at] + words[at + 1]

"""Search for words inside one resource.

The search app, which lies above, registers an index search. Where it has no answer (the engine is down, the resource is
a draft or not indexed yet) the words are looked up literally in the database, so "find in this document" always works.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Protocol

from django.db.models import Q

from members.viewer import Who
from resources.models import FilePage

Span = tuple[int, int]
Spans = Callable[[str], list[Span]]
"""Finds the words in an original text: half-open [start, end) spans, in order, not overlapping."""

MAX_WORDS = 8
MAX_PAGES = 500


@dataclass(frozen=True, slots=True)
class PageMatch:
    """``file``: primary key of the FileBlob."""

    file: int
    number: int
    score: float


@dataclass(frozen=True, slots=True)
class PageMatches:
    """``pages``: best first."""

    pages: tuple[PageMatch, ...]
    spans: Spans


NO_MATCHES = PageMatches((), lambda original: [])


class IndexSearch(Protocol):
    def __call__(self, *, resource_id: int, text: str, who: Who) -> PageMatches | None: ...


_index_search: IndexSearch | None = None


def register_index_search(index_search: IndexSearch) -> None:
    """Called once, by ``SearchConfig.ready()``."""
    global _index_search
    _index_search = index_search


def search_index(*, resource_id: int, text: str, who: Who) -> PageMatches | None:
    """Pages of the published resource that match, from the index. None if the index cannot answer."""
    if _index_search is None or not text.strip():
        return None
    return _index_search(resource_id=resource_id, text=text, who=who)


def search_literally(*, text: str, blob_ids: Iterable[int]) -> PageMatches:
    """Pages of these blobs that contain every word as typed."""
    words = text.split()[:MAX_WORDS]
    if not words:
        return NO_MATCHES
    holds_all = reduce(and_, (Q(text__icontains=word) | Q(notes__icontains=word) for word in words))
    rows = FilePage.objects.filter(holds_all, blob_id__in=list(blob_ids)).order_by("blob_id", "number")
    pages = rows.values_list("blob_id", "number")[:MAX_PAGES]
    return PageMatches(tuple(PageMatch(blob, number, 1.0) for blob, number in pages), literal_spans(words))


def literal_spans(words: Iterable[str]) -> Spans:
    """Spans of the words as typed; of overlapping words the longest matches."""
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)
    return lambda original: [match.span() for match in pattern.finditer(original)]

"""Finding words inside one resource. Search, which lies above, registers the finder; without one we look literally.

A finder answers None when it can't say (its engine is away, or the resource is not in the index); the literal search
in the database then takes its place, so "find in this document" works at all times, for drafts and old versions too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any, Protocol

from django.db.models import Q

from resources.models import FilePage

Span = tuple[int, int]
Spans = Callable[[str], list[Span]]
"""Where the words are in an original text: half-open [start, end), in order, not overlapping."""

MOST_WORDS = 8
MOST_PAGES = 500


@dataclass(frozen=True, slots=True)
class FoundPage:
    """``file``: primary key of the FileBlob."""

    file: int
    number: int
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """``pages``: best first."""

    pages: tuple[FoundPage, ...]
    spans: Spans


class Finder(Protocol):
    def __call__(self, *, resource_id: int, text: str, who: Any) -> Found | None: ...


_finder: Finder | None = None


def register(finder: Finder) -> None:
    """Called once, from search's AppConfig.ready()."""
    global _finder
    _finder = finder


def find(*, resource_id: int, text: str, who: Any) -> Found | None:
    """Pages of the published resource that hold the words, by the registered finder."""
    if _finder is None or not text.strip():
        return None
    return _finder(resource_id=resource_id, text=text, who=who)


def find_literally(*, text: str, blob_ids: Iterable[int]) -> Found:
    """Pages of these blobs in which every word stands as it is written."""
    words = text.split()[:MOST_WORDS]
    if not words:
        return Found((), lambda original: [])
    holds_all = reduce(and_, (Q(text__icontains=word) | Q(notes__icontains=word) for word in words))
    rows = FilePage.objects.filter(holds_all, blob_id__in=list(blob_ids)).order_by("blob_id", "number")
    pages = tuple(FoundPage(blob, number, 1.0) for blob, number in rows.values_list("blob_id", "number")[:MOST_PAGES])
    return Found(pages, literal_spans(words))


def literal_spans(words: Iterable[str]) -> Spans:
    """Longer words first, so that a word inside another does not cut it short."""
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)
    return lambda original: [match.span() for match in pattern.finditer(original)]

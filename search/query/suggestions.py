"""Suggestions while the user types: popular queries, titles the viewer may find, and words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice
from time import monotonic

from django.db.models import Sum
from django.utils import timezone

from members.viewer import Who
from resources.models import Resource
from resources.policies import as_viewer
from search.access import viewer_tokens
from search.analysis.clean_text import clean_text
from search.engine_provider import search_engines
from search.engines.query_builder import is_short
from search.engines.types import SearchQuery
from search.models import QueryLog
from search.query.service import or_fallback

SIZE = 8
LONGEST_PREFIX = 60
MIN_ASKERS = 3
"""Askers after which a query is suggested to others. A user who asks on three days counts three times."""

MAX_TRIES = 6
"""Popular queries that are tried on the engine per request, at most."""

CACHE_SECONDS = 60.0
"""Seconds for which the result of such a try is cached, per set of access tokens."""

CACHE_SIZE = 10_000

LOOK_BACK = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Item:
    """``url``: where choosing it leads; empty: search for the text."""

    text: str
    url: str = ""
    kind: str = "words"


def suggest(*, who: Who, text: str, size: int = SIZE) -> list[Item]:
    """Up to ``size`` different items. While the engine is away, only those from the database."""
    prefix = clean_text(text, limit=LONGEST_PREFIX)
    if not prefix:
        return []
    items = [*_popular_queries(prefix, who, 3), *or_fallback(lambda: _from_engine(prefix, who, size), [])]
    unique = {(item.text.casefold(), item.url): item for item in reversed(items)}
    return list(reversed(unique.values()))[:size]


def complete(*, who: Who, text: str, size: int = SIZE) -> list[Item]:
    """Titles and words that begin with the text. One request to the engine; none of them while it is away."""
    prefix = clean_text(text, limit=LONGEST_PREFIX)
    found: list[Item] = or_fallback(lambda: _from_engine(prefix, who, size), []) if prefix else []
    return found


def _from_engine(prefix: str, who: Who, size: int) -> list[Item]:
    found = search_engines().engine.suggest(prefix, viewer_tokens(who), size)
    ids = [each.id for each in found if each.id is not None]
    titles = {row.pk: row for row in Resource.objects.visible_to(who).filter(pk__in=ids).only("pk", "title")}
    items = []
    for each in found:
        if each.id is None:
            items.append(Item(each.text))
        elif each.id in titles:
            row = titles[each.id]
            items.append(Item(row.title, row.get_absolute_url(), "resource"))
    return items


def _popular_queries(prefix: str, who: Who, size: int) -> list[Item]:
    """Short queries that several people asked and that find something *this* viewer may see.

    So one user can't make a text appear to others by searching for it, and the words of a title are suggested only to
    those who may find it. Visitors get only what visitors asked.
    """
    rows = QueryLog.objects.filter(
        day__gte=timezone.localdate() - LOOK_BACK, text__startswith=prefix.lower(), found__gt=0
    )
    if not as_viewer(who).is_member:
        rows = rows.filter(audience=QueryLog.Audience.PUBLIC)
    popular = rows.values("text").annotate(asked=Sum("people")).filter(asked__gte=MIN_ASKERS).order_by("-asked", "text")
    found = (
        row["text"] for row in popular[:MAX_TRIES] if or_fallback(partial(_finds_all_words, row["text"], who), False)
    )
    return [Item(text, kind="often") for text in islice(found, size)]


_cache: dict[tuple[str, frozenset[str]], tuple[float, bool]] = {}


def _finds_all_words(text: str, who: Who) -> bool:
    """Whether the viewer may find something that contains all of these few words."""
    key = (text, viewer_tokens(who))
    now = monotonic()
    until, answer = _cache.get(key, (0.0, False))
    if now < until:
        return answer
    engines = search_engines()
    short = is_short(engines.analyzer.query(text))
    found = engines.engine.search(SearchQuery(text=text, access=key[1], size=0)) if short else None
    answer = found is not None and found.total > 0 and found.parsed.counted == 0
    if len(_cache) > CACHE_SIZE:
        _cache.clear()
    _cache[key] = (now + CACHE_SECONDS, answer)
    return answer


def forget() -> None:
    """Empty the cache of tried queries (tests)."""
    _cache.clear()

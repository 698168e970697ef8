"""What the search box offers while one types: titles the viewer may find, words, and what others often searched for.

Apps above search (collections) add their own by ``register_source``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice
from time import monotonic
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from resources.models import Resource
from resources.policies import as_viewer
from search.access import viewer_tokens
from search.analysis.clean_text import clean_text
from search.engine_provider import current
from search.engines.query_builder import is_short
from search.engines.types import SearchQuery
from search.models import QueryLog
from search.query.service import quietly

SIZE = 8
LONGEST_PREFIX = 60
OFTEN = 3
"""A query is offered to others only after so many people asked it; who asks on three days counts three times."""

TRIED = 6
"""Often asked queries that are tried for what they find, at most, while somebody types."""

REMEMBERED = 60.0
"""Seconds for which it is remembered whether a query finds something for bearers of the same tokens."""

MOST_KNOWN = 10_000

LOOK_BACK = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Offer:
    """``url``: where choosing it leads; empty = search for the text."""

    text: str
    url: str = ""
    kind: str = "words"


Source = Callable[..., Iterable[Offer]]
_sources: list[Source] = []


def register_source(source: Source) -> None:
    """``source(prefix=…, who=…, size=…)`` yields offers the viewer may see. Called once, from an AppConfig."""
    if source not in _sources:
        _sources.append(source)


def suggest(*, who: Any, text: str, size: int = SIZE) -> list[Offer]:
    """Up to ``size`` offers, none twice. While the engine is away, only what the database has."""
    prefix = clean_text(text, limit=LONGEST_PREFIX)
    if not prefix:
        return []
    offers = [*_often(prefix, who, 3), *quietly(lambda: _from_engine(prefix, who, size), [])]
    for source in _sources:
        offers += quietly(partial(_from_source, source, prefix, who), [])
    unique = {(offer.text.casefold(), offer.url): offer for offer in reversed(offers)}
    return list(reversed(unique.values()))[:size]


def _from_source(source: Source, prefix: str, who: Any) -> list[Offer]:
    return list(source(prefix=prefix, who=who, size=3))


def _from_engine(prefix: str, who: Any, size: int) -> list[Offer]:
    found = current().engine.suggest(prefix, viewer_tokens(who), size)
    ids = [each.id for each in found if each.id is not None]
    titles = {row.pk: row for row in Resource.objects.visible_to(who).filter(pk__in=ids).only("pk", "title")}
    offers = []
    for each in found:
        if each.id is None:
            offers.append(Offer(each.text))
        elif each.id in titles:
            row = titles[each.id]
            offers.append(Offer(row.title, row.get_absolute_url(), "resource"))
    return offers


def _often(prefix: str, who: Any, size: int) -> list[Offer]:
    """Short queries that several people asked and that find something *this* viewer may see, as they were asked.

    So nobody can put a sentence before everybody by searching for it, and the words of a title are offered only to
    those who may find it. Visitors are offered only what visitors asked.
    """
    rows = QueryLog.objects.filter(
        day__gte=timezone.localdate() - LOOK_BACK, text__startswith=prefix.lower(), found__gt=0
    )
    if not as_viewer(who).is_member:
        rows = rows.filter(audience=QueryLog.Audience.PUBLIC)
    often = rows.values("text").annotate(asked=Sum("people")).filter(asked__gte=OFTEN).order_by("-asked", "text")
    found = (row["text"] for row in often[:TRIED] if quietly(partial(_answers, row["text"], who), False))
    return [Offer(text, kind="often") for text in islice(found, size)]


_known: dict[tuple[str, frozenset[str]], tuple[float, bool]] = {}


def _answers(text: str, who: Any) -> bool:
    """Whether all of these few words stand in something the viewer may find."""
    key = (text, viewer_tokens(who))
    now = monotonic()
    until, answer = _known.get(key, (0.0, False))
    if now < until:
        return answer
    searching = current()
    short = is_short(searching.analyzer.query(text))
    found = searching.engine.search(SearchQuery(text=text, access=key[1], size=0)) if short else None
    answer = found is not None and found.total > 0 and found.parsed.counted == 0
    if len(_known) > MOST_KNOWN:
        _known.clear()
    _known[key] = (now + REMEMBERED, answer)
    return answer


def forget() -> None:
    """Try every query anew (tests)."""
    _known.clear()

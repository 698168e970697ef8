"""Search without an engine: titles and keywords in the database. The page shows a notice meanwhile."""

from __future__ import annotations

import json

from django.db.models import F, Q, TextField
from django.db.models.functions import Cast

from members.viewer import Who
from resources.models import Resource
from search.facets import BY_NAME
from search.query.params import PAGE_SIZE, SearchParams

MAX_WORDS = 6


def find(who: Who, params: SearchParams) -> tuple[list[int], int, tuple[str, ...]]:
    """Ids of one page, the total, and the words searched for. Two queries."""
    words = tuple(dict.fromkeys(params.text.split()))[:MAX_WORDS]
    found = Resource.objects.visible_to(who).annotate(keyword_text=Cast("keywords", TextField()))
    for word in words:
        # SQLite stores Han characters in JSON as \uXXXX, PostgreSQL as they are.
        written = json.dumps(word)[1:-1]
        found = found.filter(
            Q(title__icontains=word) | Q(keyword_text__icontains=word) | Q(keyword_text__icontains=written)
        )
    for name, values in params.filters.items():
        found = found.filter(pk__in=Resource.objects.filter(BY_NAME[name].filter(values)).values("pk"))
    if params.months is not None:
        fits = Q(age_bands__min_months__lte=params.months, age_bands__max_months__gte=params.months)
        found = found.filter(pk__in=Resource.objects.filter(fits).values("pk"))
    if params.sort == "most_used":
        found = found.order_by(F("stats__downloads").desc(nulls_last=True), "-pk")
    else:
        found = found.newest_first()
    start = params.offset
    return list(found.values_list("pk", flat=True)[start : start + PAGE_SIZE]), found.count(), words

"""What users searched for in vain, for the dashboard, its report and the editors' first page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Max, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone

from search.models import QueryLog, SynonymGroup

WEEK = timedelta(days=7)
ON_LANDING = 5


def missed_queries(*, most: int) -> list[dict[str, Any]]:
    """Queries of the last week that never had a result.

    Each with ``text``, ``searched`` (times) and ``add_url``, the form for its synonyms.
    """
    add = reverse(SynonymGroup.snippet_viewset.get_url_name("add"))  # type: ignore[attr-defined]
    return [{**row, "add_url": f"{add}?{urlencode({'words': row['text']})}"} for row in _missed()[:most]]


def landing_section() -> dict[str, Any]:
    return {"rows": missed_queries(most=ON_LANDING), "count": _missed().count()}


def _missed() -> QuerySet[Any, Any]:
    recent = QueryLog.objects.filter(day__gt=timezone.localdate() - WEEK).order_by().values("text")
    return recent.annotate(searched=Sum("times"), best=Max("found")).filter(best=0).order_by("-searched", "text")

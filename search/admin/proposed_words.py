"""Words that the query log proposes for a group of synonyms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Max, Q, Sum
from django.utils import timezone
from wagtail.admin.panels import Panel

from search.models import QueryLog

PERIOD = timedelta(days=90)
WORDS = 6
"""Words of a group that are looked up."""
READ = 300
"""Queries that are read, the most frequent first."""
SHOWN = 8


def proposed_words(words: Sequence[str]) -> list[str]:
    """Words searched together with one of ``words``, and similar queries in vain, most frequent first.

    Similar: two characters in common. The log knows no users, so it tells nothing of successive searches.
    """
    known = {word.lower() for word in words}
    looked_up = sorted(known)[:WORDS]
    if not looked_up:
        return []
    pairs = {first + second for word in looked_up for first, second in pairwise(word) if not (first + second).isascii()}
    together, alike = (_containing(texts) for texts in (looked_up, pairs))
    recent = QueryLog.objects.filter(together | Q(found=0) & alike, day__gt=timezone.localdate() - PERIOD)
    rows = recent.order_by().values("text").annotate(searched=Sum("times"), best=Max("found")).order_by("-searched")
    counts: Counter[str] = Counter()
    for row in rows[:READ]:
        parts = row["text"].split()
        if known.intersection(parts):
            counts.update(dict.fromkeys(set(parts) - known, row["searched"]))
        elif row["best"] == 0 and row["text"] not in known and any(pair in row["text"] for pair in pairs):
            counts[row["text"]] += row["searched"]
    return [word for word, _times in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:SHOWN]]


def _containing(texts: Sequence[str] | set[str]) -> Q:
    condition = Q(pk__in=[])
    for text in texts:
        condition |= Q(text__contains=text)
    return condition


class ProposedWordsPanel(Panel):
    """The proposals below the words; the script of the form makes chips of both."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "search/admin/proposed_words.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return {**context, "proposed": proposed_words(self.instance.as_tuple())}

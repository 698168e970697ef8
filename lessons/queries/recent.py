"""What a user opened and downloaded last."""

from __future__ import annotations

from django.db.models import Max

from lessons.queries.lists import visible_cards
from members.models import User
from resources.catalogue.cards import Card
from resources.models import UsageEvent, UsageKind

MOST_RECENT = 8


def recent(user: User, kind: UsageKind) -> list[Card]:
    """The resources last used in this way, newest first, as far as the user may still find them."""
    events = UsageEvent.objects.filter(user=user, kind=kind)
    rows = events.values("resource_id").annotate(last=Max("hour"), newest=Max("pk")).order_by("-last", "-newest")
    return visible_cards([row["resource_id"] for row in rows[:MOST_RECENT]], who=user)

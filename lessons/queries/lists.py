"""Lists as pages show them. A list of any length costs the same number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from lessons.models import ListEntry, ResourceList
from members.models import User
from members.viewer import Who
from resources.catalogue.cards import Card, cards
from resources.models import Resource
from resources.policies import Action


@dataclass(frozen=True, slots=True)
class Line:
    """An entry: a heading, a resource with its card, or one that can't be shown (any more).

    ``number``: place among the resources. ``gone``: the withdrawn resource, if the reader may know of it.
    """

    entry: ListEntry
    number: int = 0
    card: Card | None = None
    gone: Resource | None = None

    @property
    def is_hidden(self) -> bool:
        return not self.entry.heading and self.card is None


def lists_of(user: User) -> QuerySet[ResourceList]:
    """The user's lists with ``size``, favourites first."""
    size = Count("entries", filter=Q(entries__resource__isnull=False))
    return ResourceList.objects.filter(owner=user, deleted_at=None).annotate(size=size)


def lines_of(found: ResourceList, *, who: Who, is_owner: bool) -> list[Line]:
    """The entries in order.

    Resources the reader may not find are left out, but the owner sees their place.
    """
    entries = list(found.entries.all())
    ids = [entry.resource_id for entry in entries if entry.resource_id]
    shown = {card.resource.pk: card for card in visible_cards(ids, who=who)}
    missing = [pk for pk in ids if pk not in shown]
    gone = Resource.objects.allowing(who, Action.SEE_TOMBSTONE).in_bulk(missing) if is_owner and missing else {}
    lines, number = [], 0
    for entry in entries:
        if entry.heading:
            lines.append(Line(entry))
        elif (card := shown.get(entry.resource_id or 0)) is not None or is_owner:
            number += 1
            lines.append(Line(entry, number, card, gone.get(entry.resource_id or 0)))
    return lines


def visible_cards(ids: Iterable[int], *, who: Who) -> list[Card]:
    """Cards of the resources the viewer may find, in the order of the ids."""
    ids = list(ids)
    rows = Resource.objects.visible_to(who).filter(pk__in=ids).for_cards().prefetch_related("care_domains")
    found = {row.pk: row for row in rows}
    return cards(found[pk] for pk in ids if pk in found)

"""Reading resources: verbs that chain. What a user may see comes through ``visible_to`` or ``allowing``, never a bare id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Prefetch

if TYPE_CHECKING:
    from resources.policies import Action


class ResourceQuerySet(models.QuerySet["Resource"]):
    def visible_to(self, who: Any) -> ResourceQuerySet:
        """What this user (or viewer) may find in lists and search."""
        from resources.policies import Action

        return self.allowing(who, Action.FIND)

    def allowing(self, who: Any, action: Action) -> ResourceQuerySet:
        from resources.policies import condition_for

        return self.filter(condition_for(who, action))

    def published(self) -> ResourceQuerySet:
        return self.filter(live=True)

    def newest_first(self) -> ResourceQuerySet:
        return self.order_by("-first_published_at", "-pk")

    def for_cards(self) -> ResourceQuerySet:
        """Everything a list entry shows, in a constant number of queries."""
        from resources.models import ResourceFile

        files = ResourceFile.objects.select_related("blob", "blob__duplicate_of", "blob__preview").order_by(
            "sort_order"
        )
        return self.select_related("school", "resource_type", "licence", "stats").prefetch_related(
            "levels", "age_bands", "care_domains", "course_units", Prefetch("files", queryset=files)
        )

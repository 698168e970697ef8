"""Reading resources: verbs that chain. What a user may see comes through ``visible_to`` or ``allowing``, not by id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch

if TYPE_CHECKING:
    from resources.models import Resource, ResourceFile  # noqa: F401 - the name below is a string
    from resources.policies import Action


FILE_ROWS = ("blob", "blob__preview", "blob__duplicate_of", "blob__duplicate_of__preview")
"""The rows behind a file's name that ``present_files`` reads."""

_BYTES = ("uid", "kind", "extension", "media_type", "state", "reason", "edition")
_PREVIEW = ("state", "reason", "page_count", "pages_done")

FILE_COLUMNS = (
    "resource_id",
    "sort_order",
    "uid",
    "name",
    *(f"{blob}__{column}" for blob in ("blob", "blob__duplicate_of") for column in _BYTES),
    *(f"{blob}__preview__{column}" for blob in ("blob", "blob__duplicate_of") for column in _PREVIEW),
)
"""Of those rows, what a list says of a file."""


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

    def most_used_first(self) -> ResourceQuerySet:
        return self.order_by("-stats__views", "-stats__downloads", "-pk")

    def for_cards(self, *, terms: bool = True) -> ResourceQuerySet:
        """Everything a list entry shows, in a constant number of queries. ``terms``: with the vocabularies' terms."""
        vocabularies = ("levels", "age_bands", "care_domains", "course_units") if terms else ()
        return self.select_related("school", "resource_type", "licence", "stats").prefetch_related(
            *vocabularies, Prefetch("files", queryset=file_rows())
        )


def file_rows() -> models.QuerySet[ResourceFile]:
    """Files of published resources as a list shows them (``present_files``), without those taken down."""
    from resources.models import FileRemoval, ResourceFile

    # One taken down must not lend its first page to a list either.
    taken_down = FileRemoval.objects.filter(resource=OuterRef("resource"), uid=OuterRef("uid"))
    return (
        ResourceFile.objects.exclude(Exists(taken_down))
        .select_related(*FILE_ROWS)
        .only(*FILE_COLUMNS)
        .order_by("sort_order")
    )

"""What the buttons on other apps' pages show, read once per request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.functional import cached_property

from lessons.models import ListEntry, ResourceList


class Desk:
    """The signed-in user's favourites. Each property costs one query for the whole page."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def kept(self) -> frozenset[int]:
        entries = ListEntry.objects.filter(list__owner=self.request.user.pk, list__is_favourites=True)
        return frozenset(entries.values_list("resource_id", flat=True))

    @cached_property
    def lists(self) -> list[ResourceList]:
        own = ResourceList.objects.changeable_by(self.request.user)
        return list(own.filter(is_favourites=False).order_by("-changed", "-pk"))


def desk_of(context: Mapping[str, Any]) -> Desk | None:
    """The desk of the user for whom the template is rendered; None for visitors, whose pages are shared."""
    request = context.get("request")
    if request is None or not request.user.is_authenticated:
        return None
    desk: Desk | None = getattr(request, "_desk", None)
    if desk is None:
        desk = request._desk = Desk(request)
    return desk

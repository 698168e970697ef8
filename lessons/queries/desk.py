"""What the buttons on other apps' pages show, read once per request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.functional import cached_property

from lessons.models import Lesson, LessonItem, ListEntry, ResourceList

CURRENT = "current_lesson"
"""The session's key of the lesson that gets what is picked."""


class Desk:
    """The signed-in user's favourites and current lesson.

    Each property costs one query for the whole page.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def kept(self) -> frozenset[int]:
        entries = ListEntry.objects.filter(list__owner=self.request.user.pk, list__is_favourites=True)
        return frozenset(entries.values_list("resource_id", flat=True))

    @cached_property
    def lesson(self) -> Lesson | None:
        """The lesson that gets what is picked: the chosen one, else the own one changed last."""
        lessons = Lesson.objects.changeable_by(self.request.user)
        chosen = lessons.filter(pk=self.request.session.get(CURRENT) or 0).first()
        return chosen or lessons.filter(owner=self.request.user.pk).order_by("-changed", "-pk").first()

    @cached_property
    def picked(self) -> frozenset[str]:
        """What the buttons of the current lesson's pages and files send."""
        return frozenset(source for source, _school in self._sources)

    @cached_property
    def school_count(self) -> int:
        return len({school for _source, school in self._sources})

    @cached_property
    def _sources(self) -> list[tuple[str, int]]:
        if self.lesson is None:
            return []
        items = LessonItem.objects.filter(part__lesson=self.lesson, resource__isnull=False)
        rows = items.values_list("resource_id", "file_uid", "page", "resource__school_id")
        return [(f"{resource}:{uid}:{page or ''}", school) for resource, uid, page, school in rows]

    @cached_property
    def other_lessons(self) -> list[Lesson]:
        lessons = Lesson.objects.changeable_by(self.request.user).order_by("-changed", "-pk")
        return list(lessons.exclude(pk=self.lesson.pk if self.lesson else 0)[:20])

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

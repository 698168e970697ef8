"""Lessons as pages show them. A lesson of any length costs the same number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from lessons.models import Lesson, LessonItem, LessonPart
from members.viewer import Who
from resources.catalogue.files import FilePresentation
from resources.catalogue.viewer import page_label
from resources.delivery.page_image_urls import STAGE, THUMBNAIL, page_image_url
from resources.models import FilePage, FileRemoval, Resource, RevisionFile
from resources.policies import Action, may_version

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TITLE = 60
"""Characters of a page's first line."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """An item as the reader sees it.

    ``gone``: why the source is not shown; then there is no picture, no title and no link. ``number``: among the pages.
    """

    item: LessonItem
    number: int = 0
    title: str = ""
    label: str = ""
    url: str = ""
    image_url: str = ""
    stage_url: str = ""
    portrait: bool = False
    gone: StrOrPromise = ""
    gone_reason: str = ""

    @property
    def is_note(self) -> bool:
        return self.item.kind == LessonItem.Kind.NOTE

    @property
    def resource(self) -> Resource | None:
        return None if self.gone else self.item.resource

    @property
    def stays_out(self) -> bool:
        """The licence lets no one download it, so an exported deck goes without it."""
        resource = self.resource
        return resource is not None and resource.licence is not None and resource.licence.download == "nobody"


@dataclass(frozen=True, slots=True)
class Part:
    part: LessonPart
    leaves: tuple[Leaf, ...]

    @property
    def pages(self) -> int:
        return sum(not leaf.is_note for leaf in self.leaves)

    @property
    def minutes(self) -> int:
        return sum(leaf.item.minutes or 0 for leaf in self.leaves)


def lessons_of(who: Who) -> QuerySet[Lesson]:
    """Lessons the user may open, last changed first, with the number of their pages and ``schools``."""
    pages = Q(parts__items__resource__isnull=False)
    return (
        Lesson.objects.readable_by(who)
        .select_related("owner", "level")
        .annotate(
            pages=Count("parts__items", filter=pages, distinct=True),
            schools=Count("parts__items__resource__school", filter=pages, distinct=True),
        )
    )


def parts_of(lesson: Lesson, *, who: Who) -> list[Part]:
    """The parts with what the reader may see of each item now, not what was allowed when it was added."""
    rows = LessonItem.objects.select_related(
        "resource__school", "resource__licence", "version", "blob__preview", "blob__duplicate_of__preview"
    )
    parts = list(lesson.parts.prefetch_related(Prefetch("items", queryset=rows)))
    sources = _Sources([item for part in parts for item in part.items.all() if item.resource_id], who)
    found, number = [], 0
    for part in parts:
        leaves = []
        for item in part.items.all():
            if item.kind != LessonItem.Kind.NOTE:
                number += 1
            leaves.append(sources.leaf(item, number))
        found.append(Part(part, tuple(leaves)))
    return found


class _Sources:
    """What is read once for all items: permissions, removed files, names and pages."""

    def __init__(self, items: list[LessonItem], who: Who) -> None:
        self.who = who
        ids = {item.resource_id for item in items if item.resource_id}
        resources = Resource.objects.filter(pk__in=ids)
        self.visible = set(resources.allowing(who, Action.VIEW).values_list("pk", flat=True))
        hidden = ids - self.visible
        self.tombstones = resources.allowing(who, Action.SEE_TOMBSTONE).in_bulk(hidden) if hidden else {}
        self.removed = set(FileRemoval.objects.filter(resource__in=ids).values_list("resource_id", "uid"))
        revisions = {item.version.revision_id for item in items if item.version}
        rows = RevisionFile.objects.filter(revision__in=revisions).values_list("revision_id", "uid", "name")
        self.names = {(revision, uid): name for revision, uid, name in rows}
        blobs = {item.blob.canonical.pk for item in items if item.blob}
        numbers = {item.page or 1 for item in items}
        pages = FilePage.objects.filter(blob__in=blobs, number__in=numbers).defer("boxes", "notes")
        self.pages = {(page.blob_id, page.number): page for page in pages}

    def leaf(self, item: LessonItem, number: int) -> Leaf:
        if item.kind == LessonItem.Kind.NOTE or item.resource is None or item.blob is None or item.version is None:
            return Leaf(item)
        if (tombstone := self.tombstones.get(item.resource_id or 0)) is not None:
            gone = _("Its school withdrew the resource.")
            return Leaf(item, number, gone=gone, gone_reason=tombstone.withdrawal_reason)
        if item.resource_id not in self.visible or not may_version(self.who, Action.VIEW, item.resource, item.version):
            return Leaf(item, number, gone=_("This page is not open to you any more."))
        if (item.resource_id, item.file_uid) in self.removed:
            return Leaf(item, number, gone=_("The file was taken down."))
        return self._shown(item, number)

    def _shown(self, item: LessonItem, number: int) -> Leaf:
        resource, version, blob = item.resource, item.version, item.blob
        if resource is None or version is None or blob is None or item.file_uid is None:
            return Leaf(item)
        name = self.names.get((version.revision_id, item.file_uid), blob.declared_name)
        file = FilePresentation(item.file_uid, name, blob.canonical, blob)
        page = self.pages.get((blob.canonical.pk, item.page or 1))
        label = page_label(file, item.page, page.label if page else "") if item.page else file.extent or file.format
        first = next((line.strip() for line in page.text.splitlines() if line.strip()), "") if page else ""
        query = f"?v={version.number}&f={item.file_uid}" + (f"&p={item.page}" if item.page else "")
        widths = page.widths if page else ()
        return Leaf(
            item,
            number,
            title=(first[:TITLE] if item.page else "") or name,
            label=label,
            url=f"{resource.get_absolute_url()}{query}#viewer",
            image_url=page_image_url(blob, page.number, THUMBNAIL) if page and THUMBNAIL in widths else "",
            stage_url=page_image_url(blob, page.number, STAGE) if page and STAGE in widths else "",
            portrait=page is not None and page.height > page.width,
        )

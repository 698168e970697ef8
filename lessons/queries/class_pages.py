"""What a class link shows: what the policies let a viewer with its grant see."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from lessons.models import ClassLink, LessonItem, ListEntry
from lessons.queries.lessons import parts_of
from members.viewer import Grant, Viewer, viewer_of
from resources.catalogue.cards import main_file
from resources.catalogue.files import files_of
from resources.delivery.entitlement import may_view_bytes
from resources.delivery.page_image_urls import STAGE
from resources.models import FileBlob, FilePage, Resource, rendition_key
from resources.policies import Action

MOST_PAGES = 200
"""Shown of one link."""


@dataclass(frozen=True, slots=True)
class Slide:
    resource: Resource
    blob: FileBlob
    number: int
    heading: str = ""


def viewer_with(link: ClassLink) -> Viewer:
    """A visitor who carries the grant of the link."""
    if link.lesson_id:
        rows = LessonItem.objects.filter(part__lesson=link.lesson_id, resource__isnull=False)
        ids = set(rows.values_list("resource_id", flat=True))
    elif link.resource_list_id:
        entries = ListEntry.objects.filter(list=link.resource_list_id, resource__isnull=False)
        ids = set(entries.values_list("resource_id", flat=True))
    else:
        ids = {link.resource_id or 0}
    return Viewer(grant=Grant(frozenset(pk for pk in ids if pk), viewer_of(link.owner)))


def slides_of(link: ClassLink, viewer: Viewer) -> list[Slide]:
    """The pages with a picture: of a lesson those picked, else those of the resources' main files."""
    wanted = _of_lesson(link, viewer) if link.lesson is not None else _of_resources(viewer)
    blobs = {blob.pk for _resource, blob, _number, _heading in wanted}
    rows = FilePage.objects.filter(blob__in=blobs).values_list("blob_id", "number", "widths").order_by("number")
    pages: dict[int, list[int]] = {}
    for blob_id, number, widths in rows:
        if STAGE in widths:
            pages.setdefault(blob_id, []).append(number)
    slides = [
        Slide(resource, blob, one, heading)
        for resource, blob, number, heading in wanted
        for one in pages.get(blob.pk, [])
        if number is None or one == number
    ]
    return slides[:MOST_PAGES]


Wanted = tuple[Resource, FileBlob, int | None, str]


def _of_lesson(link: ClassLink, viewer: Viewer) -> list[Wanted]:
    found: list[Wanted] = []
    if link.lesson is None:
        return found
    for part in parts_of(link.lesson, who=viewer):
        for leaf in part.leaves:
            if not leaf.is_note and leaf.resource is not None and leaf.item.blob is not None:
                found.append((leaf.resource, leaf.item.blob.canonical, leaf.item.page, part.part.title))
    return found


def _of_resources(viewer: Viewer) -> list[Wanted]:
    ids = sorted(viewer.grant.resources) if viewer.grant else []
    resources = Resource.objects.allowing(viewer, Action.VIEW).filter(pk__in=ids).select_related("school", "licence")
    found = {row.pk: row for row in resources}
    files = files_of(found)
    chosen = [(found[pk], file) for pk in ids if pk in found and (file := main_file(files[pk])) is not None]
    return [(row, file.blob, None, row.title) for row, file in chosen]


def image_key(link: ClassLink, blob_uid: uuid.UUID, number: int) -> str | None:
    """The key of a page's picture, if the link shows this page now."""
    blob = FileBlob.objects.filter(uid=blob_uid).first()
    if blob is None or not may_view_bytes(blob, viewer := viewer_with(link)):
        return None
    if not any(slide.blob.pk == blob.pk and slide.number == number for slide in slides_of(link, viewer)):
        return None
    return rendition_key(blob.uid, number, STAGE, url_generation=blob.edition)

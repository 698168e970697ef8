"""Loaders of the subjects of this app: one resource, a list, and a lesson."""

from __future__ import annotations

from django.urls import reverse

from lessons.models import Lesson, LessonItem, ResourceList
from lessons.services.exports.subjects import (
    DECK_FORMATS,
    Entry,
    Subject,
    SubjectMissing,
    SubjectPart,
    entries_of,
    register,
)
from members.viewer import Who
from resources.models import Resource, RevisionFile
from resources.policies import Action

OF_RESOURCE = ("resource__licence", "resource__school", "resource__resource_type")


def load_resource(who: Who, pk: int) -> Subject:
    """The published files of a resource."""
    visible = Resource.objects.allowing(who, Action.VIEW)
    resource = visible.select_related("licence", "school", "resource_type").filter(pk=pk).first()
    if resource is None:
        raise SubjectMissing(pk)
    part = SubjectPart("", tuple(entries_of([resource]).get(pk, [])))
    return Subject("resource", pk, resource.title, resource.get_absolute_url(), (part,))


def load_list(who: Who, pk: int) -> Subject:
    """The published files of every resource in a list that this user may read."""
    found = ResourceList.objects.readable_by(who).filter(pk=pk).first()
    if found is None:
        raise SubjectMissing(pk)
    entries = found.entries.filter(resource__isnull=False).select_related(*OF_RESOURCE).order_by("order", "pk")
    resources = [entry.resource for entry in entries if entry.resource]
    files = entries_of(resources)
    part = SubjectPart("", tuple(entry for resource in resources for entry in files.get(resource.pk, [])))
    return Subject("list", pk, found.title, reverse("resource_list", args=[pk]), (part,))


def load_lesson(who: Who, pk: int) -> Subject:
    """The pages and files of a lesson that this user may read, with the notes that follow each page."""
    lesson = Lesson.objects.readable_by(who).filter(pk=pk).first()
    if lesson is None:
        raise SubjectMissing(pk)
    items = LessonItem.objects.filter(part__lesson=lesson).select_related(
        *OF_RESOURCE, "version__revision", "blob__duplicate_of"
    )
    by_part: dict[int, list[LessonItem]] = {}
    for item in items.order_by("order", "pk"):
        by_part.setdefault(item.part_id, []).append(item)
    names = _file_names(items)
    parts = tuple(
        SubjectPart(part.title, _entries(by_part.get(part.pk, []), names))
        for part in lesson.parts.order_by("order", "pk")
    )
    return Subject("lesson", pk, lesson.title, reverse("lesson", args=[pk]), parts, DECK_FORMATS)


def _file_names(items: object) -> dict[tuple[int, object], str]:
    revisions = {item.version.revision_id for item in items if item.version}  # type: ignore[attr-defined]
    rows = RevisionFile.objects.filter(revision__in=revisions).values_list("revision_id", "uid", "name")
    return {(revision, uid): name for revision, uid, name in rows}


def _entries(items: list[LessonItem], names: dict[tuple[int, object], str]) -> tuple[Entry, ...]:
    """Notes become notes of the page before them, or of the first page."""
    entries: list[Entry] = []
    waiting: list[str] = []
    for item in items:
        if item.kind == LessonItem.Kind.NOTE:
            if entries:
                entries[-1] = _with_note(entries[-1], item.note)
            else:
                waiting.append(item.note)
        elif item.resource and item.version and item.blob and item.file_uid:
            name = names.get((item.version.revision_id, item.file_uid), item.blob.declared_name)
            note = "\n".join(filter(None, [*waiting, item.note]))
            waiting = []
            entries.append(Entry(item.resource, item.version, item.file_uid, name, item.blob, item.page, note))
    return tuple(entries)


def _with_note(entry: Entry, note: str) -> Entry:
    both = "\n".join(filter(None, (entry.note, note)))
    return Entry(entry.resource, entry.version, entry.file_uid, entry.name, entry.blob, entry.page, both)


def register_kinds() -> None:
    register("resource", load_resource)
    register("list", load_list)
    register("lesson", load_lesson)

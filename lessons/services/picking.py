"""Put pages and files of resources into a lesson, with their lineage."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from common.errors import UserError
from lessons.models import Lesson, LessonItem, LessonPart
from lessons.services.lessons import changed, locked
from members.models import User
from resources.catalogue.cards import main_file
from resources.catalogue.detail import DraftOnly, ResourceDetail, Withdrawn, load_resource
from resources.catalogue.files import FilePresentation
from resources.models import FileBlob, FilePage, Resource

MOST_ITEMS = 400


class LessonFull(UserError):
    code = "lesson_full"
    message = _("The lesson is full. Start another one.")


@dataclass(frozen=True, slots=True)
class Source:
    """What a button names. ``page`` None: the whole file; ``file_uid`` None: the main file."""

    resource_id: int
    file_uid: uuid.UUID | None = None
    page: int | None = None


@transaction.atomic
def pick(*, who: User, lesson_id: int, source: Source) -> LessonItem:
    """Append the source to the last part. Once only: a page that is there already stays where it is.

    Raises Lesson.DoesNotExist, Resource.DoesNotExist (also for a page that is not there), LessonFull.
    """
    lesson = locked(who, lesson_id)
    detail, file = _find(who, source)
    present = items_of(lesson, source, file.uid).first()
    if present is not None:
        return present
    page = _page(file, source.page)
    if LessonItem.objects.filter(part__lesson=lesson).count() >= MOST_ITEMS:
        raise LessonFull
    part = lesson.parts.last() or LessonPart.objects.create(lesson=lesson)
    item = LessonItem.objects.create(
        part=part,
        order=(part.items.aggregate(last=Max("order"))["last"] or 0) + 1,
        kind=LessonItem.Kind.PAGE if source.page else LessonItem.Kind.FILE,
        resource_id=source.resource_id,
        version=detail.version,
        file_uid=file.uid,
        blob=file.uploaded,
        page=source.page,
        content_hash=page_hash(page) if page else file.blob.sha256 or "",
        added_by=who,
    )
    changed(lesson)
    return item


@transaction.atomic
def drop(*, who: User, lesson_id: int, source: Source) -> None:
    """Take the page or file out of the lesson. Harmless to repeat."""
    lesson = locked(who, lesson_id)
    if items_of(lesson, source, source.file_uid).delete()[0]:
        changed(lesson)


def items_of(lesson: Lesson, source: Source, file_uid: uuid.UUID | None):  # type: ignore[no-untyped-def]
    items = LessonItem.objects.filter(part__lesson=lesson, resource=source.resource_id, page=source.page)
    return items.filter(file_uid=file_uid) if file_uid else items


def page_hash(page: FilePage) -> str:
    """What the page says: the same in a later version of the file unless the page was changed.

    A page without words is told by the file's bytes.
    """
    words = "\n".join((page.label, page.text, page.notes))
    said = words if page.text.strip() else f"{page.blob.sha256}#{page.number}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def _find(who: User, source: Source) -> tuple[ResourceDetail, FilePresentation]:
    try:
        detail = load_resource(who=who, resource_id=source.resource_id)
    except (Withdrawn, DraftOnly):
        raise Resource.DoesNotExist from None
    if source.file_uid is None:
        file = main_file(detail.files)
    else:
        file = next((one for one in detail.files if one.uid == source.file_uid), None)
    if file is None or detail.version is None or file.blob.state != FileBlob.State.VERIFIED:
        raise Resource.DoesNotExist
    return detail, file


def _page(file: FilePresentation, number: int | None) -> FilePage | None:
    if number is None:
        return None
    found = FilePage.objects.filter(blob=file.blob, number=number).select_related("blob").first()
    if found is None:
        raise Resource.DoesNotExist
    return found

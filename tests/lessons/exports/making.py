"""Lessons and exports for the tests, made through the product's services."""

from __future__ import annotations

import io
from itertools import count
from typing import Any

from django.test import Client
from django.urls import reverse
from PIL import Image

from lessons.models import ExportJob, Lesson, LessonItem
from members.models import User
from resources.models import FilePage, Licence, Resource
from resources.models.file import rendition_key
from resources.storage import get_store
from tests.factories import BlobFactory, ResourceFactory, SchoolFactory, run_jobs, term
from tests.lessons.decks_of_the_tests import deck

NUMBERS = count(1)
"""So that no two files have the same bytes."""


def published(*titles: str, licence: str = "cc-by", content: bytes = b"", **fields: Any) -> Resource:
    """A published deck with one slide for each title, real bytes and page images."""
    content = content or deck(*(titles or ("洗手的时机",)), notes=f"备注{next(NUMBERS)}")
    blob = BlobFactory(content=content, pages=list(titles or ("洗手的时机",)), **fields.pop("blob", {}))
    for page in FilePage.objects.filter(blob=blob):
        out = io.BytesIO()
        Image.new("RGB", (320, 180), "white").save(out, "WEBP")
        get_store().put(rendition_key(blob.uid, page.number, 320), out.getvalue(), media_type="image/webp")
    FilePage.objects.filter(blob=blob).update(widths=[320])
    fields = {"school": SchoolFactory(), "licence": term(Licence, licence), **fields}
    return ResourceFactory(files=[blob], live=True, **fields)


def lesson_of(owner: User, *picks: tuple[Resource, int | None], title: str = "洗手环节的照护与语言") -> Lesson:
    """A lesson with one part. A page of None: the whole file."""
    lesson = Lesson.objects.create(owner=owner, title=title)
    part = lesson.parts.create(title="导入")
    for order, (resource, page) in enumerate(picks):
        version = resource.versions.first()
        file = version.revision.files.first()
        LessonItem.objects.create(
            part=part,
            order=order,
            kind="file" if page is None else "page",
            resource=resource,
            version=version,
            file_uid=file.uid,
            blob=file.blob,
            page=page,
            added_by=owner,
        )
    return lesson


def ask(client: Client, kind: str, pk: int, format: str, **options: str) -> ExportJob:
    """Ask for an export on its page and make it."""
    answer = client.post(reverse("export_new", args=[kind, pk]), {"format": format, **options})
    assert answer.status_code == 302, answer.content.decode()
    export = ExportJob.objects.get(uid=answer.url.rstrip("/").rsplit("/", 1)[-1])
    run_jobs(only="lessons.")
    export.refresh_from_db()
    return export


def result(export: ExportJob) -> bytes:
    return b"".join(get_store().read(export.object_key))

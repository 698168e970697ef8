"""Store the extracted pages of a file and the progress of its preview.

The subprocess's output is checked first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from resources import signals
from resources.models import FileBlob, FilePage, FilePreview, Resource
from resources.processing.extract import TEXT_VERSION
from resources.processing.outcome_codes import OutcomeCode
from resources.processing.sandbox import MB, open_result

MAX_RESULT = 256 * MB
MAX_LINE = 16 * MB
BATCH = 50
TEXTS = ["label", "text", "notes"]
EXTRACTED = [*TEXTS, "boxes", "width", "height"]


@dataclass(frozen=True, slots=True)
class ExtractedPage:
    """``boxes``: [text, x, y, width, height] as fractions of the page.

    ``took``: seconds in the extractor, not stored.
    """

    number: int
    label: str = ""
    text: str = ""
    notes: str = ""
    boxes: list[list[Any]] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0
    took: float = 0.0


class InvalidResult(Exception):
    """The subprocess wrote something other than pages."""


def read_pages(path: Path) -> Iterator[ExtractedPage]:
    """Read the pages that a subprocess wrote, one at a time, numbered from 1. Raises InvalidResult."""
    file = open_result(path, limit=MAX_RESULT)
    if file is None:
        raise InvalidResult(path.name)
    with file:
        number = 0
        while line := file.readline(MAX_LINE):
            number += 1
            try:
                yield _page(number, json.loads(line))
            except (ValueError, TypeError, AttributeError, KeyError) as error:
                raise InvalidResult(f"{path.name} line {number}") from error


def _page(number: int, entry: dict[str, Any]) -> ExtractedPage:
    boxes = [
        [_text(box[0], 500), *(min(1.0, max(0.0, float(value))) for value in box[1:5])]
        for box in entry.get("boxes", [])
        if len(box) == 5
    ]
    return ExtractedPage(
        number=number,
        label=_text(entry.get("label", ""), 200),
        text=_text(entry.get("text", ""), 1_000_000),
        notes=_text(entry.get("notes", ""), 1_000_000),
        boxes=boxes,
        width=abs(float(entry.get("width", 0))),
        height=abs(float(entry.get("height", 0))),
        took=abs(float(entry.get("took", 0))),
    )


def _text(value: Any, limit: int) -> str:
    # PostgreSQL stores neither NUL nor surrogates.
    return str(value)[:limit].replace("\0", "").encode("utf-8", "ignore").decode()


@dataclass(frozen=True, slots=True)
class StoredPages:
    count: int
    has_text: bool


def store_pages(
    blob: FileBlob, pages: Iterable[ExtractedPage], *, title: str, fields: Sequence[str] = EXTRACTED
) -> StoredPages:
    """Replace these fields of the file's pages, in batches, because all pages may not fit into memory.

    Existing page images stay: readers must not lose them while a preview is made again.
    """
    count, has_text = 0, False
    for batch in _batches(pages):
        FilePage.objects.bulk_create(
            [FilePage(blob=blob, **{name: getattr(page, name) for name in ("number", *EXTRACTED)}) for page in batch],
            update_conflicts=True,
            unique_fields=["blob", "number"],
            update_fields=fields,
        )
        count += len(batch)
        has_text = has_text or any(page.text or page.notes for page in batch)
    with transaction.atomic():
        FilePage.objects.filter(blob=blob, number__gt=count).delete()
        changed: dict[str, Any] = {"page_count": count, "text_version": TEXT_VERSION}
        if title:
            changed["title"] = _text(title, 300)
        update_preview(blob, **changed)
        notify_change(blob)
    return StoredPages(count, has_text)


def add_boxes(blob: FileBlob, pages: Iterable[ExtractedPage]) -> bool:
    """Add boxes and sizes from the converted PDF, and its text to pages without text.

    True if any page has text.
    """
    has_text = filled = False
    for batch in _batches(pages):
        numbers = [page.number for page in batch]
        rows = {row.number: row for row in FilePage.objects.filter(blob=blob, number__in=numbers)}
        for page in batch:
            row = rows.get(page.number)
            if row is None:
                continue
            row.boxes, row.width, row.height = page.boxes, page.width, page.height
            if page.text and not row.text:
                row.text, filled = page.text, True
            has_text = has_text or bool(row.text or row.notes)
        FilePage.objects.bulk_update(rows.values(), ["boxes", "width", "height", "text"])
    if filled:
        with transaction.atomic():
            notify_change(blob)
    return has_text


def _batches(pages: Iterable[ExtractedPage]) -> Iterator[list[ExtractedPage]]:
    iterator = iter(pages)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def update_preview(blob: FileBlob, **changed: Any) -> None:
    """Change the preview's row and its timestamp, by which maintenance recognises stalled previews."""
    FilePreview.objects.filter(blob=blob).update(**changed, updated=timezone.now())


@transaction.atomic
def finish(blob: FileBlob, *, state: FilePreview.State, reason: str) -> None:
    """Write the final state. Without a preview, pages of earlier runs are deleted."""
    changed: dict[str, Any] = {"state": state, "reason": reason}
    if state == FilePreview.State.NONE and FilePage.objects.filter(blob=blob).delete()[0]:
        notify_change(blob)
    if state == FilePreview.State.NONE:
        changed |= {"page_count": 0, "pages_done": 0}
    if reason == OutcomeCode.TIMED_OUT:
        changed["timeouts"] = F("timeouts") + 1
    update_preview(blob, **changed)


def notify_change(blob: FileBlob) -> None:
    """Send ``resource_changed`` for every published resource with this file or a duplicate of it."""
    same = Q(pk=blob.pk) | Q(duplicate_of=blob)
    blobs = FileBlob.objects.filter(same).values("pk")
    using = Resource.objects.filter(live=True).filter(
        Q(files__blob__in=blobs) | Q(live_revision__files__blob__in=blobs)
    )
    for resource_id in using.values_list("pk", flat=True).distinct():
        signals.resource_changed.send(Resource, resource_id=resource_id)

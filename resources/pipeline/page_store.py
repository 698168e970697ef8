"""Store what a child read from a file: its pages, and how far the preview is. Its types are checked first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from resources import signals
from resources.models import FileBlob, FilePage, FilePreview, Resource
from resources.processing.sandbox import MB, open_result

MAX_RESULT = 256 * MB
MAX_LINE = 16 * MB
BATCH = 50
EXTRACTED = ["label", "text", "notes", "boxes", "width", "height"]


@dataclass(frozen=True, slots=True)
class Page:
    """A page as extracted. ``boxes``: [text, x, y, width, height] as fractions of the page."""

    number: int
    label: str = ""
    text: str = ""
    notes: str = ""
    boxes: list[list[Any]] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0


class Unusable(Exception):
    """What a child left is not what it should be."""


def pages_in(path: Path) -> Iterator[Page]:
    """The pages a child left in a file, numbered from 1 without a gap, one at a time. Raises Unusable."""
    file = open_result(path, limit=MAX_RESULT)
    if file is None:
        raise Unusable(path.name)
    with file:
        number = 0
        while line := file.readline(MAX_LINE):
            number += 1
            try:
                yield _page(number, json.loads(line))
            except (ValueError, TypeError, AttributeError, KeyError) as error:
                raise Unusable(f"{path.name} line {number}") from error


def _page(number: int, entry: dict[str, Any]) -> Page:
    boxes = [
        [_text(box[0], 500), *(min(1.0, max(0.0, float(value))) for value in box[1:5])]
        for box in entry.get("boxes", [])
        if len(box) == 5
    ]
    return Page(
        number=number,
        label=_text(entry.get("label", ""), 200),
        text=_text(entry.get("text", ""), 1_000_000),
        notes=_text(entry.get("notes", ""), 1_000_000),
        boxes=boxes,
        width=abs(float(entry.get("width", 0))),
        height=abs(float(entry.get("height", 0))),
    )


def _text(value: Any, limit: int) -> str:
    # PostgreSQL stores neither NUL nor half characters.
    return str(value)[:limit].replace("\0", "").encode("utf-8", "ignore").decode()


@dataclass(frozen=True, slots=True)
class Stored:
    count: int
    has_text: bool


def store(blob: FileBlob, pages: Iterable[Page], *, title: str) -> Stored:
    """Make these the pages of the file, a batch at a time: thousands of pages never lie in memory together.

    Pictures already made stay: a second run must not take them from readers.
    """
    count, has_text = 0, False
    for batch in _batches(pages):
        FilePage.objects.bulk_create(
            [FilePage(blob=blob, **{name: getattr(page, name) for name in ("number", *EXTRACTED)}) for page in batch],
            update_conflicts=True,
            unique_fields=["blob", "number"],
            update_fields=EXTRACTED,
        )
        count += len(batch)
        has_text = has_text or any(page.text or page.notes for page in batch)
    with transaction.atomic():
        FilePage.objects.filter(blob=blob, number__gt=count).delete()
        changed: dict[str, Any] = {"page_count": count}
        if title:
            changed["title"] = _text(title, 300)
        mark(blob, **changed)
        tell_change(blob)
    return Stored(count, has_text)


def add_places(blob: FileBlob, drawn: Iterable[Page]) -> bool:
    """Boxes and sizes from the PDF made of a deck; its text where the deck gave none. True when any page has text."""
    has_text = filled = False
    for batch in _batches(drawn):
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
            tell_change(blob)
    return has_text


def _batches(pages: Iterable[Page]) -> Iterator[list[Page]]:
    waiting = iter(pages)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def mark(blob: FileBlob, **changed: Any) -> None:
    """Change the preview's row, with the time: that is how housekeeping knows that somebody still works on it."""
    FilePreview.objects.filter(blob=blob).update(**changed, updated=timezone.now())


@transaction.atomic
def finish(blob: FileBlob, *, state: FilePreview.State, reason: str) -> None:
    """Write the final state. Without a preview there are no pages: what an earlier run found is not true any more."""
    changed: dict[str, Any] = {"state": state, "reason": reason}
    if state == FilePreview.State.NONE and FilePage.objects.filter(blob=blob).delete()[0]:
        tell_change(blob)
    if state == FilePreview.State.NONE:
        changed |= {"page_count": 0, "pages_done": 0}
    mark(blob, **changed)


def tell_change(blob: FileBlob) -> None:
    """Tell upwards that the text of every published resource with this file (or a duplicate of it) may have changed."""
    same = Q(pk=blob.pk) | Q(duplicate_of=blob)
    blobs = FileBlob.objects.filter(same).values("pk")
    using = Resource.objects.filter(live=True).filter(
        Q(files__blob__in=blobs) | Q(live_revision__files__blob__in=blobs)
    )
    for resource_id in using.values_list("pk", flat=True).distinct():
        signals.resource_changed.send(Resource, resource_id=resource_id)

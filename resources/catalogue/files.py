"""A file as a reader sees it: its name in this version, its length, or why there is nothing to look at."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from resources.models import FileBlob, FilePreview
from resources.pipeline.messages import describe
from resources.querysets import file_rows


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file as a reader sees it: the name in this version, the canonical bytes, what the preview says.

    ``uploaded``: the row this resource names. What it is called and sent as is its own, even where the bytes are shared.
    """

    uid: uuid.UUID
    name: str
    blob: FileBlob
    uploaded: FileBlob

    @property
    def preview(self) -> FilePreview | None:
        return getattr(self.blob, "preview", None)

    @property
    def page_count(self) -> int:
        return self.preview.page_count if self.preview else 0

    @property
    def has_pages(self) -> bool:
        return self.page_count > 0

    @property
    def format(self) -> str:
        return (self.uploaded.extension or self.name.rsplit(".", 1)[-1]).upper()[:8]

    @property
    def media_type(self) -> str:
        return self.uploaded.media_type or self.blob.media_type

    @property
    def extent(self) -> str:
        """How long it is, in words; empty where that is not known."""
        if not self.page_count:
            return ""
        if self.blob.kind == "sheet":
            return ngettext("%(n)s sheet", "%(n)s sheets", self.page_count) % {"n": self.page_count}
        return ngettext("%(n)s page", "%(n)s pages", self.page_count) % {"n": self.page_count}

    @property
    def trouble(self) -> str:
        """Why there is nothing to look at (yet), as a sentence; empty when there is."""
        if self.blob.state == FileBlob.State.RECEIVED:
            return _("The file is being checked. The preview follows.")
        if self.blob.state == FileBlob.State.REJECTED:
            return describe(self.blob.reason)
        preview = self.preview
        if preview is None:
            return _("The preview has not been made yet.")
        if preview.is_working:
            if preview.page_count:
                return _("Making the preview: page %(done)s of %(all)s.") % {
                    "done": preview.pages_done,
                    "all": preview.page_count,
                }
            return _("Making the preview. It appears here by itself.")
        if preview.state == FilePreview.State.FAILED:
            # Readers can't try again; its people see the reason and a button in the workspace.
            return _("Making the preview failed. The file itself is stored.")
        return describe(preview.reason) if preview.reason else ""

    @property
    def is_waiting(self) -> bool:
        preview = self.preview
        return self.blob.state == FileBlob.State.RECEIVED or preview is None or preview.is_working


def shown_files(rows: Iterable[Any], *, removed: Iterable[uuid.UUID] = ()) -> list[ShownFile]:
    """From ResourceFile or RevisionFile rows (with FILE_ROWS of querysets.py selected), without those taken down."""
    gone = set(removed)
    return [ShownFile(row.uid, row.name, row.blob.canonical, row.blob) for row in rows if row.uid not in gone]


def files_of(resource_ids: Iterable[int]) -> dict[int, list[ShownFile]]:
    """The files of these published resources, which the reader may see; of one without files an empty list. One query."""
    found: dict[int, list[Any]] = {pk: [] for pk in resource_ids}
    for row in file_rows().filter(resource_id__in=list(found)):
        found[row.resource_id].append(row)
    return {pk: shown_files(rows) for pk, rows in found.items()}

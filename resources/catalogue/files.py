"""A file as readers see it: name, extent, or why it has no preview."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from resources.models import FileBlob, FilePreview, ResourceFile, RevisionFile
from resources.pipeline.messages import describe
from resources.processing.outcome_codes import OutcomeCode


@dataclass(frozen=True, slots=True)
class FilePresentation:
    """``blob``: the canonical bytes with their preview.

    ``uploaded``: the blob this resource names, whose extension and media type are shown.
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
        """The number of pages or sheets in words; empty if unknown."""
        if not self.page_count:
            return ""
        if self.blob.kind == "sheet":
            return ngettext("%(n)s sheet", "%(n)s sheets", self.page_count) % {"n": self.page_count}
        return ngettext("%(n)s page", "%(n)s pages", self.page_count) % {"n": self.page_count}

    @property
    def unavailable_reason(self) -> str:
        """Why there is no preview (yet), as a sentence; empty if there is one."""
        if self.blob.state == FileBlob.State.RECEIVED:
            return _("The file is being checked. The preview follows.")
        if self.blob.state == FileBlob.State.REJECTED:
            return describe(self.blob.reason)
        preview = self.preview
        if preview is None:
            return _("The preview is not ready yet.")
        if preview.is_working:
            return _progress(preview)
        if preview.state == FilePreview.State.FAILED:
            # Readers cannot retry. The contributor sees the reason and a button in the workspace.
            return _("Making the preview failed. The file itself is stored.")
        if preview.can_be_retried:
            return _("For now there is only its text.")
        if preview.reason == OutcomeCode.DAMAGED:
            # Only the contributor can upload it again.
            return _("The file can't be opened; it may be damaged.")
        return describe(preview.reason) if preview.reason else ""

    @property
    def may_be_downloaded(self) -> bool:
        """Whether the bytes may be given out to those whom the licence allows it."""
        return self.blob.state == FileBlob.State.VERIFIED and not self.blob.is_held_back

    @property
    def held_back_reason(self) -> str:
        """Why there is no download, as a sentence; empty if there is one."""
        if not self.blob.is_held_back:
            return ""
        return _("The original is held back: it may say where the photo was taken.")

    @property
    def is_waiting(self) -> bool:
        preview = self.preview
        return self.blob.state == FileBlob.State.RECEIVED or preview is None or preview.is_working


def _progress(preview: FilePreview) -> str:
    if not preview.page_count:
        return _("Making the preview. It appears here by itself.")
    progress = {"done": preview.pages_done, "all": preview.page_count}
    return _("Making the preview: page %(done)s of %(all)s.") % progress


def present_files(
    rows: Iterable[ResourceFile | RevisionFile], *, removed: Iterable[uuid.UUID] = ()
) -> list[FilePresentation]:
    """The rows (with FILE_ROWS of querysets.py selected) except those of ``removed`` files."""
    removed = set(removed)
    return [FilePresentation(row.uid, row.name, row.blob.canonical, row.blob) for row in rows if row.uid not in removed]


def files_of(resource_ids: Iterable[int]) -> dict[int, list[FilePresentation]]:
    """Files by published resource, in one query. The caller has checked the permission."""
    rows_of: dict[int, list[ResourceFile]] = {pk: [] for pk in resource_ids}
    for row in ResourceFile.objects.for_lists().filter(resource_id__in=list(rows_of)):
        rows_of[row.resource_id].append(row)
    return {pk: present_files(rows) for pk, rows in rows_of.items()}

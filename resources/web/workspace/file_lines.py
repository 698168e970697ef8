"""The files of a draft with the state of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from members.viewer import Who
from resources.delivery.page_image_urls import THUMBNAIL, page_image_url
from resources.models import FileBlob, FilePage, FilePreview, Resource, ResourceRelation, RevisionFile
from resources.pipeline.messages import describe, describe_findings
from resources.publishing.files.relations import Twin, twins_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of a draft. ``badge``: a state of components/badge.html; ``working``: will change by itself."""

    uid: UUID
    name: str
    size: int
    badge: str
    state_label: StrOrPromise
    reason: str
    pages: int
    pages_done: int
    working: bool
    blob: FileBlob
    order_up: tuple[UUID, ...] = ()
    removed: bool = False
    image_url: str = ""
    twins: tuple[Twin, ...] = ()

    relation_kinds = ResourceRelation.Kind.choices

    @property
    def plate(self) -> str:
        """What stands in the place of the first page where there is no image of it."""
        return self.extension.lstrip(".").upper()[:5]

    @property
    def state_sentence(self) -> str:
        if self.reason:
            return _("%(state)s: %(reason)s") % {"state": self.state_label, "reason": self.reason}
        if self.working and self.pages:
            return _("%(state)s, page %(done)s of %(all)s") % {
                "state": self.state_label,
                "done": min(self.pages_done + 1, self.pages),
                "all": self.pages,
            }
        if self.pages:
            return _("%(state)s, %(count)s pages") % {"state": self.state_label, "count": self.pages}
        return str(self.state_label)

    @property
    def remarks(self) -> list[str]:
        """What was done with the file, and what reviewers should know about it."""
        note = [describe(self.blob.reason)] if self.stored and self.blob.reason else []
        return [*note, *describe_findings(self.blob.findings)]

    @property
    def stored(self) -> bool:
        """Checked, so that users who see the draft may download it."""
        return self.blob.state == FileBlob.State.VERIFIED

    @property
    def may_retry(self) -> bool:
        """Whether its preview failed or is incomplete for a reason that may pass."""
        preview: FilePreview | None = getattr(self.blob, "preview", None)
        return self.stored and not self.removed and preview is not None and preview.can_be_retried

    @property
    def stem(self) -> str:
        return self.name.rpartition(".")[0] or self.name

    @property
    def extension(self) -> str:
        return self.name[len(self.stem) :]


BADGES = {
    FilePreview.State.READY: "ready",
    FilePreview.State.OUTLINE: "ready",
    FilePreview.State.NONE: "stored",
    FilePreview.State.FAILED: "stored",
}


def file_lines(resource: Resource, revision_id: int | None, who: Who) -> list[FileLine]:
    """The files of a revision with the state of each.

    ``who``: is told of other resources with the same files, as far as they may see them.
    """
    rows = list(
        RevisionFile.objects.filter(revision_id=revision_id or 0).select_related(
            "blob__preview", "blob__duplicate_of__preview"
        )
    )
    removed = set(resource.removals.values_list("uid", flat=True))
    uids = [row.uid for row in rows]
    blobs = [row.blob for row in rows]
    images = _images(blobs)
    twins = twins_of(who=who, resource=resource, blobs=blobs)
    lines = [_line(row, row.uid in removed, _moved_up(uids, place)) for place, row in enumerate(rows)]
    return [
        replace(line, image_url=images.get(line.blob.pk, ""), twins=tuple(twins.get(line.blob.pk, ())))
        for line in lines
    ]


def _images(blobs: Sequence[FileBlob]) -> dict[int, str]:
    """By canonical blob: the URL of the image of its first page."""
    originals = {blob.canonical.pk: blob.canonical for blob in blobs}
    pages = FilePage.objects.filter(blob__in=originals, number=1).only("blob_id", "number", "widths")
    return {
        page.blob_id: page_image_url(originals[page.blob_id], page.number, THUMBNAIL)
        for page in pages
        if THUMBNAIL in page.widths
    }


def _moved_up(uids: list[UUID], place: int) -> tuple[UUID, ...]:
    """The order after the file at ``place`` is moved up by one."""
    moved = list(uids)
    if place:
        moved[place - 1], moved[place] = moved[place], moved[place - 1]
    return tuple(moved)


def _line(row: RevisionFile, removed: bool, order_up: tuple[UUID, ...]) -> FileLine:
    blob = row.blob.canonical
    preview: FilePreview | None = getattr(blob, "preview", None)
    badge, label, reason, working = _state_of(blob, preview)
    return FileLine(
        uid=row.uid,
        name=row.name,
        size=blob.size,
        badge=badge,
        state_label=label,
        reason=describe(reason) if reason else "",
        pages=preview.page_count if preview else 0,
        pages_done=preview.pages_done if preview else 0,
        working=working,
        blob=blob,
        order_up=order_up,
        removed=removed,
    )


def _state_of(blob: FileBlob, preview: FilePreview | None) -> tuple[str, StrOrPromise, str, bool]:
    """Badge, label, code of the reason, and whether work on it goes on."""
    if blob.state == FileBlob.State.REJECTED:
        return "failed", blob.get_state_display(), blob.reason, False
    if blob.state != FileBlob.State.VERIFIED:
        return "rendering", blob.get_state_display(), "", True
    if preview is None:
        return "rendering", FilePreview.State.WAITING.label, "", True
    badge = BADGES.get(FilePreview.State(preview.state), "rendering")
    return badge, preview.get_state_display(), preview.reason, preview.is_working

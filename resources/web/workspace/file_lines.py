"""The files of a draft with the state of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from resources.models import FileBlob, FilePreview, Resource, RevisionFile
from resources.pipeline.messages import describe, describe_findings

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

    @property
    def state_sentence(self) -> str:
        if self.reason:
            return _("%(state)s: %(reason)s") % {"state": self.state_label, "reason": self.reason}
        if self.working and self.pages:
            return _("%(state)s, page %(done)s of %(all)s") % {
                "state": self.state_label,
                "done": self.pages_done,
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


def file_lines(resource: Resource, revision_id: int | None) -> list[FileLine]:
    """The files of a revision with the state of each, in two queries."""
    rows = list(
        RevisionFile.objects.filter(revision_id=revision_id or 0).select_related(
            "blob__preview", "blob__duplicate_of__preview"
        )
    )
    removed = set(resource.removals.values_list("uid", flat=True))
    uids = [row.uid for row in rows]
    return [_line(row, row.uid in removed, _moved_up(uids, place)) for place, row in enumerate(rows)]


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

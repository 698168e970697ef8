"""Check on every request to the local store that its signed URL is still justified.

A signature says what was allowed when the page was made. A removed file, a withdrawn or restricted resource and a
suspended school since then end the URLs. (S3 cannot check; see revocation.py.)
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from threading import Lock
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from members.viewer import VISITOR, Viewer, Who
from resources.models import FileBlob, FileRemoval, Resource, ResourceFile, RevisionFile
from resources.policies import Action, as_viewer, may_version

CACHE_SECONDS = 60.0
"""Permissions for page images are cached this long: a strip of 48 images checks once. Files are always checked."""

Check = Callable[[str, Who], bool]
_CHECKS: dict[str, Check] = {}

_PAGE_IMAGE = re.compile(r"previews/([0-9a-f-]{36})(?:\.[0-9]+)?/[^/]+")


class _ImagePermissions:
    """Cache of this process: (blob, user) → until when the permission holds (monotonic seconds)."""

    MAX_ENTRIES = 10_000

    def __init__(self) -> None:
        self._until: dict[tuple[UUID, int | None], float] = {}
        self._lock = Lock()

    def has(self, blob: UUID, user_id: int | None) -> bool:
        return self._until.get((blob, user_id), 0.0) > time.monotonic()

    def add(self, blob: UUID, user_id: int | None) -> None:
        with self._lock:
            if len(self._until) >= self.MAX_ENTRIES:
                self._until.clear()
            self._until[(blob, user_id)] = time.monotonic() + CACHE_SECONDS


_cached = _ImagePermissions()


def register_check(folder: str, check: Check) -> None:
    """Let an app above decide about the objects below ``folder``, such as ``exports/``."""
    _CHECKS[folder] = check


def may_fetch(key: str, who: Who) -> bool:
    """Whether ``who`` (``request.user``) may fetch the object ``key`` now.

    What visitors may fetch is decided without evaluating ``who``, so that no session is loaded for it.
    """
    if (check := _CHECKS.get(key.partition("/")[0] + "/")) is not None:
        return check(key, who)
    image = _PAGE_IMAGE.fullmatch(key)
    return _may_fetch_image(UUID(image[1]), who) if image else _may_fetch_file(key, who)


def is_public(blob_id: int) -> bool:
    """Whether a visitor may view a resource with these bytes."""
    return _may(blob_id, VISITOR, Action.VIEW)


def may_view_bytes(blob: FileBlob, viewer: Viewer) -> bool:
    """Whether a viewer who signed no URL, as one with a class link, may look at pages of these bytes."""
    return _may(blob.canonical.pk, viewer, Action.VIEW)


def _may_fetch_file(key: str, who: Who) -> bool:
    blob = FileBlob.objects.filter(key=key, state=FileBlob.State.VERIFIED).only("pk", "reason").first()
    if blob is None:
        return False
    if blob.is_held_back:
        return any(viewer.user_id is not None and _may_by_draft(blob.pk, viewer) for viewer in _viewers(who))
    return any(_may(blob.pk, viewer, Action.DOWNLOAD) for viewer in _viewers(who))


def _may_fetch_image(uid: UUID, who: Who) -> bool:
    if _cached.has(uid, None):
        return True
    blob = None
    for viewer in _viewers(who):
        if _cached.has(uid, viewer.user_id):
            return True
        blob = blob or FileBlob.objects.filter(uid=uid).only("pk").first()
        if blob is not None and _may(blob.pk, viewer, Action.VIEW):
            _cached.add(uid, viewer.user_id)
            return True
    return False


def _viewers(who: Who) -> Iterator[Viewer]:
    yield VISITOR
    if (viewer := as_viewer(who)).user_id is not None:
        yield viewer


def _may(blob_id: int, viewer: Viewer, action: Action) -> bool:
    return (
        _may_by_live_resource(blob_id, viewer, action)
        or _may_by_older_version(blob_id, viewer, action)
        or (viewer.user_id is not None and _may_by_draft(blob_id, viewer))
    )


def _naming(blob_id: int) -> Q:
    """Rows that name these bytes, directly or through a duplicate blob."""
    return Q(blob=blob_id) | Q(blob__duplicate_of=blob_id)


def _may_by_live_resource(blob_id: int, viewer: Viewer, action: Action) -> bool:
    removed = FileRemoval.objects.filter(resource=OuterRef("resource"), uid=OuterRef("uid"))
    allowed = Resource.objects.allowing(viewer, action).values("pk")
    return ResourceFile.objects.filter(_naming(blob_id), ~Exists(removed), resource__in=allowed).exists()


def _may_by_older_version(blob_id: int, viewer: Viewer, action: Action) -> bool:
    resource = "revision__published_version__resource"
    removed = FileRemoval.objects.filter(resource=OuterRef(resource), uid=OuterRef("uid"))
    allowed = Resource.objects.allowing(viewer, action).values("pk")
    rows = RevisionFile.objects.filter(_naming(blob_id), ~Exists(removed), **{f"{resource}__in": allowed})
    # One row per version with this file.
    for row in rows.select_related(f"{resource}__licence"):
        version = row.revision.published_version
        if may_version(viewer, action, version.resource, version):
            return True
    return False


def _may_by_draft(blob_id: int, viewer: Viewer) -> bool:
    """SEE_DRAFT on a resource permits fetching the files of its revisions, except removed ones."""
    rows = RevisionFile.objects.filter(_naming(blob_id)).values_list("revision__object_id", "uid").distinct()
    files = {(int(resource), uid) for resource, uid in rows}
    if not files:
        return False
    resources = Resource.objects.allowing(viewer, Action.SEE_DRAFT).filter(pk__in={pk for pk, _uid in files})
    allowed = set(resources.values_list("pk", flat=True))
    removed = set(FileRemoval.objects.filter(resource__in=allowed).values_list("resource", "uid"))
    return any(pk in allowed and (pk, uid) not in removed for pk, uid in files)

"""Whether anybody's address of stored bytes still works: asked by the local store each time bytes are fetched.

A signature says what was allowed when the page was made. A file taken down, a resource withdrawn or narrowed, a school
suspended since: each of these closes the addresses given out before. (A bucket can't ask; see ``closing.py``.)
"""

from __future__ import annotations

import re
import time
from threading import Lock
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from members.viewer import VISITOR, Viewer
from resources.models import FileBlob, FileRemoval, Resource, ResourceFile, RevisionFile
from resources.policies import Action, as_viewer, may_version

REMEMBERED = 60.0
"""Seconds a yes for page pictures is believed: a strip of 48 pictures asks once. Files are asked for every time."""

_PICTURE = re.compile(r"previews/([0-9a-f-]{36})(?:\.[0-9]+)?/[^/]+")


class _Yes:
    """Who was found to be allowed which blob's pictures, and until when (monotonic seconds), in this process."""

    MOST = 10_000

    def __init__(self) -> None:
        self._until: dict[tuple[UUID, int | None], float] = {}
        self._lock = Lock()

    def knows(self, blob: UUID, user_id: int | None) -> bool:
        return self._until.get((blob, user_id), 0.0) > time.monotonic()

    def learn(self, blob: UUID, user_id: int | None) -> None:
        with self._lock:
            if len(self._until) >= self.MOST:
                self._until.clear()
            self._until[(blob, user_id)] = time.monotonic() + REMEMBERED


_pictures = _Yes()


def is_offered(key: str, who: Any) -> bool:
    """Whether ``who`` (a request's user) could be given an address of ``key`` now.

    What visitors may have is answered without looking at who asks, so that no session is opened for it.
    """
    picture = _PICTURE.fullmatch(key)
    if picture is None:
        blob = FileBlob.objects.filter(key=key, state=FileBlob.State.VERIFIED).only("pk").first()
        return blob is not None and any(_may(blob.pk, viewer, Action.DOWNLOAD) for viewer in _viewers(who))
    uid = UUID(picture[1])
    if _pictures.knows(uid, None):
        return True
    blob = None
    for viewer in _viewers(who):
        if _pictures.knows(uid, viewer.user_id):
            return True
        blob = blob or FileBlob.objects.filter(uid=uid).only("pk").first()
        if blob is not None and _may(blob.pk, viewer, Action.VIEW):
            _pictures.learn(uid, viewer.user_id)
            return True
    return False


def is_public(blob_id: int) -> bool:
    """Whether a visitor may look at a resource with these bytes."""
    return _may(blob_id, VISITOR, Action.VIEW)


def _viewers(who: Any) -> Any:
    yield VISITOR
    if (viewer := as_viewer(who)).user_id is not None:
        yield viewer


def _may(blob_id: int, viewer: Viewer, action: Action) -> bool:
    return (
        _in_what_is_live(blob_id, viewer, action)
        or _in_an_older_version(blob_id, viewer, action)
        or (viewer.user_id is not None and _in_a_draft(blob_id, viewer))
    )


def _family(blob_id: int) -> Q:
    """Rows that name these bytes, by themselves or as a duplicate."""
    return Q(blob=blob_id) | Q(blob__duplicate_of=blob_id)


def _in_what_is_live(blob_id: int, viewer: Viewer, action: Action) -> bool:
    taken_down = FileRemoval.objects.filter(resource=OuterRef("resource"), uid=OuterRef("uid"))
    allowed = Resource.objects.allowing(viewer, action).values("pk")
    rows = ResourceFile.objects.filter(_family(blob_id), ~Exists(taken_down), resource__in=allowed)
    return bool(rows.exists())


def _in_an_older_version(blob_id: int, viewer: Viewer, action: Action) -> bool:
    resource = "revision__published_version__resource"
    taken_down = FileRemoval.objects.filter(resource=OuterRef(resource), uid=OuterRef("uid"))
    allowed = Resource.objects.allowing(viewer, action).values("pk")
    rows = RevisionFile.objects.filter(_family(blob_id), ~Exists(taken_down), **{f"{resource}__in": allowed})
    # Few: as many as there are versions with this file.
    for row in rows.select_related(f"{resource}__licence"):
        version = row.revision.published_version
        if may_version(viewer, action, version.resource, version):
            return True
    return False


def _in_a_draft(blob_id: int, viewer: Viewer) -> bool:
    """For those who see the drafts: any revision's files, except those taken down."""
    rows = RevisionFile.objects.filter(_family(blob_id)).values_list("revision__object_id", "uid").distinct()
    named = {(int(resource), uid) for resource, uid in rows}
    if not named:
        return False
    resources = Resource.objects.allowing(viewer, Action.SEE_DRAFT).filter(pk__in={pk for pk, _uid in named})
    seen = set(resources.values_list("pk", flat=True))
    gone = set(FileRemoval.objects.filter(resource__in=seen).values_list("resource", "uid"))
    return any(pk in seen and (pk, uid) not in gone for pk, uid in named)

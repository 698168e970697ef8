"""Downloads: who may take which bytes, as a signed address.

Published files follow the licence, drafts follow SEE_DRAFT. What the reader may not see does not exist (FileMissing);
what they may see but not take is LicenceForbids. Nothing that was not verified is ever signed.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef

from resources.delivery import usage
from resources.models import (
    FileBlob,
    FileRemoval,
    PublishedVersion,
    Resource,
    ResourceFile,
    RevisionFile,
    UsageKind,
)
from resources.policies import Action, may, may_version
from resources.storage import get_store

EXPIRY = timedelta(minutes=5)
"""To begin a download in: a bucket asks nobody again, so this is how long a file taken down can still be fetched."""
LOCAL_EXPIRY = timedelta(hours=1)
"""The local store asks each time (``offering.py``), so an interrupted download may be resumed for longer."""


class FileMissing(Exception):
    """There is no such file for this reader."""


class LicenceForbids(Exception):
    """The reader may look at the file but not take it."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        super().__init__(resource.pk)


class StillChecked(Exception):
    """The file is a draft's and was not verified yet, or was refused."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be taken. ``published``: it counts as use.

    ``blob`` has the bytes; ``name`` and ``media_type`` are those of the upload this resource names: the same bytes may
    have come from another school first, as something else.
    """

    resource: Resource
    name: str
    blob: FileBlob
    published: bool
    media_type: str = ""


def find(
    *,
    who: Any,
    resource_id: int,
    file_uid: uuid.UUID,
    version: int | None = None,
    revision_id: int | None = None,
) -> Found:
    """The file ``file_uid`` of the published resource, of its published ``version``, or of a draft (``revision_id``).

    Without version and revision: the published file; failing that, the newest draft's. Raises FileMissing,
    LicenceForbids, StillChecked.
    """
    taken_down = FileRemoval.objects.filter(resource=OuterRef("pk"), uid=file_uid)
    resource = Resource.objects.select_related("licence", "school").filter(~Exists(taken_down), pk=resource_id).first()
    if resource is None:
        raise FileMissing
    if revision_id is not None:
        return _checked(_draft(who, resource, file_uid, revision_id))
    published = _published(resource, file_uid, version)
    edition = None if version is None else resource.versions.filter(number=version).first()
    if published and may_version(who, Action.DOWNLOAD, resource, edition):
        return _checked(Found(resource, published.name, published.blob, published=True))
    if may(who, Action.SEE_DRAFT, resource):
        if published:
            return _checked(Found(resource, published.name, published.blob, published=False))
        if version is None:
            return _checked(_draft(who, resource, file_uid, None))
    if published and may_version(who, Action.VIEW, resource, edition):
        raise LicenceForbids(resource)
    raise FileMissing


def download(
    *,
    who: Any,
    resource_id: int,
    file_uid: uuid.UUID,
    version: int | None = None,
    revision_id: int | None = None,
    session_key: str | None = None,
    user_agent: str = "",
) -> str:
    """The address to take the file from; counts the use. Raises as ``find``."""
    found = find(who=who, resource_id=resource_id, file_uid=file_uid, version=version, revision_id=revision_id)
    return take(found, who=who, file_uid=file_uid, session_key=session_key, user_agent=user_agent)


def address_of(found: Found) -> str:
    """The signed address of a file that was found."""
    return get_store().sign_get(
        found.blob.key or "",
        filename=found.name,
        media_type=found.media_type,
        inline=False,
        expires=EXPIRY if settings.STORE["s3"] else LOCAL_EXPIRY,
    )


def take(found: Found, *, who: Any, file_uid: uuid.UUID, session_key: str | None, user_agent: str) -> str:
    """``address_of``, and the count of its use."""
    address = address_of(found)
    if found.published:
        usage.count(
            resource=found.resource,
            kind=UsageKind.DOWNLOAD,
            who=who,
            session_key=session_key,
            user_agent=user_agent,
            file_uid=file_uid,
        )
    return address


def file_name(name: str, blob: FileBlob) -> str:
    """The name under which the file is saved: with the extension of what it is, or the computer can't open it."""
    declared = PurePath(blob.declared_name).suffix.lower()
    known = f".{blob.extension.lower()}" if blob.extension else declared
    # The declared one is kept too: a .jpeg is a jpg.
    return name if not known or PurePath(name).suffix.lower() in (known, declared) else f"{name}{known}"


def _published(resource: Resource, file_uid: uuid.UUID, version: int | None) -> ResourceFile | RevisionFile | None:
    if resource.first_published_at is None:
        return None
    if version is None:
        # The row exists with its first draft's files before anything is published: only live ones count.
        files = ResourceFile.objects.filter(resource=resource, uid=file_uid) if resource.live else None
        return files.select_related("blob__duplicate_of").first() if files is not None else None
    number = PublishedVersion.objects.filter(resource=resource, number=version).first()
    if number is None:
        return None
    old = RevisionFile.objects.filter(revision_id=number.revision_id, uid=file_uid)
    return old.select_related("blob__duplicate_of").first()


def _draft(who: Any, resource: Resource, file_uid: uuid.UUID, revision_id: int | None) -> Found:
    if not may(who, Action.SEE_DRAFT, resource):
        raise FileMissing
    revisions = resource.revisions.all()
    if revision_id is not None:
        revisions = revisions.filter(pk=revision_id)
    files = RevisionFile.objects.filter(revision__in=revisions.values("pk"), uid=file_uid)
    file = files.select_related("blob__duplicate_of").order_by("-revision_id").first()
    if file is None:
        raise FileMissing
    return Found(resource, file.name, file.blob, published=False)


def _checked(found: Found) -> Found:
    uploaded, blob = found.blob, found.blob.canonical
    if blob.state != FileBlob.State.VERIFIED or not blob.key:
        raise FileMissing if found.published else StillChecked
    media_type = uploaded.media_type or blob.media_type
    return Found(found.resource, file_name(found.name, uploaded), blob, found.published, media_type)

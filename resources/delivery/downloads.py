"""Downloads: which user may download which bytes, as a signed URL.

Published files follow the licence, files of drafts follow SEE_DRAFT. Only verified bytes are ever signed.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath

from django.conf import settings
from django.db.models import Exists, OuterRef

from members.viewer import Who
from resources.delivery import usage
from resources.models import FileBlob, FileRemoval, PublishedVersion, Resource, ResourceFile, RevisionFile, UsageKind
from resources.policies import Action, may, may_version
from resources.storage import get_store

EXPIRY = timedelta(minutes=5)
"""From a bucket, which checks no permission: so much longer a removed file can be fetched."""
LOCAL_EXPIRY = timedelta(hours=1)
"""From the local store, which checks each request (entitlement.py). Longer, for resumed downloads."""

_DECIDING = (
    *("title", "live", "visibility", "school", "contributor", "embargo_until", "withdrawn_at", "first_published_at"),
    *("live_revision", "licence__download"),
)
"""What policies and answers read of a resource. With all its columns the decision takes a third longer."""
_OF_FILE = (
    "name",
    *(f"blob__{column}" for column in ("key", "state", "reason", "media_type", "extension", "declared_name")),
    "blob__duplicate_of",
)


class FileMissing(Exception):
    """There is no such file for this user."""


class LicenceForbids(Exception):
    """The user may view the file but not download it."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        super().__init__(resource.pk)


class NotVerified(Exception):
    """The file is a draft's and was not verified yet, or was rejected."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file the user may download. ``published``: the download counts as use.

    ``name`` and ``media_type`` are those of this resource; ``blob`` may be another school's upload of the same bytes.
    """

    resource: Resource
    name: str
    blob: FileBlob
    published: bool
    media_type: str = ""


def find_file(
    *,
    who: Who,
    resource_id: int,
    file_uid: uuid.UUID,
    version_number: int | None = None,
    revision_id: int | None = None,
) -> Download:
    """The file of the published resource, of a published version, or of a draft (``revision_id``).

    Without version and revision: the published file, else the newest draft's. Raises FileMissing, LicenceForbids,
    NotVerified.
    """
    removed = FileRemoval.objects.filter(resource=OuterRef("pk"), uid=file_uid)
    resources = Resource.objects.select_related("licence").only(*_DECIDING)
    resource = resources.filter(~Exists(removed), pk=resource_id).first()
    if resource is None:
        raise FileMissing
    if revision_id is not None:
        return _verified(_draft_file(who, resource, file_uid, revision_id))
    version = None if version_number is None else resource.versions.filter(number=version_number).first()
    file = _published_file(resource, file_uid, version_number, version)
    if file and may_version(who, Action.DOWNLOAD, resource, version) and not file.blob.canonical.is_held_back:
        return _verified(Download(resource, file.name, file.blob, published=True))
    if may(who, Action.SEE_DRAFT, resource):
        if file:
            return _verified(Download(resource, file.name, file.blob, published=False))
        if version_number is None:
            return _verified(_draft_file(who, resource, file_uid, None))
    if file and may_version(who, Action.VIEW, resource, version) and not file.blob.canonical.is_held_back:
        raise LicenceForbids(resource)
    raise FileMissing


def signed_url(download: Download) -> str:
    return get_store().sign_get(
        download.blob.key or "",
        filename=download.name,
        media_type=download.media_type,
        inline=False,
        expires=EXPIRY if settings.STORE["s3"] else LOCAL_EXPIRY,
    )


def start_download(
    download: Download, *, who: Who, file_uid: uuid.UUID, session_key: str | None, user_agent: str
) -> str:
    """Note the use and return the signed URL."""
    url = signed_url(download)
    if download.published:
        usage.note_use(
            resource_id=download.resource.pk,
            kind=UsageKind.DOWNLOAD,
            who=who,
            session_key=session_key,
            user_agent=user_agent,
            file_uid=file_uid,
        )
    return url


def file_name(name: str, blob: FileBlob) -> str:
    """``name`` with the extension that a computer needs to open the file."""
    declared = PurePath(blob.declared_name).suffix.lower()
    known = f".{blob.extension.lower()}" if blob.extension else declared
    # The declared extension is accepted too: .jpeg instead of .jpg.
    return name if not known or PurePath(name).suffix.lower() in (known, declared) else f"{name}{known}"


def _published_file(
    resource: Resource, file_uid: uuid.UUID, version_number: int | None, version: PublishedVersion | None
) -> ResourceFile | RevisionFile | None:
    if resource.first_published_at is None:
        return None
    if version_number is None:
        # Before publication the resource's row already names the files of its first draft.
        files = ResourceFile.objects.filter(resource=resource, uid=file_uid) if resource.live else None
        # Of the few duplicates, ``canonical`` fetches the original.
        return files.select_related("blob").only(*_OF_FILE).first() if files is not None else None
    if version is None:
        return None
    rows = RevisionFile.objects.filter(revision_id=version.revision_id, uid=file_uid)
    return rows.select_related("blob__duplicate_of").first()


def _draft_file(who: Who, resource: Resource, file_uid: uuid.UUID, revision_id: int | None) -> Download:
    if not may(who, Action.SEE_DRAFT, resource):
        raise FileMissing
    revisions = resource.revisions.all()
    if revision_id is not None:
        revisions = revisions.filter(pk=revision_id)
    files = RevisionFile.objects.filter(revision__in=revisions.values("pk"), uid=file_uid)
    file = files.select_related("blob__duplicate_of").order_by("-revision_id").first()
    if file is None:
        raise FileMissing
    return Download(resource, file.name, file.blob, published=False)


def _verified(download: Download) -> Download:
    """The download with the canonical bytes. Raises FileMissing, NotVerified."""
    uploaded, blob = download.blob, download.blob.canonical
    if blob.state != FileBlob.State.VERIFIED or not blob.key:
        raise FileMissing if download.published else NotVerified
    name = file_name(download.name, uploaded)
    return Download(download.resource, name, blob, download.published, uploaded.media_type or blob.media_type)

"""Opening a resource to read it: the published one, an older version, or a draft, each only to those who may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from resources.catalogue.viewer import ShownFile, shown_files
from resources.models import FileRemoval, PublishedVersion, Resource, ResourceFile, RevisionFile
from resources.policies import Action, may, may_version
from resources.querysets import FILE_ROWS


class Gone(Exception):
    """It was withdrawn, and the reader may know that. ``resource`` says when and why."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        super().__init__(str(resource.pk))


class DraftOnly(Exception):
    """There is nothing published to read, but the reader may open the draft."""


@dataclass
class Reading:
    """``resource``: the row, whose access rules hold for every version. ``content``: the shown version's metadata.

    ``versions``: those this reader may open. An older one also keeps the terms it was published under; ``terms`` is
    whichever of the two has the licence that decides.
    """

    resource: Resource
    content: Resource
    files: list[ShownFile]
    removals: list[FileRemoval]
    versions: list[PublishedVersion]
    version: PublishedVersion | None
    may_download: bool
    terms: Resource

    @property
    def is_latest(self) -> bool:
        return not self.versions or self.version == self.versions[0]

    @property
    def total_size(self) -> int:
        return sum(one.blob.size for one in self.files)

    @property
    def keep(self) -> dict[str, str]:
        """Parameters every link of the page carries on."""
        return {} if self.is_latest or self.version is None else {"v": str(self.version.number)}


def read(*, who: Any, resource_id: int, version: int | None = None) -> Reading:
    """The published resource, or one of its earlier versions.

    Raises Resource.DoesNotExist (also for a version that is not there for this reader), Gone for a withdrawn one, DraftOnly where
    only a draft exists.
    """
    files = Prefetch("files", queryset=ResourceFile.objects.select_related(*FILE_ROWS).order_by("sort_order"))
    resource = (
        Resource.objects.allowing(who, Action.VIEW)
        .filter(pk=resource_id)
        .select_related("school", "resource_type", "licence", "granularity", "stats", "contributor")
        .prefetch_related(
            files,
            "levels",
            "programmes",
            "audiences",
            "age_bands",
            "care_domains",
            "course_units",
            "versions",
            "removals",
        )
        .first()
    )
    if resource is None:
        raise _absence(who, resource_id)
    versions = [one for one in resource.versions.all() if may_version(who, Action.VIEW, resource, one)]
    latest = versions[0] if versions else None
    wanted = latest if version is None else next((one for one in versions if one.number == version), None)
    if version is not None and wanted is None:
        raise Resource.DoesNotExist
    removals = list(resource.removals.all())
    removed = [one.uid for one in removals]
    if removals:
        # Readers are told of files they could have had: not of a draft's, nor of a version's they may not open.
        known = RevisionFile.objects.filter(revision__in=[one.revision_id for one in versions], uid__in=removed)
        could_be_had = set(known.values_list("uid", flat=True))
        removals = [one for one in removals if one.uid in could_be_had]
    if wanted is None or wanted == latest:
        content, rows = resource, list(resource.files.all())
    else:
        content = wanted.revision.as_object()
        rows = list(RevisionFile.objects.filter(revision=wanted.revision_id).select_related(*FILE_ROWS))
    return Reading(
        resource=resource,
        content=content,
        files=shown_files(rows, removed=removed),
        removals=removals,
        versions=versions,
        version=wanted,
        may_download=may_version(who, Action.DOWNLOAD, resource, wanted),
        terms=content if may(who, Action.DOWNLOAD, resource) else resource,
    )


def files_of_draft(*, who: Any, resource_id: int, revision_id: int) -> list[ShownFile]:
    """Files of any revision, for those who may see the resource's drafts. Raises Resource.DoesNotExist."""
    resource = Resource.objects.allowing(who, Action.SEE_DRAFT).filter(pk=resource_id).first()
    if resource is None:
        raise Resource.DoesNotExist
    rows = RevisionFile.objects.filter(revision_id=revision_id, revision__resource=resource).select_related(*FILE_ROWS)
    removed = FileRemoval.objects.filter(resource=resource).values_list("uid", flat=True)
    return shown_files(rows, removed=removed)


def _absence(who: Any, resource_id: int) -> Exception:
    known = Resource.objects.filter(pk=resource_id)
    if (gone := known.allowing(who, Action.SEE_TOMBSTONE).select_related("school").first()) is not None:
        return Gone(gone)
    if known.allowing(who, Action.SEE_DRAFT).exists():
        return DraftOnly()
    return Resource.DoesNotExist()

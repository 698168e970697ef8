"""A resource for its public page: the latest version or an older one, if the user may see it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch

from members.viewer import Who
from resources.catalogue.files import FilePresentation, present_files
from resources.models import FileRemoval, PublishedVersion, Resource, ResourceFile, RevisionFile
from resources.policies import Action, may, may_version
from resources.querysets import FILE_ROWS, ResourceQuerySet


class Withdrawn(Exception):
    """The user may know that the ``resource`` was withdrawn, when and why."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        super().__init__(str(resource.pk))


class DraftOnly(Exception):
    """The user may open the draft; nothing is published."""


@dataclass
class ResourceDetail:
    """A resource in the version that is shown.

    ``resource``: the row, with the access rules. ``content``: metadata of the version. ``versions``: those the user may
    open, newest first. ``terms_source``: ``resource`` or ``content``, whichever licence decides.
    """

    resource: Resource
    content: Resource
    files: list[FilePresentation]
    removals: list[FileRemoval]
    versions: list[PublishedVersion]
    version: PublishedVersion | None
    may_download: bool
    terms_source: Resource

    @property
    def is_latest(self) -> bool:
        return not self.versions or self.version == self.versions[0]

    @property
    def total_size(self) -> int:
        return sum(file.blob.size for file in self.files)

    @property
    def link_parameters(self) -> dict[str, str]:
        """Query parameters that every link of the page carries on."""
        return {} if self.is_latest or self.version is None else {"v": str(self.version.number)}


def load_resource(*, who: Who, resource_id: int, version: int | None = None) -> ResourceDetail:
    """The published resource, or its published version of that number.

    Raises Resource.DoesNotExist (also for a version the user may not open), Withdrawn, DraftOnly.
    """
    resource = _published(who).filter(pk=resource_id).first()
    if resource is None:
        raise _absence(who, resource_id)
    versions = [one for one in resource.versions.all() if may_version(who, Action.VIEW, resource, one)]
    latest = versions[0] if versions else None
    shown = latest if version is None else next((one for one in versions if one.number == version), None)
    if version is not None and shown is None:
        raise Resource.DoesNotExist
    content, rows = _content(resource, None if shown == latest else shown)
    return ResourceDetail(
        resource=resource,
        content=content,
        files=present_files(rows, removed=[removal.uid for removal in resource.removals.all()]),
        removals=_removals_to_show(resource, versions),
        versions=versions,
        version=shown,
        may_download=may_version(who, Action.DOWNLOAD, resource, shown),
        terms_source=content if may(who, Action.DOWNLOAD, resource) else resource,
    )


def files_of_draft(*, who: Who, resource_id: int, revision_id: int) -> list[FilePresentation]:
    """Files of any revision, for users who may see drafts. Raises Resource.DoesNotExist."""
    resource = Resource.objects.allowing(who, Action.SEE_DRAFT).filter(pk=resource_id).first()
    if resource is None:
        raise Resource.DoesNotExist
    rows = RevisionFile.objects.filter(revision_id=revision_id, revision__resource=resource).select_related(*FILE_ROWS)
    removed = FileRemoval.objects.filter(resource=resource).values_list("uid", flat=True)
    return present_files(rows, removed=removed)


def _published(who: Who) -> ResourceQuerySet:
    files = ResourceFile.objects.select_related(*FILE_ROWS).order_by("sort_order")
    return (
        Resource.objects.allowing(who, Action.VIEW)
        .select_related("school", "resource_type", "licence", "granularity", "stats", "contributor")
        .prefetch_related(
            Prefetch("files", queryset=files),
            "levels",
            "programmes",
            "audiences",
            "age_bands",
            "care_domains",
            "course_units",
            "versions",
            "removals",
        )
    )


def _content(
    resource: Resource, older: PublishedVersion | None
) -> tuple[Resource, list[ResourceFile] | list[RevisionFile]]:
    """Metadata and files of the resource as it is, or of its ``older`` version."""
    if older is None:
        return resource, list(resource.files.all())
    rows = RevisionFile.objects.filter(revision=older.revision_id).select_related(*FILE_ROWS)
    return older.revision.as_object(), list(rows)


def _removals_to_show(resource: Resource, versions: list[PublishedVersion]) -> list[FileRemoval]:
    """Removals of files that the user could open before."""
    removals = list(resource.removals.all())
    if not removals:
        return []
    rows = RevisionFile.objects.filter(
        revision__in=[version.revision_id for version in versions], uid__in=[removal.uid for removal in removals]
    )
    known = set(rows.values_list("uid", flat=True))
    return [removal for removal in removals if removal.uid in known]


def _absence(who: Who, resource_id: int) -> Exception:
    rows = Resource.objects.filter(pk=resource_id)
    if (withdrawn := rows.allowing(who, Action.SEE_TOMBSTONE).select_related("school").first()) is not None:
        return Withdrawn(withdrawn)
    if rows.allowing(who, Action.SEE_DRAFT).exists():
        return DraftOnly()
    return Resource.DoesNotExist()

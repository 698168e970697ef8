"""What an export can be made of: a lesson, a resource, and what apps above register.

A loader finds the subject for a user and raises SubjectMissing for what the user may not open.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from members.viewer import Who
from resources.models import FileBlob, PublishedVersion, Resource

DECK_FORMATS = ("pptx", "pdf", "zip")
FILES_ONLY = ("zip",)


class SubjectMissing(Exception):
    """There is no such subject for this user."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of a file, or a whole file if ``page`` is None. ``note``: the teacher's own."""

    resource: Resource
    version: PublishedVersion
    file_uid: uuid.UUID
    name: str
    blob: FileBlob
    page: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SubjectPart:
    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """``url``: its own page. ``formats``: what can be made of it, the first by default."""

    kind: str
    pk: int
    title: str
    url: str
    parts: tuple[SubjectPart, ...]
    formats: tuple[str, ...] = FILES_ONLY

    @property
    def entries(self) -> list[Entry]:
        return [entry for part in self.parts for entry in part.entries]


Loader = Callable[[Who, int], Subject]
_LOADERS: dict[str, Loader] = {}


def register(kind: str, loader: Loader) -> None:
    """Let exports be made of another kind of subject."""
    _LOADERS[kind] = loader


def load_subject(*, who: Who, kind: str, pk: int) -> Subject:
    """The subject as this user sees it. Raises SubjectMissing."""
    loader = _LOADERS.get(kind)
    if loader is None:
        raise SubjectMissing(kind)
    return loader(who, pk)


def entries_of(resources: Iterable[Resource]) -> dict[int, list[Entry]]:
    """Every file of the live version of each resource, by resource, in constant queries."""
    found = list(resources)
    versions = PublishedVersion.objects.filter(revision__in=[one.live_revision_id for one in found])
    by_resource = {
        version.resource_id: version
        for version in versions.select_related("revision").prefetch_related("revision__files__blob__duplicate_of")
    }
    return {
        resource.pk: _files_of(resource, by_resource[resource.pk]) for resource in found if resource.pk in by_resource
    }


def _files_of(resource: Resource, version: PublishedVersion) -> list[Entry]:
    return [Entry(resource, version, row.uid, row.name, row.blob) for row in version.revision.files.all()]

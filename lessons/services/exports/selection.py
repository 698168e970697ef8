"""What of a subject goes into the file and what stays out.

Decided before the export and again when it is made.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from lessons.services.exports.subjects import Entry, Subject
from members.viewer import Who
from resources.catalogue.licence_terms import Together, together
from resources.models import FileBlob, FilePage, FilePreview, FileRemoval, Licence
from resources.policies import Action, as_viewer, may_export, may_version

MAX_PAGES = 500
"""Pages of one deck."""


class Why(StrEnum):
    """Why an entry stays out."""

    VIEW_ONLY = "view_only"  # the licence allows looking only
    NOT_FOR_YOU = "not_for_you"  # the licence allows it to others
    GONE = "gone"  # withdrawn, restricted, or its file removed
    NO_PAGES = "no_pages"  # nothing that fits on a slide
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """``title``: empty for a resource that the user may no longer see."""

    why: Why
    title: str
    school: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """An entry that goes in, with its pages: none in an archive of files."""

    entry: Entry
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ChosenPart:
    name: str
    chosen: tuple[Chosen, ...]


@dataclass
class Selection:
    subject: Subject
    parts: tuple[ChosenPart, ...]
    left_out: tuple[LeftOut, ...]

    @cached_property
    def chosen(self) -> list[Chosen]:
        return [chosen for part in self.parts for chosen in part.chosen]

    @property
    def page_count(self) -> int:
        return sum(len(chosen.pages) for chosen in self.chosen)

    @cached_property
    def files(self) -> list[Entry]:
        """Every file once."""
        return list({(c.entry.version.pk, c.entry.file_uid): c.entry for c in self.chosen}.values())

    @cached_property
    def licences(self) -> dict[Licence, int]:
        """The licences with the number of pages, or files, under each; the most frequent first."""
        counts: dict[Licence, int] = {}
        for chosen in self.chosen:
            if (licence := chosen.entry.resource.licence) is not None:
                counts[licence] = counts.get(licence, 0) + (len(chosen.pages) or 1)
        return dict(sorted(counts.items(), key=lambda row: -row[1]))

    @cached_property
    def together(self) -> Together:
        return together(self.licences)

    @property
    def schools(self) -> list[str]:
        return list(dict.fromkeys(entry.resource.school.name for entry in self.files))


def select(subject: Subject, *, who: Who, as_deck: bool) -> Selection:
    """Sort the entries by what the user may take along. ``as_deck``: only what has pages."""
    viewer = as_viewer(who)
    entries = subject.entries
    removed = set(
        FileRemoval.objects.filter(resource__in={entry.resource.pk for entry in entries}).values_list("resource", "uid")
    )
    counts = _page_counts(entries) if as_deck else {}
    left_out: list[LeftOut] = []
    parts, pages = [], 0
    for part in subject.parts:
        chosen = []
        for entry in part.entries:
            wanted = _wanted_pages(entry, counts) if as_deck else ()
            why = _why_not(entry, viewer, removed)
            if why is None and as_deck and not wanted:
                why = Why.NO_PAGES
            if why is None and pages + len(wanted) > MAX_PAGES:
                why = Why.TOO_MANY
            if why is None:
                pages += len(wanted)
                chosen.append(Chosen(entry, wanted))
            else:
                left_out.append(_left_out(entry, why))
        parts.append(ChosenPart(part.name, tuple(chosen)))
    return Selection(subject, tuple(parts), tuple(left_out))


def _left_out(entry: Entry, why: Why) -> LeftOut:
    hidden = why == Why.GONE
    return LeftOut(
        why, "" if hidden else entry.resource.title, "" if hidden else entry.resource.school.name, entry.page
    )


def _why_not(entry: Entry, viewer: Who, removed: set[tuple[int, uuid.UUID]]) -> Why | None:
    blob = entry.blob.canonical
    if (entry.resource.pk, entry.file_uid) in removed or blob.state != FileBlob.State.VERIFIED or blob.is_held_back:
        return Why.GONE
    if not may_version(viewer, Action.VIEW, entry.resource, entry.version):
        return Why.GONE
    if may_export(viewer, entry.resource, entry.version):
        return None
    licence = entry.resource.licence
    return Why.VIEW_ONLY if licence is None or licence.download == Licence.Download.NOBODY else Why.NOT_FOR_YOU


def _page_counts(entries: list[Entry]) -> dict[int, int]:
    blobs = {entry.blob.canonical.pk for entry in entries}
    return dict(FilePreview.objects.filter(blob__in=blobs).values_list("blob_id", "page_count"))


def _wanted_pages(entry: Entry, counts: dict[int, int]) -> tuple[int, ...]:
    count = counts.get(entry.blob.canonical.pk, 0)
    if entry.page is not None:
        return (entry.page,) if entry.page <= count else ()
    return tuple(range(1, count + 1))


def pages_of(selection: Selection) -> dict[tuple[int, int], FilePage]:
    """The page rows of a deck, by blob and number, in one query."""
    wanted = {(c.entry.blob.canonical.pk, number) for c in selection.chosen for number in c.pages}
    rows = FilePage.objects.filter(
        blob__in={blob for blob, _number in wanted}, number__in={number for _blob, number in wanted}
    ).defer("boxes")
    return {(row.blob_id, row.number): row for row in rows if (row.blob_id, row.number) in wanted}

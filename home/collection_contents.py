"""The contents of a collection as far as a user may see them: sections with their entries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from lessons.services.exports.subjects import Subject, SubjectMissing, SubjectPart, entries_of
from members.viewer import Who
from resources.catalogue.cards import Card, cards
from resources.models import Resource


class Entry(Protocol):
    """What is read of a CollectionEntry."""

    resource_id: int | None
    number: int | None
    note: str
    heading: str
    heading_note: str


@dataclass(frozen=True, slots=True)
class Pick:
    """An entry the user may see. ``url`` opens the page the note is about."""

    card: Card
    note: str
    number: int | None
    url: str


@dataclass
class Section:
    anchor: str
    heading: str
    heading_note: str
    picks: list[Pick] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Contents:
    """``count`` resources of ``schools`` schools."""

    sections: list[Section]
    count: int
    schools: int

    @property
    def has_headings(self) -> bool:
        return any(section.heading for section in self.sections)


def contents(entries: Iterable[Entry], *, who: Who) -> Contents:
    """Sections without the entries that ``who`` may not see, and without empty sections.

    A row with a heading starts a section; a resource that is hidden leaves it in place.
    """
    entries = list(entries)
    wanted = {entry.resource_id for entry in entries}
    rows = Resource.objects.visible_to(who).filter(pk__in=wanted).for_cards().prefetch_related("care_domains")
    visible = {row.pk: row for row in rows}
    shown = [entry for entry in entries if entry.resource_id in visible]
    card_of = dict(
        zip(map(id, shown), cards((visible[entry.resource_id], entry.number or 1) for entry in shown), strict=True)
    )
    sections = [Section("c0", "", "")]
    for entry in entries:
        if entry.heading:
            sections.append(Section(f"c{len(sections)}", entry.heading, entry.heading_note))
        if (card := card_of.get(id(entry))) is not None:
            sections[-1].picks.append(Pick(card, entry.note, entry.number, _entry_url(card, entry.number)))
    return Contents(
        sections=[section for section in sections if section.picks],
        count=len({entry.resource_id for entry in shown}),
        schools=len({visible[entry.resource_id].school_id for entry in shown}),
    )


def _entry_url(card: Card, number: int | None) -> str:
    url = card.resource.get_absolute_url()
    return f"{url}?p={number}" if number and number > 1 else url


def load_for_export(who: Who, pk: int) -> Subject:
    """The published files of every resource in a collection that this user may see."""
    from home.models import CollectionPage

    page = CollectionPage.objects.live().public().filter(pk=pk).first()
    if page is None:
        raise SubjectMissing(pk)
    wanted = list(page.entries.exclude(resource=None).values_list("resource", flat=True))
    rows = Resource.objects.visible_to(who).filter(pk__in=wanted).select_related("licence", "school", "resource_type")
    resources = sorted(rows, key=lambda row: wanted.index(row.pk))
    files = entries_of(resources)
    entries = tuple(entry for resource in resources for entry in files.get(resource.pk, []))
    return Subject("collection", pk, page.title, page.url or "/", (SubjectPart("", entries),))

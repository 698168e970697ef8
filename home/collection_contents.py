"""Collections as a reader may see them: what is hidden, withdrawn or not yet open is simply not there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from home.models import CollectionEntry, CollectionPage
from resources.catalogue.cards import Card, cards
from resources.models import Resource


@dataclass(frozen=True, slots=True)
class Cover:
    page: CollectionPage
    count: int


def covers(pages: Iterable[CollectionPage], *, who: Any) -> list[Cover]:
    """Collections with the number of their resources that ``who`` may see: two queries."""
    shown = list(pages)
    visible = Resource.objects.visible_to(who).order_by().values("pk")
    rows = CollectionEntry.objects.filter(page__in=shown, resource__in=visible).order_by().values_list("page")
    counts = dict(rows.annotate(n=Count("resource", distinct=True)))
    return [Cover(page, counts.get(page.pk, 0)) for page in shown]


@dataclass(frozen=True, slots=True)
class Pick:
    """An entry. ``url`` opens the page the note is about."""

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
    sections: list[Section]
    count: int
    schools: int

    @property
    def has_headings(self) -> bool:
        return any(section.heading for section in self.sections)


def contents(page: CollectionPage, *, who: Any) -> Contents:
    """The sections with their entries. A heading outlives a hidden entry that carries it; empty sections go."""
    entries = list(page.entries.all())
    wanted = {entry.resource_id for entry in entries}
    visible = {one.pk: one for one in Resource.objects.visible_to(who).filter(pk__in=wanted).for_cards()}
    shown = [entry for entry in entries if entry.resource_id in visible]
    made = cards((visible[entry.resource_id], entry.number or 1) for entry in shown)
    by_entry = dict(zip(map(id, shown), made, strict=True))
    sections = [Section("c0", "", "")]
    for entry in entries:
        if entry.heading:
            sections.append(Section(f"c{len(sections)}", entry.heading, entry.heading_note))
        if (card := by_entry.get(id(entry))) is not None:
            sections[-1].picks.append(Pick(card, entry.note, entry.number, _entry_url(card, entry.number)))
    return Contents(
        sections=[section for section in sections if section.picks],
        count=len({entry.resource_id for entry in shown}),
        schools=len({visible[entry.resource_id].school_id for entry in shown}),
    )


def _entry_url(card: Card, number: int | None) -> str:
    url = card.resource.get_absolute_url()
    return f"{url}?p={number}" if number and number > 1 else url

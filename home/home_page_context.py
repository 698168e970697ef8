"""Reads the contents of the home page that the user may see, in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from members.viewer import Who
from resources.catalogue import statistics
from resources.catalogue.cards import cards, main_file
from resources.catalogue.document_search import search_literally
from resources.catalogue.files import FilePresentation, present_files
from resources.catalogue.highlight_boxes import Rectangle, highlight_boxes
from resources.delivery.page_image_urls import STAGE, page_image_url
from resources.models import FilePage, Resource

NEWEST = 6
COURSES = 8


class EditorsChoice(Protocol):
    """What is read of a HomePage."""

    specimen_id: int | None
    specimen_page: int
    specimen_words: str


@dataclass(frozen=True, slots=True)
class Showcase:
    """A page of a resource beside the search box, with the words that find it marked."""

    resource: Resource
    number: int
    words: str
    image_url: str
    url: str
    marks: list[Rectangle]
    view_height: float


def home_context(choice: EditorsChoice, *, who: Who) -> dict[str, Any]:
    newest = Resource.objects.visible_to(who).newest_first().for_cards()[:NEWEST]
    return {
        "showcase": showcase(choice, who=who),
        "domains": statistics.count_by_domain(who),
        "ages": statistics.count_by_age(who),
        "newest": cards(newest),
        "courses": statistics.count_by_course(who)[:COURSES],
        "schools": statistics.count_by_school(who),
        "totals": statistics.totals(who),
    }


def showcase(choice: EditorsChoice, *, who: Who) -> Showcase | None:
    """The page the editors chose, if the user may see it; else the cover of the most used resource."""
    visible = Resource.objects.visible_to(who).for_cards()
    chosen = visible.filter(pk=choice.specimen_id).first() if choice.specimen_id else None
    resource = chosen or visible.filter(files__blob__preview__page_count__gt=0).most_viewed_first().first()
    file = main_file(present_files(resource.files.all())) if resource else None
    if resource is None or file is None:
        return None
    if chosen is None:
        return _showcase(resource, file, number=1, words="")
    return _showcase(resource, file, number=choice.specimen_page, words=choice.specimen_words)


def _showcase(resource: Resource, file: FilePresentation, *, number: int, words: str) -> Showcase | None:
    """None if the page has no image."""
    page = FilePage.objects.filter(blob=file.blob, number=number).first()
    if page is None or not page.widths:
        return None
    width = next((one for one in sorted(page.widths) if one >= STAGE), max(page.widths))
    ratio = page.height / page.width if page.width else 0.5625
    spans = search_literally(text=words, blob_ids=[]).spans if words else None
    query = urlencode({"q": words, "p": number} if words else {"p": number})
    return Showcase(
        resource=resource,
        number=number,
        words=words,
        image_url=page_image_url(file.blob, number, width),
        url=f"{resource.get_absolute_url()}?{query}",
        marks=highlight_boxes(page.boxes, spans, ratio=ratio) if spans else [],
        view_height=round(1000 * ratio, 1),
    )

"""What the home page shows: counts and lists of what the user may see, in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from home.collection_contents import covers
from members.viewer import Who
from resources.catalogue import statistics
from resources.catalogue.cards import cards, main_file
from resources.catalogue.document_search import search_literally
from resources.catalogue.files import present_files
from resources.catalogue.highlight_boxes import Rectangle, highlight_boxes
from resources.delivery.page_image_urls import STAGE, page_image_url
from resources.models import FilePage, Resource

if TYPE_CHECKING:
    from home.models import HomePage

NEWEST = 6
COURSES = 8


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


def home_context(page: HomePage, *, who: Who) -> dict[str, Any]:
    featured = [row.collection for row in page.featured.select_related("collection", "collection__domain")]
    newest = Resource.objects.visible_to(who).newest_first().for_cards()[:NEWEST]
    return {
        "tries": page.tries.split(),
        "showcase": showcase(page, who=who),
        "domains": statistics.count_by_domain(who),
        "ages": statistics.count_by_age(who),
        "covers": covers([one for one in featured if one.live], who=who),
        "newest": cards(newest),
        "courses": statistics.count_by_course(who)[:COURSES],
        "schools": statistics.count_by_school(who),
        "totals": statistics.totals(who),
    }


def showcase(page: HomePage, *, who: Who) -> Showcase | None:
    """The page the editors chose; if they chose none that the user may see, the cover of the most used resource."""
    visible = Resource.objects.visible_to(who).for_cards()
    resource = visible.filter(pk=page.specimen_id).first() if page.specimen_id else None
    number, words = (page.specimen_page, page.specimen_words) if resource else (1, "")
    if resource is None:
        resource = visible.filter(files__blob__preview__page_count__gt=0).most_used_first().first()
    file = main_file(present_files(resource.files.all())) if resource else None
    if resource is None or file is None:
        return None
    row = FilePage.objects.filter(blob=file.blob, number=number).first()
    if row is None or not row.widths:
        return None
    width = next((one for one in sorted(row.widths) if one >= STAGE), max(row.widths))
    ratio = row.height / row.width if row.width else 0.5625
    spans = search_literally(text=words, blob_ids=[]).spans if words else None
    query = urlencode({"q": words, "p": number} if words else {"p": number})
    return Showcase(
        resource=resource,
        number=number,
        words=words,
        image_url=page_image_url(file.blob, number, width),
        url=f"{resource.get_absolute_url()}?{query}",
        marks=highlight_boxes(row.boxes, spans, ratio=ratio) if spans else [],
        view_height=round(1000 * ratio, 1),
    )

"""What the home page shows a reader: counts and lists of what this reader may see, in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from home.collection_contents import covers
from resources.catalogue import statistics
from resources.catalogue.cards import cards, main_file
from resources.catalogue.document_search import find_literally
from resources.catalogue.highlight_boxes import Rectangle, rectangles
from resources.catalogue.viewer import STAGE, shown_files
from resources.delivery.page_image_urls import picture_url
from resources.models import FilePage, Resource

if TYPE_CHECKING:
    from home.models import HomePage

NEWEST = 6
COURSES = 8


@dataclass(frozen=True, slots=True)
class Specimen:
    """A page of a resource beside the search box, with the words that find it marked."""

    resource: Resource
    number: int
    words: str
    picture: str
    address: str
    marks: list[Rectangle]
    view_height: float


def opening(*, page: HomePage, who: Any) -> dict[str, Any]:
    featured = [row.collection for row in page.featured.select_related("collection", "collection__domain")]
    newest = Resource.objects.visible_to(who).newest_first().for_cards()[:NEWEST]
    return {
        "tries": page.tries.split(),
        "specimen": specimen(page=page, who=who),
        "domains": statistics.by_domain(who),
        "ages": statistics.by_age(who),
        "covers": covers([one for one in featured if one.live], who=who),
        "newest": cards(newest),
        "courses": statistics.by_course(who)[:COURSES],
        "schools": statistics.by_school(who),
        "totals": statistics.totals(who),
    }


def specimen(*, page: HomePage, who: Any) -> Specimen | None:
    """The editors' choice; without one (or where this reader may not see it) the cover of the most used resource."""
    visible = Resource.objects.visible_to(who).for_cards()
    resource = visible.filter(pk=page.specimen_id).first() if page.specimen_id else None
    number, words = (page.specimen_page, page.specimen_words) if resource else (1, "")
    if resource is None:
        resource = visible.filter(files__blob__preview__page_count__gt=0).order_by("-stats__views", "-pk").first()
    file = main_file(shown_files(resource.files.all())) if resource else None
    if resource is None or file is None:
        return None
    row = FilePage.objects.filter(blob=file.blob, number=number).first()
    if row is None or not row.widths:
        return None
    width = next((one for one in sorted(row.widths) if one >= STAGE), max(row.widths))
    ratio = row.height / row.width if row.width else 0.5625
    spans = find_literally(text=words, blob_ids=[]).spans if words else None
    query = urlencode({"q": words, "p": number} if words else {"p": number})
    return Specimen(
        resource=resource,
        number=number,
        words=words,
        picture=picture_url(file.blob, number, width),
        address=f"{resource.get_absolute_url()}?{query}",
        marks=rectangles(row.boxes, spans, ratio=ratio) if spans else [],
        view_height=round(1000 * ratio, 1),
    )

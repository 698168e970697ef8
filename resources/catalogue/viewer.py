"""The document viewer: the file, the page, the part of the thumbnail strip and the highlights.

It serves a published resource, an older version and a draft: callers pass the files and the URLs. It costs a constant
number of queries for any number of pages, because the strip is loaded in parts of ``STRIP`` pages and texts one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.text import parse_id
from members.viewer import Who
from resources.catalogue.cards import main_file
from resources.catalogue.document_search import NO_MATCHES, PageMatches, search_index, search_literally
from resources.catalogue.files import FilePresentation
from resources.catalogue.highlight_boxes import Rectangle, highlight_boxes, highlight_html
from resources.delivery.page_image_urls import STAGE, THUMBNAIL, page_image_url
from resources.models import FilePage

STRIP = 48
MAX_TEXT = 200
"""Characters of a search inside the document."""


@dataclass(frozen=True, slots=True)
class StripItem:
    number: int
    label: str
    url: str
    image_url: str
    portrait: bool
    is_hit: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class PagePresentation:
    number: int
    label: str
    image_url: str
    srcset: str
    full_size_url: str
    width: int
    height: int
    alt: str
    marks: list[Rectangle]
    view_height: float
    text: SafeString
    notes: SafeString
    has_text: bool


@dataclass
class ViewerState:
    """Made by ``build_viewer``. Properties that read the database cost one query each.

    ``link_parameters``: query parameters that every link carries on. ``resource_id``: None for a draft.
    """

    files: Sequence[FilePresentation]
    file: FilePresentation | None
    number: int
    text: str
    matches: PageMatches
    strip_all: bool
    strip_from: int
    page_url: str
    fragment_base_url: str
    link_parameters: dict[str, str]
    resource_id: int | None = None
    hits: Counter[int] = field(default_factory=Counter)

    @property
    def page_count(self) -> int:
        return self.file.page_count if self.file else 0

    @property
    def hit_count(self) -> int:
        return self.hits[self.file.blob.pk] if self.file else 0

    @cached_property
    def hit_numbers(self) -> list[int]:
        if self.file is None:
            return []
        return sorted(page.number for page in self.matches.pages if page.file == self.file.blob.pk)

    @property
    def shows_hits_only(self) -> bool:
        return bool(self.hit_count) and not self.strip_all

    @cached_property
    def page(self) -> PagePresentation | None:
        if self.file is None:
            return None
        row = FilePage.objects.filter(blob=self.file.blob, number=self.number).first()
        return _present_page(self.file, row, self.matches) if row else None

    @cached_property
    def strip(self) -> list[StripItem]:
        if self.file is None:
            return []
        hits = set(self.hit_numbers)
        return [self._strip_item(self.file, row, is_hit=row.number in hits) for row in self._strip_rows(self.file)]

    def _strip_rows(self, file: FilePresentation) -> QuerySet[FilePage]:
        rows = FilePage.objects.filter(blob=file.blob)
        if self.shows_hits_only:
            rows = rows.filter(number__in=[number for number in self.hit_numbers if number >= self.strip_from][:STRIP])
        else:
            rows = rows.filter(number__gte=self.strip_from)
        return rows.only("number", "label", "widths", "width", "height", "blob_id").order_by("number")[:STRIP]

    def _strip_item(self, file: FilePresentation, row: FilePage, *, is_hit: bool) -> StripItem:
        return StripItem(
            number=row.number,
            label=page_label(file, row.number, row.label),
            url=self.link(p=row.number),
            image_url=page_image_url(file.blob, row.number, THUMBNAIL) if THUMBNAIL in row.widths else "",
            portrait=row.height > row.width,
            is_hit=is_hit,
            is_current=row.number == self.number,
        )

    @property
    def strip_next(self) -> str:
        """URL of the next part of the strip; empty at its end."""
        if len(self.strip) < STRIP or self.strip[-1].number >= self.page_count:
            return ""
        after = self.strip[-1].number + 1
        if self.shows_hits_only and self.hit_numbers[-1] < after:
            return ""
        return self.link(strip="all" if self.strip_all else None, at=after)

    @property
    def next_at(self) -> int:
        return self.strip[-1].number + 1 if self.strip else 1

    def link(self, **changes: Any) -> str:
        """URL of this page with changed query parameters; None removes one."""
        return f"{self.page_url}?{self._query(changes)}"

    @property
    def carried(self) -> dict[str, Any]:
        """Query parameters that every link and form carries on; a form replaces its own one."""
        values: dict[str, Any] = {**self.link_parameters}
        if self.text:
            values["q"] = self.text
        if self.file is not None and len(self.files) > 1:
            values["f"] = self.file.uid
        return values

    def _query(self, changes: dict[str, Any]) -> str:
        values = self.carried | changes
        return urlencode({key: value for key, value in values.items() if value not in (None, "")})

    @property
    def fragment_url(self) -> str:
        """URL of pages and strip parts for the script, which appends ``&p=`` or ``&at=``."""
        changes = {"f": self.file.uid} if self.file else {}
        separator = "&" if "?" in self.fragment_base_url else "?"
        return f"{self.fragment_base_url}{separator}{self._query(changes)}"

    @property
    def previous(self) -> str:
        return self.link(p=self.number - 1) if self.number > 1 else ""

    @property
    def next(self) -> str:
        return self.link(p=self.number + 1) if self.number < self.page_count else ""

    @property
    def here(self) -> str:
        """URL of the shown page."""
        return self.link(p=self.number)

    @property
    def is_hit(self) -> bool:
        return self.number in self.hit_numbers

    @property
    def notches(self) -> list[float]:
        """Where the found pages lie in the file, in percent of its length."""
        return [round((number - 0.5) * self.notch_width, 2) for number in self.hit_numbers]

    @property
    def notch_width(self) -> float:
        return 100 / max(self.page_count, 1)

    @property
    def notch_here(self) -> float:
        """Where the shown page begins."""
        return (self.number - 1) * self.notch_width

    @property
    def link_all(self) -> str:
        return self.link(p=self.number, strip="all")

    @property
    def link_hits(self) -> str:
        return self.link(p=self.number)

    @property
    def tabs(self) -> list[dict[str, Any]]:
        return [
            {
                "name": file.name,
                "url": self.link(f=file.uid),
                "hits": self.hits[file.blob.pk],
                "is_current": file is self.file,
            }
            for file in self.files
        ]


def build_viewer(
    files: Sequence[FilePresentation],
    parameters: QueryDict,
    *,
    page_url: str,
    fragment_url: str,
    who: Who,
    indexed_resource: int | None = None,
    link_parameters: dict[str, str] | None = None,
    resource_id: int | None = None,
) -> ViewerState:
    """Read ``parameters``: ``f`` file, ``p`` page, ``q`` words, ``strip=all``, ``at`` start of the strip.

    ``indexed_resource``: id of the resource in the search index; None (draft, older version) searches literally.
    """
    # PostgreSQL rejects NUL in a text.
    text = " ".join(parameters.get("q", "").replace("\x00", " ").split())[:MAX_TEXT]
    matches = _match_pages(files, text, indexed_resource, who)
    hits = Counter(page.file for page in matches.pages)
    file = _choose_file(files, parameters.get("f", ""), matches)
    number = _choose_page(file, parse_id(parameters.get("p")), matches)
    strip_all = parameters.get("strip") == "all" or not (file and hits[file.blob.pk])
    strip_from = parse_id(parameters.get("at"))
    if strip_from is None:
        strip_from = (number - 1) // STRIP * STRIP + 1 if strip_all else 1
    return ViewerState(
        files=files,
        file=file,
        number=number,
        text=text,
        matches=matches,
        strip_all=strip_all,
        strip_from=strip_from,
        page_url=page_url,
        fragment_base_url=fragment_url,
        link_parameters=link_parameters or {},
        resource_id=resource_id,
        hits=hits,
    )


def _match_pages(files: Sequence[FilePresentation], text: str, indexed_resource: int | None, who: Who) -> PageMatches:
    if not text:
        return NO_MATCHES
    blobs = {file.blob.pk for file in files}
    found = search_index(resource_id=indexed_resource, text=text, who=who) if indexed_resource is not None else None
    pages = tuple(page for page in found.pages if page.file in blobs) if found else ()
    if found is None or not pages:
        # The index may not contain a resource published a moment ago.
        return search_literally(text=text, blob_ids=blobs)
    return PageMatches(pages, found.spans)


def _choose_file(files: Sequence[FilePresentation], uid: str, matches: PageMatches) -> FilePresentation | None:
    """The file asked for; else the one with the best match; else the main file."""
    for file in files:
        if str(file.uid) == uid:
            return file
    if matches.pages:
        return next(file for file in files if file.blob.pk == matches.pages[0].file)
    return main_file(files)


def _choose_page(file: FilePresentation | None, wanted: int | None, matches: PageMatches) -> int:
    """The page asked for, within the file; else the best match; else 1."""
    if file is None:
        return 1
    if wanted is None:
        wanted = next((page.number for page in matches.pages if page.file == file.blob.pk), 1)
    return min(max(wanted, 1), max(file.page_count, 1))


def page_label(file: FilePresentation, number: int, label: str) -> str:
    """The name of a sheet, or the number of any other page."""
    if file.blob.kind == "sheet" and label:
        return label
    return _("Page %(number)s") % {"number": number}


def _present_page(file: FilePresentation, row: FilePage, matches: PageMatches) -> PagePresentation:
    width, height = (row.width or 960.0, row.height or 540.0)
    ratio = height / width
    widths = sorted(row.widths)
    stage = next((width for width in widths if width >= STAGE), widths[-1] if widths else 0)
    urls = {width: page_image_url(file.blob, row.number, width) for width in widths}
    label = page_label(file, row.number, row.label)
    start = " ".join(row.text.split())[:80]
    return PagePresentation(
        number=row.number,
        label=label,
        image_url=urls.get(stage, ""),
        srcset=", ".join(f"{url} {width}w" for width, url in urls.items() if width >= STAGE),
        full_size_url=urls[widths[-1]] if widths else "",
        width=STAGE,
        height=round(STAGE * ratio),
        alt=f"{label}。{start}" if start else label,
        marks=highlight_boxes(row.boxes, matches.spans, ratio=ratio) if matches.pages and widths else [],
        view_height=round(1000 * ratio, 1),
        text=highlight_html(row.text, matches.spans(row.text)),
        notes=highlight_html(row.notes, matches.spans(row.notes)),
        has_text=bool(row.text.strip()),
    )

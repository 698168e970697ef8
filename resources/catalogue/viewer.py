"""What the viewer shows: which file, which page, which part of the strip, where the words are.

The same for a published resource, an old version and a draft: callers pass the files and the address of the
fragment view. Costs a constant number of queries, however many pages there are: the strip comes in pieces of ``STRIP``
pages, texts one page at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.text import parse_id
from resources.catalogue.document_search import Found, FoundPage, find, find_literally
from resources.catalogue.files import ShownFile as ShownFile
from resources.catalogue.files import shown_files as shown_files
from resources.catalogue.highlight_boxes import Rectangle, marked, rectangles
from resources.delivery.page_image_urls import picture_url
from resources.models import FilePage

STRIP = 48
THUMBNAIL, STAGE, FULL = 320, 960, 1600


@dataclass(frozen=True, slots=True)
class StripItem:
    number: int
    label: str
    address: str
    picture: str
    portrait: bool
    is_hit: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class ShownPage:
    """One page, ready for the template."""

    number: int
    label: str
    picture: str
    picture_set: str
    full: str
    width: int
    height: int
    alt: str
    marks: list[Rectangle]
    view_height: float
    text: SafeString
    notes: SafeString
    has_text: bool


@dataclass
class Viewing:
    """Built by ``view``; lazily computed parts cost one query each."""

    files: Sequence[ShownFile]
    file: ShownFile | None
    number: int
    text: str
    found: Found
    strip_all: bool
    strip_from: int
    page_address: str
    fragment_address: str
    keep: dict[str, str]
    hits: Counter[int] = field(default_factory=Counter)

    @property
    def page_count(self) -> int:
        return self.file.page_count if self.file else 0

    @property
    def hit_count(self) -> int:
        """Found pages of the file that is shown."""
        return self.hits[self.file.blob.pk] if self.file else 0

    @cached_property
    def hit_numbers(self) -> list[int]:
        if self.file is None:
            return []
        return sorted(page.number for page in self.found.pages if page.file == self.file.blob.pk)

    @property
    def shows_hits_only(self) -> bool:
        return bool(self.hit_count) and not self.strip_all

    @cached_property
    def page(self) -> ShownPage | None:
        if self.file is None:
            return None
        row = FilePage.objects.filter(blob=self.file.blob, number=self.number).first()
        return _shown_page(self.file, row, self.found) if row else None

    @cached_property
    def strip(self) -> list[StripItem]:
        if self.file is None:
            return []
        pages = FilePage.objects.filter(blob=self.file.blob).only(
            "number", "label", "widths", "width", "height", "blob_id"
        )
        if self.shows_hits_only:
            numbers = [number for number in self.hit_numbers if number >= self.strip_from][:STRIP]
            pages = pages.filter(number__in=numbers)
        else:
            pages = pages.filter(number__gte=self.strip_from)
        hits = set(self.hit_numbers)
        return [
            StripItem(
                number=row.number,
                label=page_label(self.file, row.number, row.label),
                address=self.link(p=row.number),
                picture=picture_url(self.file.blob, row.number, THUMBNAIL) if THUMBNAIL in row.widths else "",
                portrait=row.height > row.width,
                is_hit=row.number in hits,
                is_current=row.number == self.number,
            )
            for row in pages.order_by("number")[:STRIP]
        ]

    @property
    def strip_next(self) -> str:
        """Where the strip goes on; empty at its end."""
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
        """This page's address with other parameters; None drops one."""
        return f"{self.page_address}?{self._query(changes)}"

    def _query(self, changes: dict[str, Any]) -> str:
        values: dict[str, Any] = {**self.keep}
        if self.text:
            values["q"] = self.text
        if self.file is not None and len(self.files) > 1:
            values["f"] = self.file.uid
        values |= changes
        return urlencode({key: value for key, value in values.items() if value not in (None, "")})

    @property
    def fragment(self) -> str:
        """The address pages and pieces of the strip are fetched from: ``&p=`` or ``&at=`` is added."""
        changes = {"f": self.file.uid} if self.file else {}
        joint = "&" if "?" in self.fragment_address else "?"
        return f"{self.fragment_address}{joint}{self._query(changes)}"

    @property
    def previous(self) -> str:
        return self.link(p=self.number - 1) if self.number > 1 else ""

    @property
    def next(self) -> str:
        return self.link(p=self.number + 1) if self.number < self.page_count else ""

    @property
    def link_all(self) -> str:
        return self.link(p=self.number, strip="all")

    @property
    def link_hits(self) -> str:
        return self.link(p=self.number)

    @property
    def tabs(self) -> list[dict[str, Any]]:
        """The files as links, when there are several to look at."""
        return [
            {
                "name": one.name,
                "address": self.link(f=one.uid),
                "hits": self.hits[one.blob.pk],
                "is_current": one is self.file,
            }
            for one in self.files
        ]


def view(
    files: Sequence[ShownFile],
    parameters: QueryDict,
    *,
    page_address: str,
    fragment_address: str,
    who: Any,
    indexed_resource: int | None = None,
    keep: dict[str, str] | None = None,
) -> Viewing:
    """What ``parameters`` ask to see: ``f`` file, ``p`` page, ``q`` words, ``strip=all``, ``at`` start of the strip.

    ``indexed_resource``: ask the search index about this resource; None (drafts, old versions) looks literally.
    """
    # PostgreSQL refuses NUL in a text.
    text = " ".join(parameters.get("q", "").replace("\x00", " ").split())[:200]
    found = _found(files, text, indexed_resource, who)
    hits = Counter(page.file for page in found.pages)
    chosen = _choose(files, parameters.get("f", ""), found)
    number = parse_id(parameters.get("p"))
    if chosen is not None and number is None:
        number = next((page.number for page in found.pages if page.file == chosen.blob.pk), 1)
    last = max(chosen.page_count, 1) if chosen else 1
    number = min(max(number or 1, 1), last)
    strip_all = parameters.get("strip") == "all" or not (chosen and hits[chosen.blob.pk])
    at = parse_id(parameters.get("at"))
    if at is None:
        at = (number - 1) // STRIP * STRIP + 1 if strip_all else 1
    return Viewing(
        files=files,
        file=chosen,
        number=number,
        text=text,
        found=found,
        strip_all=strip_all,
        strip_from=at,
        page_address=page_address,
        fragment_address=fragment_address,
        keep=keep or {},
        hits=hits,
    )


def _found(files: Sequence[ShownFile], text: str, indexed_resource: int | None, who: Any) -> Found:
    if not text:
        return Found((), lambda original: [])
    blobs = {one.blob.pk for one in files}
    found = find(resource_id=indexed_resource, text=text, who=who) if indexed_resource is not None else None
    pages = tuple(page for page in found.pages if page.file in blobs) if found else ()
    if found is None or not pages:
        # Published a moment ago, the index may not know it yet.
        return find_literally(text=text, blob_ids=blobs)
    return Found(pages, found.spans)


def _choose(files: Sequence[ShownFile], uid: str, found: Found) -> ShownFile | None:
    for one in files:
        if str(one.uid) == uid:
            return one
    best: FoundPage | None = found.pages[0] if found.pages else None
    if best is not None:
        return next(one for one in files if one.blob.pk == best.file)
    return next((one for one in files if one.has_pages), files[0] if files else None)


def page_label(file: ShownFile, number: int, label: str) -> str:
    """What a page is called: a sheet by its name, everything else by its number."""
    if file.blob.kind == "sheet" and label:
        return label
    return _("Page %(number)s") % {"number": number}


def _shown_page(file: ShownFile, row: FilePage, found: Found) -> ShownPage:
    width, height = (row.width or 960.0, row.height or 540.0)
    ratio = height / width
    widths = sorted(row.widths)
    stage = next((one for one in widths if one >= STAGE), widths[-1] if widths else 0)
    pictures = {one: picture_url(file.blob, row.number, one) for one in widths}
    label = page_label(file, row.number, row.label)
    start = " ".join(row.text.split())[:80]
    return ShownPage(
        number=row.number,
        label=label,
        picture=pictures.get(stage, ""),
        picture_set=", ".join(f"{address} {one}w" for one, address in pictures.items() if one >= STAGE),
        full=pictures[widths[-1]] if widths else "",
        width=STAGE,
        height=round(STAGE * ratio),
        alt=f"{label}。{start}" if start else label,
        marks=rectangles(row.boxes, found.spans, ratio=ratio) if found.pages and widths else [],
        view_height=round(1000 * ratio, 1),
        text=marked(row.text, found.spans(row.text)),
        notes=marked(row.notes, found.spans(row.notes)),
        has_text=bool(row.text.strip()),
    )

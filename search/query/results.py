"""Turns hits into rows of the results page, read from the database through the permission filter.

So a stale index can neither show a resource the viewer may not see nor link to a page that is gone. A page of results
takes a constant number of queries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import F
from django.db.models.fields.tuple_lookups import Tuple, TupleIn
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.viewer import Who
from resources.catalogue.cards import Card, cards, main_file
from resources.catalogue.files import FilePresentation, files_of
from resources.catalogue.viewer import page_label
from resources.delivery.page_image_urls import THUMBNAIL, page_image_url
from resources.models import FilePage, Resource
from resources.processing.formats import SHEET
from search.analysis.highlight import Highlighter
from search.engines.page_weights import running_line, running_lines
from search.engines.types import Hit, PageHit
from search.facets import FACETS, Named
from search.models import IndexState
from search.query.facet_labels import by_key

DESCRIPTION = 200
"""Characters of a description that fit into two lines."""

SNIPPET = 60
"""Characters of a snippet: two lines beside a thumbnail."""


@dataclass(frozen=True, slots=True)
class MatchingPage:
    """A page that contains the words.

    ``label``: "page 12", or the name of a sheet. ``rows``: the first rows of a sheet that has no image.
    """

    file: FilePresentation
    number: int
    url: str
    image_url: str
    portrait: bool
    label: str
    snippet: SafeString
    rows: tuple[tuple[str, ...], ...] = ()


Pages = dict[tuple[int, int], FilePage]
"""Pages by blob and number."""

Terms = dict[str, list[Named]]
"""The terms a result names, by facet."""


@dataclass(frozen=True, slots=True)
class Result:
    """One row. ``more``: further pages that contain the words; 0: none, or not known.

    ``by_meaning``: it does not hold the words but means the same.

    ``rows``: the first rows of the resource's sheet, if a sheet represents it.
    """

    resource: Resource
    card: Card
    terms: Terms
    url: str
    title: SafeString
    text: SafeString
    pages: tuple[MatchingPage, ...]
    more: int
    score: float
    rows: tuple[tuple[str, ...], ...] = ()
    by_meaning: bool = False

    @property
    def lead(self) -> MatchingPage | None:
        return self.pages[0] if self.pages else None

    @property
    def others(self) -> tuple[MatchingPage, ...]:
        return self.pages[1:]

    @property
    def more_words(self) -> str:
        """这份课件里另有 5 页"""
        kind = self.resource.resource_type.label if self.resource.resource_type else _("resource")
        words = ngettext("%(n)s more page in this %(kind)s", "%(n)s more pages in this %(kind)s", self.more)
        return words % {"n": self.more, "kind": kind.lower()}


def visible_in_order(ids: Sequence[int], who: Who) -> list[Resource]:
    """The resources the viewer may find, in the order of the ids."""
    return _in_order(ids, Resource.objects.visible_to(who).filter(pk__in=ids).for_cards())


def _in_order(ids: Sequence[int], rows: Iterable[Resource]) -> list[Resource]:
    found = {row.pk: row for row in rows}
    return [found[pk] for pk in ids if pk in found]


_SHOWN_COLUMNS = ("title", "description", "school", "resource_type", "licence")
_REMEMBERED = {
    facet.vocabulary.relation: facet.name
    for facet in FACETS
    if facet.vocabulary and facet.vocabulary.relation in _SHOWN_COLUMNS
}
"""Foreign keys of a row whose targets the process remembers → the facet they are remembered under."""


def _rows(ids: Sequence[int], who: Who, state: IndexState) -> list[Resource]:
    """As visible_in_order, with the columns of a result only.

    One query: schools, types and licences are cached.
    """
    rows = _in_order(ids, Resource.objects.visible_to(who).filter(pk__in=ids).only(*_SHOWN_COLUMNS))
    remembered = by_key(state)
    for row in rows:
        for relation, facet in _REMEMBERED.items():
            # A row too new for the cache is read when it is shown.
            if (target := remembered[facet].get(getattr(row, f"{relation}_id"))) is not None:
                setattr(row, relation, target)
    return rows


_TERMS_SHOWN = {facet.name: facet.vocabulary.relation for facet in FACETS if facet.in_results and facet.vocabulary}


def terms_of(resources: Sequence[Resource], state: IndexState) -> dict[int, Terms]:
    """The terms that results name, in the vocabularies' order. One narrow query per facet."""
    found: dict[int, Terms] = {row.pk: {name: [] for name in _TERMS_SHOWN} for row in resources}
    remembered = by_key(state)
    for name, relation in _TERMS_SHOWN.items():
        through = Resource._meta.get_field(relation).remote_field.through  # type: ignore[union-attr]
        column = f"{_term_column(through)}_id"
        places = {key: place for place, key in enumerate(remembered[name])}
        pairs = through.objects.filter(resource_id__in=list(found)).values_list("resource_id", column)
        for resource_id, key in sorted(pairs, key=lambda pair: places.get(pair[1], 0)):
            if key in places:
                found[resource_id][name].append(remembered[name][key])
    return found


@cache
def _term_column(through: Any) -> str:
    """The field of a through table that points at the term."""
    return next(f.name for f in through._meta.fields if f.is_relation and f.related_model is not Resource)


def build_results(
    hits: Sequence[Hit],
    *,
    who: Who,
    text: str,
    state: IndexState,
    highlighter: Highlighter,
    count_pages: Callable[[int], int],
) -> list[Result]:
    """Rows for hits, in their order, without hits the viewer may not see (any more).

    ``count_pages``: gives the number of matching pages of a resource whose hit does not contain it.
    """
    by_id = {hit.id: hit for hit in hits}
    resources = _rows([hit.id for hit in hits], who, state)
    terms = terms_of(resources, state)
    files = files_of(row.pk for row in resources)
    wanted = [(page.file, page.number) for row in resources for page in by_id[row.pk].pages]
    sheets = {row.pk: sheet.blob.pk for row in resources if (sheet := _sheet_of(files[row.pk]))}
    pages = _read_pages([*wanted, *((blob, FIRST) for blob in sheets.values())])
    found_in = {
        row.pk: tuple(_matching_pages(row, by_id[row.pk].pages, files[row.pk], pages, text, highlighter))
        for row in resources
    }
    # A page that was found is shown instead of the cover.
    covers = [(row, 0 if found_in[row.pk] else 1) for row in resources]
    rows = []
    for resource, card in zip(resources, cards(covers, files), strict=True):
        hit, found = by_id[resource.pk], found_in[resource.pk]
        rows.append(
            Result(
                resource=resource,
                card=card,
                terms=terms[resource.pk],
                url=_with_words(resource.get_absolute_url(), text),
                title=mark_safe(highlighter.html(resource.title)),  # noqa: S308 - the highlighter escapes
                text=mark_safe(highlighter.html(resource.description[:DESCRIPTION])),  # noqa: S308 - the highlighter escapes
                pages=found,
                more=_more(hit, found, count_pages),
                rows=_sheet_rows(pages.get((sheets.get(resource.pk, 0), FIRST)), pages),
                score=hit.score,
                by_meaning=hit.by_meaning,
            )
        )
    return rows


PAGES_SHOWN = 3

FIRST = 1

NEIGHBOURS = 2
"""Pages before and after a page whose lines it is compared with."""

SHEET_ROWS, SHEET_CELLS, SHEET_CELL = 5, 4, 12
"""Rows, cells of a row and characters of a cell that are drawn where a sheet has no image."""


def _more(hit: Hit, found: Sequence[MatchingPage], count_pages: Callable[[int], int]) -> int:
    if len(hit.pages) < PAGES_SHOWN or not found:
        return 0
    total = hit.page_total if hit.page_total is not None else count_pages(hit.id)
    return max(total - len(hit.pages), 0)


def _read_pages(wanted: Sequence[tuple[int, int]]) -> Pages:
    """These pages and their neighbours, which tell what every page repeats."""
    if not wanted:
        return {}
    around = [(blob, number + step) for blob, number in wanted for step in range(-NEIGHBOURS, NEIGHBOURS + 1)]
    chosen = TupleIn(Tuple(F("blob_id"), F("number")), list(dict.fromkeys(around)))
    return {(page.blob_id, page.number): page for page in FilePage.objects.filter(chosen).defer("boxes")}


def _matching_pages(
    resource: Resource,
    hits: Sequence[PageHit],
    files: Sequence[FilePresentation],
    pages: Pages,
    text: str,
    highlighter: Highlighter,
) -> Iterable[MatchingPage]:
    by_blob = {file.blob.pk: file for file in reversed(files)}
    url = resource.get_absolute_url()
    for hit in hits:
        file, page = by_blob.get(hit.file), pages.get((hit.file, hit.number))
        if file is None or page is None:
            # The index is stale: the file was taken down or replaced since.
            continue
        several = {"f": str(file.uid)} if len(files) > 1 else {}
        yield MatchingPage(
            file=file,
            number=page.number,
            url=_with_words(url, text, **several, p=str(page.number)),
            image_url=page_image_url(file.blob, page.number, THUMBNAIL) if THUMBNAIL in page.widths else "",
            portrait=page.height > page.width,
            label=page_label(file, page.number, page.label),
            snippet=mark_safe(highlighter.snippet(_body(page, pages, highlighter), SNIPPET)),  # noqa: S308 - the highlighter escapes
            rows=_sheet_rows(page, pages) if file.blob.kind == SHEET else (),
        )


def _body(page: FilePage, pages: Pages, highlighter: Highlighter) -> str:
    """Text and notes without running heads and feet, unless the words stand only there."""
    body = f"{_own_text(page, pages)}\n{page.notes}".strip()
    return body if highlighter.spans(body) else f"{page.text}\n{page.notes}".strip()


def _own_text(page: FilePage, pages: Pages) -> str:
    """The text of a page without the lines that most pages around it repeat."""
    steps = range(-NEIGHBOURS, NEIGHBOURS + 1)
    around = [near.text for step in steps if (near := pages.get((page.blob_id, page.number + step)))]
    running = running_lines(around)
    return "\n".join(line for line in page.text.splitlines() if running_line(line) not in running)


def _sheet_of(files: Sequence[FilePresentation]) -> FilePresentation | None:
    """The workbook that represents a resource."""
    file = main_file(files)
    return file if file and file.blob.kind == SHEET else None


def _sheet_rows(page: FilePage | None, pages: Pages) -> tuple[tuple[str, ...], ...]:
    """What is drawn of a sheet that has no image."""
    if page is None or page.widths:
        return ()
    rows = [line.split("\t")[:SHEET_CELLS] for line in _own_text(page, pages).splitlines()[:SHEET_ROWS]]
    # Stored rows end with their last filled cell; drawn ones need the same columns.
    columns = max(map(len, rows), default=0)
    return tuple(tuple(cell[:SHEET_CELL] for cell in [*row, *[""] * (columns - len(row))]) for row in rows)


def _with_words(url: str, text: str, **more: str) -> str:
    pairs = {"q": text, **more} if text else more
    return f"{url}?{urlencode(pairs)}" if pairs else url

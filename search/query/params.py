"""Parse and validate the query parameters of a search. Invalid values are dropped; never raises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from common.text import parse_id
from search.analysis.clean_text import clean_text
from search.engines.types import Sort
from search.facets import BY_NAME

PAGE_SIZE = 10
LAST_PAGE = 500
"""The last page of results. Elasticsearch refuses to go deeper than 10,000 results."""

PARAMETERS = ("q", *BY_NAME, "months", "sort", "page", "literal", "meaning")
"""All that ``read_params`` reads."""
MAX_VALUES = 40
MAX_MONTHS = 36
SORTS: tuple[Sort, ...] = ("relevance", "newest", "most_used")


@dataclass(frozen=True, slots=True)
class SearchParams:
    """``months``: the age of a child the resource must concern.

    ``literal``: without synonyms. ``meaning``: also what means the same without holding the words. ``page`` starts at 1.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    months: int | None = None
    sort: Sort = "relevance"
    page: int = 1
    literal: bool = False
    meaning: bool = True

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE_SIZE

    @property
    def effective_sort(self) -> Sort:
        """Newest first where there are no words to be relevant to."""
        return "newest" if not self.text and self.sort == "relevance" else self.sort

    @property
    def asks_for_meaning(self) -> bool:
        """Not in another order than relevance, nor where only the very words are wanted."""
        return bool(self.text) and self.meaning and not self.literal and self.effective_sort == "relevance"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.filters) or self.months is not None

    @property
    def filter_count(self) -> int:
        return sum(len(values) for values in self.filters.values()) + (self.months is not None)

    def pairs(self) -> list[tuple[str, str]]:
        """As query parameters, without the page."""
        found = [("q", self.text)] if self.text else []
        found += [(name, value) for name, values in self.filters.items() for value in values]
        if self.months is not None:
            found.append(("months", str(self.months)))
        if self.sort != "relevance":
            found.append(("sort", self.sort))
        if self.literal:
            found.append(("literal", "1"))
        if not self.meaning:
            found.append(("meaning", "0"))
        return found

    def query(self, **changes: Any) -> str:
        """The query string with these changes, on the first page unless ``page`` is given."""
        page = changes.pop("page", 1)
        pairs = replace(self, **changes).pairs()
        return "?" + urlencode([*pairs, ("page", str(page))] if page > 1 else pairs)

    def without_facet(self, name: str) -> str:
        """The query string without the choices in one facet."""
        return self.query(filters={key: values for key, values in self.filters.items() if key != name})

    def dropped(self, name: str, value: str) -> SearchParams:
        """These parameters without one chosen value, on the first page."""
        left = {
            key: tuple(one for one in values if (key, one) != (name, value)) for key, values in self.filters.items()
        }
        return replace(self, filters={key: values for key, values in left.items() if values}, page=1)

    def without(self, name: str, value: str) -> str:
        """The query string without one chosen value."""
        return self.dropped(name, value).query()

    def kept(self, *names: str) -> list[tuple[str, str]]:
        """Pairs for the hidden fields of a form, without those it has inputs for."""
        return [(name, value) for name, value in self.pairs() if name not in names]


def read_params(data: QueryDict) -> SearchParams:
    """Unknown facets are ignored, unknown values find nothing, numbers out of range are dropped."""
    filters = {}
    for name in BY_NAME:
        values = dict.fromkeys(clean_text(value, limit=60) for value in data.getlist(name)[:MAX_VALUES])
        values.pop("", None)
        if values:
            filters[name] = tuple(values)
    sort = data.get("sort", "")
    return SearchParams(
        text=clean_text(data.get("q", "")),
        filters=filters,
        months=_number(data.get("months", ""), lowest=0, highest=MAX_MONTHS),
        sort=next((known for known in SORTS if known == sort), "relevance"),
        page=min(_number(data.get("page", ""), lowest=1) or 1, LAST_PAGE),
        literal=data.get("literal") == "1",
        meaning=data.get("meaning") != "0",
    )


def _number(text: str, *, lowest: int, highest: int | None = None) -> int | None:
    number = parse_id(text)
    return number if number is not None and number >= lowest and (highest is None or number <= highest) else None

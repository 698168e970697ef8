"""JSON search: the same service, tokens and limits as the page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from search.engines.types import Sort
from search.facets import BY_NAME
from search.query import service
from search.query.facet_labels import label_of
from search.query.params import PAGE_SIZE, read_params
from search.query.results import MatchingPage, Result

router = Router(tags=["search"])


class PageOut(Schema):
    """A page that contains the words. ``snippet`` is escaped HTML with ``mark`` elements."""

    file: str
    number: int
    label: str
    url: str
    picture: str
    snippet: str


class ResultOut(Schema):
    """``by_meaning``: it does not hold the words but means the same; ``total`` does not count it."""

    id: int
    title: str
    description: str
    url: str
    school: str
    type: str | None
    licence: str | None
    pages: list[PageOut]
    more_pages: int
    by_meaning: bool


class ValueOut(Schema):
    value: str
    label: str
    count: int


class SearchOut(Schema):
    """``degraded``: from titles and keywords only, without facet counts, while the search engine is away.

    ``extra``: so many of the last results only come near (some of the words, another spelling) and are not counted in
    ``total``.
    """

    total: int
    extra: int
    page: int
    page_size: int
    sort: Sort
    degraded: bool
    synonyms: list[str]
    spellings: list[str]
    facets: dict[str, list[ValueOut]]
    results: list[ResultOut]


@router.get(
    "/search",
    response=SearchOut,
    summary="Search resources",
    openapi_extra={
        "parameters": [
            {"in": "query", "name": name, "schema": {"type": "array", "items": {"type": "string"}}, "explode": True}
            for name in BY_NAME
        ]
    },
)
def search(
    request: HttpRequest,
    response: HttpResponse,
    q: str = "",
    months: str = "",
    sort: str = "relevance",
    page: str = "1",
    literal: str = "",
    meaning: str = "",
) -> dict[str, Any]:
    """``q`` words; one repeatable parameter per facet; ``months`` a child's age.

    ``literal=1`` without synonyms; ``meaning=0`` only what holds the words.
    """
    # The declared parameters are for the OpenAPI document; page and API share one parser.
    params = read_params(request.GET)
    answer = service.search(who=request.user, params=params)
    if answer.degraded:
        response[service.DEGRADED_HEADER] = "1"
    response["Cache-Control"] = "private, no-cache"
    facets = {
        name: [
            {"value": each.value, "label": label_of(name, each.value, answer.state), "count": each.count}
            for each in counts
        ]
        for name, counts in answer.facets.items()
    }
    return {
        "total": answer.total,
        "extra": answer.extra,
        "page": params.page,
        "page_size": PAGE_SIZE,
        "sort": params.effective_sort,
        "degraded": answer.degraded,
        "synonyms": list(answer.synonyms),
        "spellings": list(answer.spellings),
        "facets": facets,
        "results": [_result(request, result) for result in answer.results],
    }


def _result(request: HttpRequest, result: Result) -> dict[str, Any]:
    resource = result.resource
    return {
        "id": resource.pk,
        "title": resource.title,
        "description": resource.description,
        "url": request.build_absolute_uri(resource.get_absolute_url()),
        "school": resource.school.name,
        "type": resource.resource_type.code if resource.resource_type else None,
        "licence": resource.licence.code if resource.licence else None,
        "pages": [_page(request, page) for page in result.pages],
        "more_pages": result.more,
        "by_meaning": result.by_meaning,
    }


def _page(request: HttpRequest, page: MatchingPage) -> dict[str, Any]:
    return {
        "file": str(page.file.uid),
        "number": page.number,
        "label": page.label,
        "url": request.build_absolute_uri(page.url),
        "picture": request.build_absolute_uri(page.image_url) if page.image_url else "",
        "snippet": page.snippet,
    }

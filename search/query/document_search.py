"""Search inside one resource by the index; registered in resources.catalogue.document_search."""

from __future__ import annotations

import logging

from common.page_cache import do_not_keep
from members.viewer import Who
from resources.catalogue.document_search import PageMatch, PageMatches
from resources.models import Resource
from search.access import viewer_tokens
from search.analysis import Analyzer
from search.analysis.clean_text import clean_text
from search.analysis.highlight import Highlighter
from search.engine_provider import search_engines
from search.engines import EngineUnavailable
from search.engines.query_builder import steps_of
from search.engines.types import ParsedQuery, SearchQuery
from search.models import SearchFailure
from search.query.failures import count_failure

log = logging.getLogger(__name__)


def parsed_by(analyzer: Analyzer, text: str) -> ParsedQuery:
    """The words of the engine's strictest step, to mark them without asking an engine."""
    steps = steps_of(analyzer.query(text))
    return ParsedQuery(steps[0].terms, steps[0].synonyms) if steps else ParsedQuery()


def find_pages(*, resource_id: int, text: str, who: Who) -> PageMatches | None:
    """Pages of a resource that contain the words.

    None when the engine is away or the viewer may not see it.
    """
    asked = clean_text(text)
    if not asked or not Resource.objects.visible_to(who).filter(pk=resource_id).exists():
        return None
    try:
        engines = search_engines()
        query = SearchQuery(text=asked, access=viewer_tokens(who), size=1)
        pages = engines.engine.pages(resource_id, query)
    except EngineUnavailable as problem:
        log.info("document search without the engine: %s", problem)
        do_not_keep()
        return None
    except Exception as error:
        log.exception("document search without the engine, which failed")
        count_failure(SearchFailure.Place.DOCUMENT, error)
        do_not_keep()
        return None
    highlighter = Highlighter(parsed_by(engines.analyzer, asked), engines.analyzer)
    return PageMatches(
        pages=tuple(PageMatch(file=page.file, number=page.number, score=page.score) for page in pages),
        spans=lambda original: list(highlighter.spans(original)),
    )

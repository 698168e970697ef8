"""Prepared resources as tantivy documents."""

from __future__ import annotations

from datetime import UTC, datetime

import tantivy

from search.analysis.completion import Unit
from search.engines import EngineRejected
from search.engines.embedded.query_compiler import OLDEST
from search.engines.embedded.schema import RESOURCE_FIELDS, name
from search.engines.indexable import PreparedResource, page_key
from search.engines.query_tree import Field
from search.engines.types import EVERYTHING
from search.engines.weights import COVER

PAGE_SCALE = 1 / COVER
"""Multiplies the weights of pages: tantivy takes none below 1. Scores are divided by it again."""


def refuse_all(reasons: dict[int, str]) -> None:
    if reasons:
        raise EngineRejected(reasons)


def resource_document(prepared: PreparedResource) -> tantivy.Document:
    doc = prepared.doc
    out = tantivy.Document()
    out.add_integer("id", doc.id)
    out.add_unsigned("version", doc.version)
    out.add_unsigned("removed", 0)
    for token in (EVERYTHING, *dict.fromkeys(doc.access)):
        out.add_text("access", token)
    out.add_json("facets", {facet: list(dict.fromkeys(values)) for facet, values in doc.facets.items() if values})
    if doc.age_months is not None:
        low, high = doc.age_months
        for month in range(max(low, 0), min(high, OLDEST) + 1):
            out.add_unsigned("months", month)
    out.add_date("published", _utc(doc.published))
    out.add_float("popularity", max(doc.popularity, 0.0))
    out.add_float("prior", multiplier(prepared.prior))
    out.add_text(name(Field.TITLE_EXACT), prepared.fields[Field.TITLE_EXACT])
    for keyword in prepared.exact_keywords:
        out.add_text(name(Field.KEYWORDS_EXACT), keyword)
    for field in RESOURCE_FIELDS:
        out.add_text(name(field), prepared.fields[field])
    out.add_bytes("likeness", " ".join(prepared.likeness).encode())
    out.add_bytes("title", doc.title.encode("utf-8", "replace"))
    out.add_pre_tokenized_text("complete", _pre_tokenized(prepared.completion))
    for spelling in prepared.spellings:
        out.add_text("spellings", spelling)
    return out


def multiplier(factor: float) -> float:
    """The value that makes tantivy multiply a score by this factor of 1 or more: it multiplies by log2(2 + value)."""
    return 2**factor - 2


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _pre_tokenized(units: tuple[Unit, ...]) -> tantivy.PreTokenizedString:
    tokens = [
        tantivy.Token(token, position, 0, 0) for position, unit in enumerate(units) for token in dict.fromkeys(unit)
    ]
    return tantivy.PreTokenizedString("", tokens)


def tombstone(id: int, version: int) -> tantivy.Document:
    """A removed resource: its version, so that older writes are refused."""
    out = tantivy.Document()
    out.add_integer("id", id)
    out.add_unsigned("version", version)
    out.add_unsigned("removed", 1)
    return out


def page_documents(prepared: PreparedResource) -> list[tantivy.Document]:
    out = []
    of = page_key(prepared.doc.id, prepared.doc.version)
    for each in prepared.pages:
        document = tantivy.Document()
        document.add_integer("resource", prepared.doc.id)
        document.add_text("of", of)
        document.add_unsigned("file", each.page.file)
        document.add_unsigned("number", each.page.number)
        document.add_float("weight", multiplier(PAGE_SCALE * each.weight))
        document.add_text(name(Field.PAGE_HEADING), each.heading)
        document.add_text(name(Field.PAGE_SHOWN), each.shown)
        document.add_text(name(Field.PAGE_WORDS), each.tokens.words)
        document.add_text(name(Field.PAGE_BIGRAMS), each.tokens.bigrams)
        document.add_text(name(Field.PAGE_UNIGRAMS), each.tokens.unigrams)
        out.append(document)
    return out

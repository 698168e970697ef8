"""The mappings of the two indices as typed documents, and the entries written to them.

A page belongs to one version of its resource through ``of`` (``indexable.page_key``). Page hits are looked up for the version
in the ``resources`` index, so a resource and its pages change at the same moment, and pages need no access or facet fields.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
from elasticsearch.dsl import Document, InnerDoc, MetaField, mapped_field
from elasticsearch.dsl.field import Boolean, Date, Float, IntegerRange, Keyword, Long, Nested, Object, Text

from search.engines.indexable import PreparedResource, page_key
from search.engines.types import PassageVector


def _tokens() -> Text:
    """Words: counted, without positions."""
    return Text(analyzer="whitespace", index_options="freqs")


def _sequence() -> Text:
    """Bigrams: with positions, for phrases."""
    return Text(analyzer="whitespace", index_options="positions")


def _net() -> Text:
    """Single characters: present or not."""
    return Text(analyzer="whitespace", index_options="docs")


ANALYSIS = {
    "filter": {"forms": {"type": "pattern_capture", "preserve_original": False, "patterns": ["([^|]+)"]}},
    "analyzer": {"units": {"type": "custom", "tokenizer": "whitespace", "filter": ["forms"]}},
}
"""``units``: "a|b c|d" means a or b, then c or d: the ways to type a title (search/analysis/completion.py)."""


class TitleTokens(InnerDoc):
    exact: str = mapped_field(Keyword())
    words: str = mapped_field(_tokens())
    bigrams: str = mapped_field(_sequence())
    unigrams: str = mapped_field(_net())


class KeywordTokens(InnerDoc):
    exact: list[str] = mapped_field(Keyword(multi=True))
    words: str = mapped_field(_tokens())


class WordTokens(InnerDoc):
    words: str = mapped_field(_tokens())


class BodyTokens(InnerDoc):
    words: str = mapped_field(_tokens())
    bigrams: str = mapped_field(_sequence())
    unigrams: str = mapped_field(_net())


class PageTokens(BodyTokens):
    heading: str = mapped_field(_tokens())
    shown: str = mapped_field(_tokens())


class PassageEntry(InnerDoc):
    """What a page means. Each embedding model has a field of its own here; see ``vector_mapping``."""

    file: int = mapped_field(Long(index=False))
    number: int = mapped_field(Long(index=False))


class ResourceEntry(Document):
    """One resource or, with ``live`` false, a tombstone that refuses late writes of older versions."""

    id: int = mapped_field(Long())
    version: int = mapped_field(Long())
    live: bool = mapped_field(Boolean())
    title: Any = mapped_field(Object(TitleTokens))
    keywords: Any = mapped_field(Object(KeywordTokens))
    headings: Any = mapped_field(Object(WordTokens))
    description: Any = mapped_field(Object(WordTokens))
    all: Any = mapped_field(Object(BodyTokens))
    facets: Any = mapped_field(Object(dynamic=True))
    age_months: Any = mapped_field(IntegerRange())
    published: Any = mapped_field(Date())
    popularity: float = mapped_field(Float())
    prior: float = mapped_field(Float())
    access: list[str] = mapped_field(Keyword(multi=True))
    label: str = mapped_field(Keyword(index=False, doc_values=False))
    likeness: str = mapped_field(Keyword(index=False, doc_values=False))
    complete: str = mapped_field(Text(analyzer="units", search_analyzer="whitespace", norms=False))
    spellings: list[str] = mapped_field(Keyword(multi=True))
    meaning: Any = mapped_field(Nested(PassageEntry))

    class Meta:
        dynamic = MetaField("strict")
        dynamic_templates = MetaField([{"facets": {"path_match": "facets.*", "mapping": {"type": "keyword"}}}])
        # Texts are shown from the database. Only what suggestions and similar resources read is stored.
        source = MetaField(includes=["label", "likeness"])


class PageEntry(Document):
    """One page of one version of a resource. ``of`` is "id:version"."""

    of: str = mapped_field(Keyword())
    resource: int = mapped_field(Long())
    version: int = mapped_field(Long())
    file: int = mapped_field(Long())
    number: int = mapped_field(Long())
    weight: float = mapped_field(Float(index=False))
    page: Any = mapped_field(Object(PageTokens))

    class Meta:
        dynamic = MetaField("strict")
        source = MetaField(enabled=False)


def schema_digest() -> str:
    """A hash of both mappings and the analysis. An index with another one is built again."""
    parts = [ResourceEntry._doc_type.mapping.to_dict(), PageEntry._doc_type.mapping.to_dict(), ANALYSIS]
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


SCHEMA_DIGEST = schema_digest()


def clean(text: str) -> str:
    """Replace lone surrogates, which UTF-8 cannot encode."""
    return text.encode("utf-8", "replace").decode("utf-8")


def resource_entry(prepared: PreparedResource) -> dict[str, Any]:
    doc = prepared.doc
    entry: dict[str, Any] = {
        "id": doc.id,
        "version": doc.version,
        "live": True,
        "facets": {name: [clean(value) for value in values] for name, values in doc.facets.items() if values},
        "published": _utc(doc.published).isoformat(),
        "popularity": max(doc.popularity, 0.0),
        "prior": prepared.prior,
        "access": [clean(token) for token in doc.access],
        "label": clean(doc.title),
        "likeness": " ".join(prepared.likeness),
        "complete": " ".join("|".join(dict.fromkeys(unit)) for unit in prepared.completion),
        "spellings": [clean(spelling) for spelling in prepared.spellings],
    }
    for field, tokens in prepared.fields.items():
        group, _, name = field.value.partition(".")
        if tokens:
            entry.setdefault(group, {})[name] = tokens
    if prepared.exact_keywords:
        entry.setdefault("keywords", {})["exact"] = list(prepared.exact_keywords)
    if doc.age_months:
        entry["age_months"] = {"gte": doc.age_months[0], "lte": doc.age_months[1]}
    if doc.vectors:
        entry["meaning"] = [_passage(each, doc.model) for each in doc.vectors]
    return entry


def vector_field(model: str) -> str:
    """The field of an embedding model inside ``meaning``."""
    return f"model_{model}"


def vector_mapping(model: str, dimensions: int) -> dict[str, Any]:
    """What is added to the mapping of resources before the first vectors of a model are written."""
    vector = {
        "type": "dense_vector",
        "element_type": "byte",
        "dims": dimensions,
        "similarity": "cosine",
        "index": True,
        "index_options": {"type": "hnsw"},
    }
    return {"meaning": {"type": "nested", "properties": {vector_field(model): vector}}}


def signed_bytes(vector: bytes) -> list[int]:
    return array("b", vector).tolist()


def _passage(each: PassageVector, model: str) -> dict[str, Any]:
    return {"file": each.file, "number": each.number, vector_field(model): signed_bytes(each.vector)}


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def tombstone(id: int, version: int) -> dict[str, Any]:
    return {"id": id, "version": version, "live": False}


def page_entries(prepared: PreparedResource) -> Iterator[tuple[str, dict[str, Any]]]:
    """(document id, entry) of every page."""
    doc = prepared.doc
    of = page_key(doc.id, doc.version)
    for place, prepared_page in enumerate(prepared.pages):
        page, tokens = prepared_page.page, prepared_page.tokens
        yield (
            f"{of}:{place}",
            {
                "of": of,
                "resource": doc.id,
                "version": doc.version,
                "file": page.file,
                "number": page.number,
                "weight": prepared_page.weight,
                "page": {
                    "words": tokens.words,
                    "bigrams": tokens.bigrams,
                    "unigrams": tokens.unigrams,
                    "heading": prepared_page.heading,
                    "shown": prepared_page.shown,
                },
            },
        )


def line(value: dict[str, Any]) -> bytes:
    """One line of a bulk request."""
    return orjson.dumps(value)

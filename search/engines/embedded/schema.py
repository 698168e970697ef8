"""The two tantivy indexes of a generation: one document per resource, one per page.

They are separate because BM25 counts documents: in one index with ten pages per resource, every word of a title would look
ten times as rare.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache

import tantivy

from search.engines.query_tree import Field

RESOURCE_FIELDS = (
    Field.TITLE_WORDS,
    Field.TITLE_BIGRAMS,
    Field.TITLE_UNIGRAMS,
    Field.KEYWORDS_WORDS,
    Field.HEADINGS_WORDS,
    Field.DESCRIPTION_WORDS,
    Field.ALL_WORDS,
    Field.ALL_BIGRAMS,
    Field.ALL_UNIGRAMS,
)
PAGE_FIELDS = (
    Field.PAGE_WORDS,
    Field.PAGE_BIGRAMS,
    Field.PAGE_UNIGRAMS,
    Field.PAGE_HEADING,
    Field.PAGE_SHOWN,
)

_WITH_POSITIONS = {Field.TITLE_BIGRAMS, Field.ALL_BIGRAMS, Field.PAGE_BIGRAMS}
_WITHOUT_COUNTS = {Field.TITLE_UNIGRAMS, Field.ALL_UNIGRAMS, Field.PAGE_UNIGRAMS}

TOKENS = "tokens"
"""The tokenizer of every text field. Its input is tokens joined by spaces."""


_NAMES = {field: field.value.replace(".", "_") for field in Field}


def name(field: Field) -> str:
    """The field's name in tantivy, where a dot means a path into JSON."""
    return _NAMES[field]


def _option(field: Field) -> str:
    if field in _WITH_POSITIONS:
        return "position"
    return "basic" if field in _WITHOUT_COUNTS else "freq"


def resource_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    # Signed: deleting by term silently deletes nothing on an unsigned field (tantivy-py 0.27.0).
    builder.add_integer_field("id", indexed=True, fast=True)
    builder.add_unsigned_field("version", fast=True)
    builder.add_unsigned_field("removed", indexed=True, fast=True)
    builder.add_text_field("access", tokenizer_name="raw", index_option="basic")
    builder.add_json_field("facets", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("months", indexed=True)
    builder.add_date_field("published", fast=True)
    builder.add_float_field("popularity", fast=True)
    builder.add_float_field("prior", fast=True)
    builder.add_text_field(name(Field.TITLE_EXACT), tokenizer_name="raw", index_option="basic")
    builder.add_text_field(name(Field.KEYWORDS_EXACT), tokenizer_name="raw", index_option="basic")
    for field in RESOURCE_FIELDS:
        builder.add_text_field(name(field), tokenizer_name=TOKENS, index_option=_option(field))
    builder.add_bytes_field("title", stored=True)
    builder.add_bytes_field("likeness", stored=True)
    builder.add_text_field("complete", tokenizer_name="raw", index_option="position")
    builder.add_text_field("spellings", tokenizer_name="raw", index_option="basic")
    return builder.build()


def page_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("resource", indexed=True, fast=True)
    builder.add_text_field("of", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("file", fast=True)
    builder.add_unsigned_field("number", fast=True)
    builder.add_float_field("weight", fast=True)
    for field in PAGE_FIELDS:
        builder.add_text_field(name(field), tokenizer_name=TOKENS, index_option=_option(field))
    return builder.build()


def has_field(schema: tantivy.Schema, field: str) -> bool:
    """Whether a schema, which may be an older one than ours, has this field of floats."""
    try:
        tantivy.Query.term_query(schema, field, 1.0)
    except ValueError:
        return False
    return True


@cache
def schema_digest() -> str:
    """A hash of both schemas. An index with another one is built again."""
    # The plain description that tantivy gives when a schema is pickled.
    described = [schema.__reduce__()[1] for schema in (resource_schema(), page_schema())]
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:16]


def register(index: tantivy.Index) -> tantivy.Index:
    """Register the tokenizer: tantivy stores only its name."""
    index.register_tokenizer(TOKENS, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index

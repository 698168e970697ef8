"""Gives the documents of the index the vectors that are there; ``vector_job.py`` makes the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from search.embedding_provider import get_embedder
from search.engines.types import PassageVector as Vector
from search.engines.types import ResourceDoc
from search.indexing.passages import PASSAGES_VERSION, passages_of
from search.models import PassageVector

CHUNK = 500
"""Keys in one query."""


def vectors_fingerprint() -> str:
    """Of the vectors in an index that this process builds; empty where there are none."""
    model = get_embedder().fingerprint
    return f"{model} {PASSAGES_VERSION}" if model else ""


def with_vectors(docs: Sequence[ResourceDoc]) -> tuple[list[ResourceDoc], list[int]]:
    """The documents with the vectors that are there, and the ids of those that lack some."""
    model = get_embedder().fingerprint
    if not model:
        return list(docs), []
    passages = {doc.id: [(each, each.key(model)) for each in passages_of(doc)] for doc in docs}
    known = stored_vectors({key for own in passages.values() for _passage, key in own})
    out = []
    for doc in docs:
        own = [Vector(each.file, each.number, known[key]) for each, key in passages[doc.id] if key in known]
        out.append(replace(doc, vectors=tuple(own), model=model))
    return out, [doc.id for doc in out if len(doc.vectors) < len(passages[doc.id])]


def stored_vectors(keys: Iterable[str]) -> dict[str, bytes]:
    """Vector by key, of those that are there."""
    wanted = sorted(keys)
    found: dict[str, bytes] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = PassageVector.objects.filter(pk__in=wanted[start : start + CHUNK])
        found |= {key: bytes(vector) for key, vector in rows.values_list("key", "vector")}
    return found

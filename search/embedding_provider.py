"""The embedding model of this process, chosen by the settings, and what queries mean to it."""

from __future__ import annotations

import logging
from functools import lru_cache

from django.conf import settings

from search.analysis.fold import fold
from search.embedding import CHINESE, Embedder, EmbeddingUnavailable, open_embedder
from search.embedding.int8 import quantise
from search.engines.types import Meaning

log = logging.getLogger(__name__)

REMEMBERED = 4_000
"""Queries whose vectors a process keeps: half a kilobyte each."""


def get_embedder() -> Embedder:
    """Opens the model's description only; the model is loaded with the first text."""
    return _opened(str(settings.EMBEDDING))


@lru_cache(maxsize=2)
def _opened(setting: str) -> Embedder:
    return open_embedder(setting)


def meaning_of(text: str) -> Meaning | None:
    """What a query means; None where there is no model or the text says nothing to it."""
    embedder = get_embedder()
    if not embedder.fingerprint or not CHINESE.search(text):
        return None
    try:
        return _embedded(fold(text), embedder.fingerprint)
    except EmbeddingUnavailable as problem:
        log.warning("searched by words alone: %s", problem)
        return None


@lru_cache(maxsize=REMEMBERED)
def _embedded(text: str, model: str) -> Meaning:
    embedder = get_embedder()
    (vector,) = quantise(embedder.queries([text]))
    return Meaning(vector, model, embedder.ordinary, embedder.near)

"""Which release built an index.

When the fingerprint changes, the relay rebuilds while the old index answers.
"""

from __future__ import annotations

import hashlib

from search.analysis import Analyzer
from search.engines import Engine
from search.engines.weights import ASIDE, COVER, PRIOR
from search.facets import FACETS
from search.indexing.documents import DOCUMENT_VERSION
from search.indexing.vectors import vectors_fingerprint


def expected_fingerprint(analyzer: Analyzer) -> str:
    """Of the index that this release would build.

    Analysis, dictionary, documents, facets, stored weights and vectors change it; the engine adds its schema.
    """
    facets = sorted(facet.name for facet in FACETS)
    weights = f"{PRIOR} {COVER} {ASIDE}"
    vectors = vectors_fingerprint()
    parts = (analyzer.fingerprint, str(DOCUMENT_VERSION), weights, *facets, *([vectors] if vectors else []))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def is_outdated(engine: Engine, analyzer: Analyzer) -> bool:
    """Whether the index that answers is missing or was built by another release or with other words."""
    return engine.fingerprint() != expected_fingerprint(analyzer)

"""nDCG@10 by words alone and with the meaning: ``python -m tests.relevance.meaning FOLDER``.

The vectors of the passages are kept in the folder, because the bundled model makes them in about five minutes.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import relevance
from search.analysis.fold import fold
from search.embedding import CHINESE, Embedder, open_embedder
from search.embedding.int8 import quantise
from search.engines import Engine
from search.engines.elastic import ElasticEngine
from search.engines.embedded import EmbeddedEngine
from search.engines.types import EVERYTHING, Meaning, PassageVector, ResourceDoc, SearchQuery
from search.indexing.passages import passages_of
from tests.relevance.collect import JUDGMENTS, QUERIES
from tests.relevance.measure import Measured, table
from tests.relevance.rankers import DEPTH, shipped_analyzer

BATCH = 256


class KeptVectors:
    """Vectors by key, kept in a file of JSON lines."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._file = folder / f"vectors-{embedder.fingerprint}.jsonl"
        self._embedder = embedder
        self._known: dict[str, bytes] = {}
        if self._file.exists():
            for line in self._file.read_text().splitlines():
                key, vector = json.loads(line)
                self._known[key] = bytes.fromhex(vector)

    def give(self, docs: Sequence[ResourceDoc]) -> list[ResourceDoc]:
        """The documents with all their vectors."""
        model = self._embedder.fingerprint
        passages = [(each, each.key(model)) for doc in docs for each in passages_of(doc)]
        lacking = list({key: each for each, key in passages if key not in self._known}.items())
        with self._file.open("a") as file:
            for start in range(0, len(lacking), BATCH):
                part = lacking[start : start + BATCH]
                vectors = quantise(self._embedder.passages([each.text for _key, each in part]))
                for (key, _each), vector in zip(part, vectors, strict=True):
                    self._known[key] = vector
                    file.write(json.dumps([key, vector.hex()]) + "\n")
        return [replace(doc, vectors=tuple(self._of(doc)), model=model) for doc in docs]

    def _of(self, doc: ResourceDoc) -> Iterator[PassageVector]:
        for each in passages_of(doc):
            yield PassageVector(each.file, each.number, self._known[each.key(self._embedder.fingerprint)])


def meaning(embedder: Embedder, text: str) -> Meaning | None:
    """As the product asks."""
    if not CHINESE.search(text):
        return None
    (vector,) = quantise(embedder.queries([fold(text)]))
    return Meaning(vector, embedder.fingerprint, embedder.ordinary, embedder.near)


@contextmanager
def engines(url: str) -> Iterator[dict[str, Engine]]:
    with tempfile.TemporaryDirectory(prefix="meaning-") as folder:
        embedded = EmbeddedEngine(Path(folder) / "index", shipped_analyzer())
        found: dict[str, Engine] = {"embedded": embedded}
        elastic = (
            ElasticEngine(url, f"meaning-{uuid.uuid4().hex[:8]}", shipped_analyzer(), timeout=60.0) if url else None
        )
        if elastic:
            found["elasticsearch"] = elastic
        try:
            yield found
        finally:
            embedded.close()
            if elastic:
                elastic.drop()


def measure(folder: Path, url: str) -> Measured:
    embedder = open_embedder("bundled")
    judged = relevance.load_judgments(JUDGMENTS)
    questions = relevance.load_questions(QUERIES, judged)
    documents = relevance.load_documents(folder)
    docs = KeptVectors(folder, embedder).give(
        [relevance.of_one_page(number, each) for number, each in enumerate(documents)]
    )
    measured: Measured = {}
    with engines(url) as found:
        for name, engine in found.items():
            _fill(engine, docs)
            for how in ("words", "meaning"):
                own = measured.setdefault(f"{name}, {how}", {})
                for each in questions:
                    asked = meaning(embedder, each.text) if how == "meaning" else None
                    query = SearchQuery(each.text, access=frozenset({EVERYTHING}), size=DEPTH, meaning=asked)
                    ids = [str(documents[hit.id]["id"]) for hit in engine.search(query).hits][:DEPTH]
                    own[each.id] = relevance.score(ids, judged[each.id]).ndcg
    return measured


def _fill(engine: Any, docs: Sequence[ResourceDoc]) -> None:
    with engine.rebuild("meaning") as new:
        for start in range(0, len(docs), BATCH):
            new.add(docs[start : start + BATCH])
        new.finish()


if __name__ == "__main__":
    print(table(measure(Path(sys.argv[1]), os.environ.get("SEARCH_URL", ""))))

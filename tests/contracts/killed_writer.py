"""A process that writes to an engine until killed: ``… killed_writer KIND PLACE PREFIX``.

Writes resources 1 to 6 at growing versions from the first one given on standard input, and says each before writing it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from search.analysis import Analyzer
from search.engines import Engine
from search.engines.elastic import ElasticEngine
from search.engines.embedded import EmbeddedEngine
from tests.contracts.engines import doc


def open_engine(kind: str, place: str, prefix: str) -> Engine:
    if kind == "embedded":
        return EmbeddedEngine(Path(place), Analyzer())
    return ElasticEngine(place, prefix, Analyzer(), timeout=20.0)


def content(id: int, version: int) -> tuple[str, str, str]:
    """Title and two pages that name the version, so that a mixture of two versions shows."""
    return (f"课件{id}第{version}版", f"洗手 v{version}x{id}", f"绘本 v{version}x{id}")


def main(kind: str, place: str, prefix: str) -> None:
    engine = open_engine(kind, place, prefix)
    version = int(sys.stdin.readline())
    while True:
        for id in range(1, 7):
            print(id, version, flush=True)
            engine.index([doc(id, *content(id, version), version=version)])
            version += 1


if __name__ == "__main__":
    main(*sys.argv[1:])

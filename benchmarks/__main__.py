"""``python -m benchmarks [search indexing page load upload …] [--documents N] …``; ``--help`` names all and says more."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from benchmarks import decks, download, front, growth, indexing, large, page, peers, preview, search, upload
from benchmarks.corpus import TEXTS
from benchmarks.engines import KINDS
from benchmarks.load import run as load

RUNS: dict[str, Callable[[argparse.Namespace], None]] = {
    "search": lambda options: search.main(options.documents, options.keep),
    "indexing": lambda options: indexing.main(options.documents),
    "growth": lambda options: growth.main(options.resources, options.keep, options.engine or KINDS),
    "peers": lambda options: peers.main(options.documents, options.keep),
    "page": lambda options: page.main(options.resources),
    "load": lambda options: [load.main(options.resources, engine) for engine in options.engine or KINDS[:1]],
    "upload": lambda options: _upload(options.largest),
    "download": lambda _options: download.main(),
    "preview": lambda _options: preview.main(),
    "decks": lambda options: decks.main(options.draws, options.folder),
    "front": lambda _options: front.main(),
}


def _upload(largest: int) -> None:
    upload.main()
    large.main(largest)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*RUNS, []], help="all when none is named")
    parser.add_argument("--documents", type=int, default=TEXTS, help="texts for search, indexing and peers")
    parser.add_argument("--resources", type=int, default=100_000, help="decks of ten pages for page, load and growth")
    parser.add_argument("--texts", type=Path, help="real texts instead of generated ones; see benchmarks.corpus")
    parser.add_argument("--largest", type=int, default=large.SIZES[-1], help="megabytes of the largest file uploaded")
    parser.add_argument("--keep", type=Path, help="store the large indexes there and reuse those of an earlier run")
    parser.add_argument("--engine", choices=KINDS, action="append", help="growth and load: only this one")
    parser.add_argument("--draws", type=int, default=60, help="decks: how many decks are drawn and merged")
    parser.add_argument("--folder", type=Path, help="decks: also draw from every .pptx below this folder")
    options = parser.parse_args()
    if options.texts:
        os.environ["BENCHMARK_TEXTS"] = str(options.texts.resolve())
    for name in options.names or RUNS:
        RUNS[name](options)


if __name__ == "__main__":
    main()

"""``python -m benchmarks [search indexing growth peers page upload download] [--documents N] …``; ``--help`` says more."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks import download, growth, indexing, large, page, peers, search, upload
from benchmarks.engines import KINDS

WHAT = ("search", "indexing", "growth", "peers", "page", "upload", "download")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*WHAT, []], help="all when none is named")
    parser.add_argument("--documents", type=int, default=139_978, help="law articles (default: all)")
    parser.add_argument(
        "--resources", type=int, default=100_000, help="decks of ten pages in page and at the end of growth"
    )
    parser.add_argument("--largest", type=int, default=large.SIZES[-1], help="megabytes of the largest file uploaded")
    parser.add_argument("--keep", type=Path, help="leave the large indexes there, and take those of a run before")
    parser.add_argument("--engine", choices=KINDS, action="append", help="growth: only this one")
    options = parser.parse_args()
    for name in options.names or WHAT:
        if name == "growth":
            growth.main(options.resources, options.keep, options.engine or KINDS)
        elif name == "upload":
            upload.main()
            large.main(options.largest)
        elif name == "page":
            page.main(options.resources)
        elif name == "download":
            download.main()
        elif name == "indexing":
            indexing.main(options.documents)
        else:
            {"search": search, "peers": peers}[name].main(options.documents, options.keep)


if __name__ == "__main__":
    main()

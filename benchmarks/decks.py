"""Merge slides drawn at random from many presentations and compare every page with its original.

Sources: the demo's presentations and those of ``--folder``. Both sides are rendered by LibreOffice; no pixel may differ
by more than 64 outside a tolerance of one pixel, and notes, links and descriptions must be equal.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.lessons.merged_decks import Comparison, Originals, demo_decks, run

BATCH = 10
"""Decks that one run of LibreOffice converts."""


def main(draws: int, folder: Path | None, first: int = 0) -> None:
    with tempfile.TemporaryDirectory(prefix="decks-") as temporary:
        work = Path(temporary)
        sources = demo_decks(work) + (sorted(folder.resolve().rglob("*.pptx")) if folder else [])
        started = time.monotonic()
        originals = Originals(sources, work)
        total = Comparison()
        for start in range(first, first + draws, BATCH):
            seeds = list(range(start, min(start + BATCH, first + draws)))
            total.add(run(sources, seeds=seeds, folder=work, originals=originals))
            _tell(total, seeds[-1] + 1 - first, len(sources), time.monotonic() - started)
    for name, found in sorted(total.different.items()):
        print(f"{name}: {len(found)} times; {sorted(set(found))[:3]}")


def _tell(total: Comparison, draws: int, sources: int, seconds: float) -> None:
    different = total.slides_that_differ
    same = 100 * (1 - different / max(1, total.slides))
    print(
        f"{draws} draws from {sources} decks: {total.slides} slides, {total.fitted} of another size; "
        f"{different} differ, {same:.2f} % are the same; {seconds:.0f} s",
        flush=True,
    )

"""Clocks, percentiles and sizes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Spread:
    """Milliseconds."""

    p50: float
    p95: float

    def __str__(self) -> str:
        return f"{self.p50:.1f} / {self.p95:.1f}"


def spread(seconds: Sequence[float]) -> Spread:
    ordered = sorted(seconds)
    p95 = ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)]
    return Spread(statistics.median(ordered) * 1000, p95 * 1000)


def timed(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def side_by_side(
    ours: Sequence[Callable[[], object]], raw: Sequence[Callable[[], object]], rounds: int
) -> tuple[Spread, Spread]:
    """Time both calls of each pair in alternating order; the best round of each counts.

    The best, because other processes only ever add time.
    """
    best_ours, best_raw = [float("inf")] * len(ours), [float("inf")] * len(raw)
    for turn in range(rounds):
        for place, (one, other) in enumerate(zip(ours, raw, strict=True)):
            calls = [(one, best_ours), (other, best_raw)]
            for call, best in calls if (turn + place) % 2 else reversed(calls):
                best[place] = min(best[place], timed(call))
    return spread(best_ours), spread(best_raw)


def megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def memory_megabytes() -> float:
    """Resident memory of this process, without mapped files."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    return 0.0

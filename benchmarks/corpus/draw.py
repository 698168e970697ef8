"""Seeded draws from word lists with Zipf-like frequencies."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")


@cache
def _cumulated(size: int, exponent: float, shift: float) -> tuple[float, ...]:
    return tuple(accumulate(1 / (rank + shift) ** exponent for rank in range(1, size + 1)))


class Draw:
    """Random choices that depend only on the seed: ``random()`` alone is stable across Python versions."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def chance(self, probability: float) -> bool:
        return self._random() < probability

    def below(self, end: int) -> int:
        return int(self._random() * end)

    def one(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def ranked(self, items: Sequence[T], exponent: float = 1.0, shift: float = 2.7) -> T:
        """An item with probability about 1 / (rank + shift) ** exponent."""
        weights = _cumulated(len(items), exponent, shift)
        return items[min(bisect(weights, self._random() * weights[-1]), len(items) - 1)]

    def length(self, median: float, spread: float, largest: int) -> int:
        """A log-normal length, at least 1."""
        # The sum of twelve uniform numbers is nearly normal, and needs nothing but ``random()``.
        normal = sum(self._random() for _ in range(12)) - 6
        return max(1, min(largest, round(median * 2.718281828 ** (spread * normal))))

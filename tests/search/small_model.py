"""A model without weights: texts are near if they name the same of a few subjects."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

SUBJECTS = (("呛", "溢奶", "海姆立克"), ("洗手", "干净"), ("午睡", "睡觉"))


class SmallEmbedder:
    name = "small"
    dimensions = 8
    fingerprint = "5ma11"
    ordinary, near = 0.2, 0.6
    reason = ""

    def __init__(self) -> None:
        self.encoded = 0

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        out = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(out, texts, strict=True):
            for axis, words in enumerate(SUBJECTS):
                row[axis] = any(word in text for word in words)
            row[7] = 0.0 if row.any() else 1.0
            row /= np.linalg.norm(row)
        return out

    def passages(self, texts: Sequence[str]) -> np.ndarray:
        self.encoded += len(texts)
        return self.queries(texts)

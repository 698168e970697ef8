"""Texts as vectors: unit vectors whose product says how close two meanings are.

Must not know: Django, settings, resources, the engines. ``open_embedder`` chooses the implementation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np

BUNDLED = Path(__file__).parent / "bge-small-zh-v1.5"
"""The model that comes with the project; its LICENSE lies beside it."""


CHINESE = re.compile(r"[\u3400-\u9fff]{2}")
"""What a query must hold to be embedded.

One character, pinyin, a number or a Latin name means nothing to the model.
"""


class EmbeddingUnavailable(Exception):
    """This machine can't embed texts: switched off, no model, or the processor lacks something."""


class Embedder(Protocol):
    """``fingerprint``: changes when the same text gives another vector; empty when there are no vectors.

    ``ordinary``: the similarity of two texts that have nothing in common. ``near``: from here on two texts mean the
    same. Neither ``fingerprint`` nor ``reason`` loads the model.
    """

    @property
    def name(self) -> str: ...
    @property
    def dimensions(self) -> int: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def ordinary(self) -> float: ...
    @property
    def near(self) -> float: ...
    @property
    def reason(self) -> str:
        """Why there are no vectors, in one sentence; empty if there are."""

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors of questions, float32, one row a text. Raises EmbeddingUnavailable."""

    def passages(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors of texts that may answer, float32, one row a text. Raises EmbeddingUnavailable."""


class NoEmbedder:
    """No vectors: searches go by words alone."""

    name = "none"
    dimensions = 0
    fingerprint = ""
    ordinary = near = 1.0

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        raise EmbeddingUnavailable(self.reason)

    passages = queries


def open_embedder(setting: str) -> Embedder:
    """``setting``: ``bundled``, ``none``, or the folder of an ONNX model.

    Never raises; see ``Embedder.reason``.
    """
    from search.embedding.onnx_model import OnnxEmbedder, missing

    if setting == "none":
        return NoEmbedder("It is switched off.")
    folder = BUNDLED if setting == "bundled" else Path(setting)
    try:
        if reason := missing(folder):
            return NoEmbedder(reason)
        return OnnxEmbedder(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        return NoEmbedder(f"The model in {folder} can't be used: {error}.")

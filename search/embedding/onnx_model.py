"""An embedding model in ONNX, run on the processor by one thread.

A folder holds ``model.onnx``, ``tokenizer.json`` (of the library tokenizers) and ``embedder.json``. The model takes
``input_ids``, ``attention_mask`` and, if it wants them, ``token_type_ids``; its first output holds a vector per token.
"""

from __future__ import annotations

import hashlib
import json
import platform
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from search.embedding import EmbeddingUnavailable

if TYPE_CHECKING:
    import numpy as np

MODEL, TOKENIZER, DESCRIPTION = "model.onnx", "tokenizer.json", "embedder.json"
LIBRARIES = ("onnxruntime", "tokenizers", "numpy")
POOLINGS = ("cls", "mean")
VERSION = 1
"""Raise it when this module makes other vectors of the same model."""
BATCH = 16
"""Texts encoded at once. More of them only take more memory."""


def missing(folder: Path, *, cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """What this machine lacks to run the model, in one sentence; empty if nothing."""
    absent = [name for name in (MODEL, TOKENIZER, DESCRIPTION) if not (folder / name).is_file()]
    if absent:
        return f"The folder {folder} has no {' and no '.join(absent)}."
    libraries = [name for name in LIBRARIES if find_spec(name) is None]
    if libraries:
        return f"The Python package {' and '.join(libraries)} is not installed."
    if platform.machine() == "x86_64" and cpuinfo.is_file() and " avx2" not in cpuinfo.read_text():
        return "The processor has no AVX2."
    return ""


class OnnxEmbedder:
    """Loads the model at the first text. Threads may share it."""

    reason = ""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        described: dict[str, Any] = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        self.name = str(described["name"])
        self.dimensions = int(described["dimensions"])
        self.ordinary, self.near = float(described["ordinary"]), float(described["near"])
        self._pooling = str(described.get("pooling", "cls"))
        if self._pooling not in POOLINGS or not 0 < self.dimensions <= 4096 or not self.ordinary < self.near < 1:
            raise ValueError(f"{DESCRIPTION} names an unknown pooling or impossible numbers")
        self._max_tokens = int(described.get("max_tokens", 256))
        self._prefixes = str(described.get("query_prefix", "")), str(described.get("passage_prefix", ""))
        self.fingerprint = _fingerprint(folder)
        self._lock = threading.Lock()
        self._model: tuple[Any, Any, frozenset[str]] | None = None

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        return self._encode([self._prefixes[0] + text for text in texts])

    def passages(self, texts: Sequence[str]) -> np.ndarray:
        return self._encode([self._prefixes[1] + text for text in texts])

    def _encode(self, texts: Sequence[str]) -> np.ndarray:
        import numpy as np

        out = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        # Texts of like length together: a batch is as long as its longest text.
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            out[places] = self._vectors([texts[place] for place in places])
        return out

    def _vectors(self, texts: Sequence[str]) -> np.ndarray:
        import numpy as np

        session, tokenizer, inputs = self._loaded()
        encoded = tokenizer.encode_batch(list(texts))
        given = {
            "input_ids": np.array([each.ids for each in encoded], dtype=np.int64),
            "attention_mask": np.array([each.attention_mask for each in encoded], dtype=np.int64),
        }
        given["token_type_ids"] = np.zeros_like(given["input_ids"])
        try:
            tokens = session.run(None, {name: given[name] for name in inputs})[0]
        except Exception as error:
            raise EmbeddingUnavailable(f"The model {self.name} failed: {error}") from error
        if self._pooling == "cls":
            pooled = tokens[:, 0]
        else:
            mask = given["attention_mask"][:, :, None]
            pooled = (tokens * mask).sum(axis=1) / mask.sum(axis=1)
        lengths = np.linalg.norm(pooled, axis=1, keepdims=True)
        return np.asarray(pooled / np.maximum(lengths, 1e-9), dtype=np.float32)

    def _loaded(self) -> tuple[Any, Any, frozenset[str]]:
        with self._lock:
            if self._model is None:
                try:
                    self._model = self._load()
                except Exception as error:
                    raise EmbeddingUnavailable(f"The model {self.name} can't be loaded: {error}") from error
            return self._model

    def _load(self) -> tuple[Any, Any, frozenset[str]]:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        # One thread: searches run side by side, and requests come before the worker.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # The arena keeps the memory of the largest batch for good.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(str(self._folder / MODEL), options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER))
        tokenizer.enable_truncation(self._max_tokens)
        tokenizer.enable_padding(pad_id=tokenizer.token_to_id("[PAD]") or 0, pad_token="[PAD]")  # noqa: S106 - no password
        return session, tokenizer, frozenset(given.name for given in session.get_inputs())


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256(f"{VERSION}".encode())
    for name in (MODEL, TOKENIZER, DESCRIPTION):
        digest.update(hashlib.sha256((folder / name).read_bytes()).digest())
    return digest.hexdigest()[:16]

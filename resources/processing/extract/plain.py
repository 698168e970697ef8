"""Plain text in the encodings that Chinese schools use, split into pages of PAGE characters.

Runs in the sandbox.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from resources.processing.cleaning import is_common
from resources.processing.errors import CannotRead
from resources.processing.outcome_codes import OutcomeCode

MAX_BYTES = 40 * 1024 * 1024
PAGE = 3000
SAMPLE = 100_000

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read(path: Path) -> tuple[str, Iterator[dict[str, Any]]]:
    with path.open("rb") as file:
        raw = file.read(MAX_BYTES)
    text = decode(raw)
    return _title(text), _pages(text)


def decode(raw: bytes) -> str:
    """Decode by BOM, as UTF-8, or by the best guess. Raises CannotRead when no encoding fits."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    try:
        # Incremental: a file truncated at MAX_BYTES may end within a character.
        return codecs.getincrementaldecoder("utf-8")().decode(raw)
    except UnicodeDecodeError:
        pass
    return _decode_east_asian(raw) or _decode_by_guess(raw)


def _decode_east_asian(raw: bytes) -> str:
    """The text in the encoding that gives the most common characters, or empty when none fits."""
    best, best_share = "", 0.0
    for encoding in ("gb18030", "big5hkscs", "shift_jis", "euc_jp", "euc_kr"):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(raw)
        except UnicodeDecodeError:
            continue
        share = _share_of_common(text[:SAMPLE])
        if share > best_share:
            best, best_share = text, share
    return best if best_share > 0.6 else ""


def _decode_by_guess(raw: bytes) -> str:
    from charset_normalizer import from_bytes

    guess = from_bytes(raw[:SAMPLE]).best()
    if guess is None:
        raise CannotRead(OutcomeCode.DAMAGED)
    return raw.decode(guess.encoding, "replace")


def _share_of_common(text: str) -> float:
    """The share of common characters among those outside ASCII; it is high for the right encoding only."""
    foreign = [character for character in text if ord(character) > 127]
    if not foreign:
        return 0.0
    usual = sum(
        "\u3000" <= c <= "\u30ff" or "\uff00" <= c <= "\uff60" or c in "—…“”‘’·" or is_common(c) for c in foreign
    )
    return usual / len(foreign)


def _title(text: str) -> str:
    """The first heading of a Markdown file, or empty."""
    first = text.lstrip("\ufeff \n\r\t").split("\n", 1)[0]
    return first.lstrip("#").strip() if first.startswith("# ") else ""


def _pages(text: str) -> Iterator[dict[str, Any]]:
    lines: list[str] = []
    length = 0
    for line in text.splitlines():
        for start in range(0, max(1, len(line)), PAGE):
            piece = line[start : start + PAGE]
            if lines and length + len(piece) > PAGE:
                yield {"text": "\n".join(lines)}
                lines, length = [], 0
            lines.append(piece)
            length += len(piece)
    if lines:
        yield {"text": "\n".join(lines)}

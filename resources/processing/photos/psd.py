"""Remove EXIF, XMP and IPTC from a Photoshop file (Adobe's specification, "Image resources section")."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

METADATA_RESOURCES = frozenset({1028, 1058, 1059, 1060, 1061})
"""IPTC, EXIF (two), XMP, and the digest of the caption."""

_COLOUR_DATA = 26
"""Where the length of the colour data stands: behind the header."""


@dataclass(frozen=True, slots=True)
class Resource:
    """``start``, ``end``: the whole entry. ``value``: where its data begins."""

    number: int
    start: int
    value: int
    end: int


def metadata_blocks(content: bytes) -> list[bytes]:
    start, end = _section(content)
    return [content[found.value : found.end] for found in _resources(content, start, end) if _is_metadata(found)]


def strip(content: bytes) -> bytes:
    """The file without these resources. Layers and pixels follow the section and are copied."""
    start, end = _section(content)
    kept = b"".join(
        content[found.start : found.end] for found in _resources(content, start, end) if not _is_metadata(found)
    )
    return content[: start - 4] + struct.pack(">I", len(kept)) + kept + content[end:]


def _is_metadata(found: Resource) -> bool:
    return found.number in METADATA_RESOURCES


def _section(content: bytes) -> tuple[int, int]:
    """Where the image resources begin and end. Raises ValueError, struct.error."""
    if content[:4] != b"8BPS":
        raise ValueError("no Photoshop header")
    place = _COLOUR_DATA + 4 + struct.unpack_from(">I", content, _COLOUR_DATA)[0]
    end = place + 4 + struct.unpack_from(">I", content, place)[0]
    if end > len(content):
        raise ValueError("the image resources reach behind the end")
    return place + 4, end


def _resources(content: bytes, place: int, limit: int) -> Iterator[Resource]:
    while place < limit:
        number, name = struct.unpack_from(">HB", content, place + 4)
        size = place + 6 + _even(name + 1)
        value = size + 4
        end = value + _even(struct.unpack_from(">I", content, size)[0])
        if end > limit:
            raise ValueError("an image resource reaches behind its section")
        yield Resource(number, place, value, end)
        place = end


def _even(length: int) -> int:
    return length + length % 2

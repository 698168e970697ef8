"""Find the EXIF and XMP items of a HEIC or AVIF image.

ISO/IEC 14496-12 sections 8.11.3 (iloc) and 8.11.6 (iinf), ISO/IEC 23008-12 annex A.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

MAX_ITEMS = 4096


@dataclass(frozen=True, slots=True)
class Box:
    """``start``, ``end``: the bytes of its content."""

    kind: bytes
    start: int
    end: int


def metadata_items(content: bytes) -> list[tuple[str, int, int]]:
    """``("Exif" or "mime", start, end)`` of each stretch of metadata, as byte places in the file.

    Raises ValueError, struct.error or IndexError for an image without a readable table of its items.
    """
    meta = next((box for box in _boxes(content, 0, len(content)) if box.kind == b"meta"), None)
    if meta is None:
        raise ValueError("no box of metadata")
    inner = {box.kind: box for box in _boxes(content, meta.start + 4, meta.end)}
    if b"iinf" not in inner or b"iloc" not in inner:
        raise ValueError("no table of items")
    kinds = dict(_item_kinds(content, inner[b"iinf"]))
    idat = inner[b"idat"].start if b"idat" in inner else 0
    return [
        (kinds[item], start, end)
        for item, start, end in _extents(content, inner[b"iloc"], idat)
        if kinds.get(item) in ("Exif", "mime") and 0 <= start < end <= len(content)
    ]


def _boxes(content: bytes, start: int, end: int) -> Iterator[Box]:
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", content, start)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", content, start + 8)[0], 16
        elif size == 0:
            size = end - start
        if size < head:
            return
        yield Box(kind, start + head, min(start + size, end))
        start += size


def _item_kinds(content: bytes, iinf: Box) -> Iterator[tuple[int, str]]:
    skip = 6 if content[iinf.start] == 0 else 8
    for box in _boxes(content, iinf.start + skip, iinf.end):
        version = content[box.start]
        if box.kind == b"infe" and version >= 2:
            form = ">HH4s" if version == 2 else ">IH4s"
            item, _protection, kind = struct.unpack_from(form, content, box.start + 4)
            yield item, kind.decode("latin-1")


def _extents(content: bytes, iloc: Box, idat: int) -> Iterator[tuple[int, int, int]]:
    """Item, start and end of each extent, counted from the file (method 0) or from idat (method 1)."""
    version = content[iloc.start]
    sizes = struct.unpack_from(">H", content, iloc.start + 4)[0]
    offset_size, length_size, base_size, index_size = (sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15)
    reader = _Reader(content, iloc.start + 6)
    for _item in range(min(reader.take(4 if version == 2 else 2), MAX_ITEMS)):
        item = reader.take(4 if version == 2 else 2)
        method = reader.take(2) & 15 if version else 0
        reader.take(2)
        base = reader.take(base_size) + (idat if method == 1 else 0)
        for _extent in range(min(reader.take(2), MAX_ITEMS)):
            if version:
                reader.take(index_size)
            start = base + reader.take(offset_size)
            yield item, start, start + reader.take(length_size)


class _Reader:
    """Big-endian numbers of any size, one after another."""

    def __init__(self, content: bytes, place: int) -> None:
        self.content, self.place = content, place

    def take(self, size: int) -> int:
        if self.place + size > len(self.content):
            raise ValueError("the item table reaches behind the end")
        value = int.from_bytes(self.content[self.place : self.place + size], "big")
        self.place += size
        return value

"""Read and blank the metadata of a TIFF structure, as in EXIF (TIFF 6.0 section 2, CIPA DC-008)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

ORIENTATION, GPS_IFD, EXIF_IFD = 0x0112, 0x8825, 0x8769
PERSONAL_TAGS = frozenset({0x013B, 0x013C, 0x010E, 0x010F, 0x0110, 0x8298, 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F})
"""Artist, host computer, description, camera, model, copyright, and Windows' own title, comment, author, keywords."""
METADATA_TAGS = frozenset({700, 33723, 34377})
"""XMP, IPTC and Photoshop blocks."""
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
MAX_DIRECTORIES = 200


def minimal_exif(orientation: int) -> bytes:
    """A TIFF structure that holds the orientation alone."""
    return b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """A directory entry. ``start``, ``end``: the bytes of its value in the content."""

    tag: int
    place: int
    start: int
    end: int


class Tiff:
    """``start``: place of the byte order mark, from which offsets count. Raises ValueError."""

    def __init__(self, content: bytearray, start: int) -> None:
        self.content, self.start = content, start
        mark = bytes(content[start : start + 4])
        if mark not in (b"II*\0", b"MM\0*"):
            raise ValueError("no TIFF header")
        self.order = "<" if mark[:2] == b"II" else ">"

    @classmethod
    def find(cls, block: bytes | bytearray) -> Self | None:
        """The TIFF structure in a block of EXIF, behind whatever header the container puts before it."""
        head = bytes(block[:64])
        places = [place for mark in (b"II*\0", b"MM\0*") if (place := head.find(mark)) >= 0]
        return cls(bytearray(block), min(places)) if places else None

    def _number(self, form: str, place: int) -> int:
        return int(struct.unpack_from(self.order + form, self.content, place)[0])

    def entries(self, directory: int) -> Iterator[Entry]:
        """The entries of the directory at this offset."""
        base = self.start + directory
        for index in range(self._number("H", base)):
            place = base + 2 + 12 * index
            tag, kind, count = struct.unpack_from(self.order + "HHI", self.content, place)
            size = _SIZES.get(kind, 1) * count
            start = place + 8 if size <= 4 else self.start + self._number("I", place + 8)
            if 0 <= start <= start + size <= len(self.content):
                yield Entry(tag, place, start, start + size)

    def directories(self) -> Iterator[int]:
        """Offsets of the main directories, one for each image in the file."""
        offset, seen = self._number("I", self.start + 4), set[int]()
        while offset and offset not in seen and len(seen) < MAX_DIRECTORIES:
            seen.add(offset)
            yield offset
            offset = self._number("I", self.start + offset + 2 + 12 * self._number("H", self.start + offset))

    def orientation(self) -> int:
        """1 to 8; 0 when nothing is said."""
        for directory in self.directories():
            for entry in self.entries(directory):
                if entry.tag == ORIENTATION:
                    found = self._number("H", entry.place + 8)
                    return found if 1 <= found <= 8 else 0
        return 0

    def has_position(self) -> bool:
        """A GPS directory with a latitude in it; many cameras write an empty one."""
        return any(
            entry.tag == 2 and any(self.content[entry.start : entry.end])
            for directory in self.directories()
            for pointer in self.entries(directory)
            if pointer.tag == GPS_IFD
            for entry in self.entries(self._number("I", pointer.place + 8))
        )

    def blank(self) -> None:
        """Overwrite positions and personal values with zeros, in place. Orientation, profile and pixels stay."""
        for directory in list(self.directories()):
            for entry in list(self.entries(directory)):
                if entry.tag in (GPS_IFD, EXIF_IFD):
                    self._blank_directory(self._number("I", entry.place + 8))
                elif entry.tag in PERSONAL_TAGS | METADATA_TAGS:
                    self._zero(entry.start, entry.end)

    def _blank_directory(self, directory: int) -> None:
        for entry in list(self.entries(directory)):
            self._zero(entry.start, entry.end)

    def _zero(self, start: int, end: int) -> None:
        self.content[start:end] = bytes(end - start)

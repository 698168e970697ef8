"""Remove comments and XMP from a GIF image (GIF89a specification; XMP part 3, section 1.1.2)."""

from __future__ import annotations

from collections.abc import Iterator

KEPT_APPLICATIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")
"""Extensions for loops and the colour profile. Others are data of programs."""

_IMAGE, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_COMMENT, _APPLICATION = 0xFE, 0xFF


def metadata_blocks(content: bytes) -> list[bytes]:
    return [block for block in _blocks(content)[1] if _is_metadata(block)]


def strip(content: bytes) -> bytes:
    """The image without comments, without data of programs and without what follows its end."""
    head, blocks = _blocks(content)
    return content[:head] + b"".join(block for block in blocks if not _is_metadata(block)) + bytes((_END,))


def _blocks(content: bytes) -> tuple[int, list[bytes]]:
    """The length of header and global colour table, and the blocks behind. Raises ValueError, IndexError."""
    if content[:6] not in (b"GIF87a", b"GIF89a"):
        raise ValueError("no GIF header")
    head = 13 + _colours(content[10])
    return head, list(_pieces(content, head))


def _pieces(content: bytes, place: int) -> Iterator[bytes]:
    while (kind := content[place]) != _END:
        if kind == _IMAGE:
            end = _data_end(content, place + 11 + _colours(content[place + 9]))
        elif kind == _EXTENSION:
            end = _data_end(content, place + 2)
        else:
            raise ValueError(f"no block at byte {place}")
        yield content[place:end]
        place = end


def _colours(flags: int) -> int:
    """The bytes of a colour table."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _data_end(content: bytes, place: int) -> int:
    """Where a chain of data blocks ends. Each begins with its length; the last has none."""
    while length := content[place]:
        place += 1 + length
    return place + 1


def _is_metadata(block: bytes) -> bool:
    if block[0] != _EXTENSION:
        return False
    return block[1] == _COMMENT or (block[1] == _APPLICATION and block[3:14] not in KEPT_APPLICATIONS)

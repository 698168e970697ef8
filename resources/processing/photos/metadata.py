"""Find and remove positions and personal metadata in photos. Runs in the sandbox.

EXIF, XMP, IPTC, comments, and what phones append behind the picture.

The picture itself is never decoded and encoded again. JPEG, PNG and WebP files are copied without the segments that hold
metadata; orientation and colour profile stay. TIFF, HEIC and AVIF address their parts by byte offset, so there metadata
is overwritten in place. Formats: ITU-T T.81 annex B, PNG third edition, RFC 9649 (WebP), TIFF 6.0, ISO/IEC 23008-12,
and those named in ``gif.py`` and ``psd.py``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resources.processing.outcome_codes import OutcomeCode
from resources.processing.photos import gif, psd
from resources.processing.photos.heif import metadata_items
from resources.processing.photos.tiff import Tiff, minimal_exif

MAX_SIZE = 512 * 1024**2
"""Bytes of a photo that is read; a larger one is refused."""

EXIF_HEADER = b"Exif\0\0"
XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\0"
POSITION_WORDS = (b"exif:GPSLatitude", b"GPSLatitude=", b"<exif:GPS", b"GPSCoordinates")

_KEPT_APPS = {0xE0: (b"JFIF\0", b"JFXX\0"), 0xE2: (b"ICC_PROFILE\0",), 0xEE: (b"Adobe",)}
_ALONE = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})
"""Markers without a segment; 0x00 is no marker."""
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_METADATA = {b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"}
_WEBP_HAS_EXIF, _WEBP_HAS_XMP = 0x08, 0x04


class NotReadable(Exception):
    """The structure of the image is not what its beginning promises."""


def strip(source: str, target: str, family: str) -> dict[str, Any]:
    """Write the photo ``source`` without metadata to ``target``. Answers ``{"stripped", "position"}``.

    ``stripped`` is False when there was nothing to remove; then ``target`` is not written. ``position``: a place was
    among it. A photo that can't be cleaned answers ``{"refused"}`` with an OutcomeCode. ``family``: one of FAMILIES.
    """
    if Path(source).stat().st_size > MAX_SIZE:
        return {"refused": OutcomeCode.PHOTO_TOO_LARGE}
    content = Path(source).read_bytes()
    try:
        has_position = position_in(content, family)
        cleaned = _STRIPPERS[family](content)
    except (NotReadable, struct.error, IndexError, ValueError):
        return {"refused": OutcomeCode.PHOTO_DAMAGED}
    if cleaned == content:
        return {"stripped": False, "position": has_position}
    Path(target).write_bytes(cleaned)
    return {"stripped": True, "position": has_position}


def position_in(content: bytes, family: str) -> bool:
    """Whether the photo says where it was taken."""
    return any(_says_position(block) for block in _blocks(content, family))


def _says_position(block: bytes) -> bool:
    tiff = Tiff.find(block)
    if tiff is not None and tiff.has_position():
        return True
    return any(word in block for word in POSITION_WORDS)


def _blocks(content: bytes, family: str) -> Iterator[bytes]:
    """Every block of metadata of the photo."""
    if family == "jpeg":
        image = _read_jpeg(content)
        yield from (body for marker, body in image.segments if _is_metadata(marker, body))
        # Phones append more images, films and their positions.
        yield content[image.end :]
    elif family == "png":
        yield from (body for name, body in _png_chunks(content) if name in _PNG_METADATA)
    elif family == "webp":
        yield from (body for name, body in _webp_chunks(content) if name in (b"EXIF", b"XMP "))
    elif family == "tiff":
        yield content
    elif family in ("heif", "avif"):
        yield from (content[start:end] for _kind, start, end in metadata_items(content))
    elif family == "gif":
        yield from gif.metadata_blocks(content)
    elif family == "psd":
        yield from psd.metadata_blocks(content)


# --- JPEG


@dataclass(frozen=True, slots=True)
class _Jpeg:
    """``segments``: marker and body of each; SOS includes its image data. ``end``: where the image ends."""

    segments: list[tuple[int, bytes]]
    end: int


def _read_jpeg(content: bytes) -> _Jpeg:
    if content[:2] != b"\xff\xd8":
        raise NotReadable("no SOI marker")
    segments: list[tuple[int, bytes]] = []
    place = 2
    # Like libjpeg, skip fill bytes and bytes between segments.
    while (place := content.find(b"\xff", place)) >= 0 and place + 1 < len(content):
        marker = content[place + 1]
        if marker == 0xD9:
            return _Jpeg(segments, place + 2)
        if marker == 0xFF:
            place += 1
            continue
        if marker in _ALONE:
            place += 2
            continue
        end = place + 2 + struct.unpack_from(">H", content, place + 2)[0]
        if marker == 0xDA:
            end = _scan_end(content, end)
        segments.append((marker, content[place + 4 : end]))
        place = end
    return _Jpeg(segments, len(content))


def _scan_end(content: bytes, place: int) -> int:
    """Where the next marker after entropy-coded data stands; FF00 and restart markers belong to the data."""
    while (place := content.find(b"\xff", place)) >= 0 and place + 1 < len(content):
        if content[place + 1] == 0 or 0xD0 <= content[place + 1] <= 0xD7:
            place += 2
        else:
            return place
    return len(content)


def _is_metadata(marker: int, body: bytes) -> bool:
    if marker == 0xFE:
        return True
    if not 0xE0 <= marker <= 0xEF:
        return False
    return not body.startswith(_KEPT_APPS.get(marker, ()) or b"\0no segment starts like this")


def _strip_jpeg(content: bytes) -> bytes:
    image = _read_jpeg(content)
    removed = [body for marker, body in image.segments if _is_metadata(marker, body)]
    if not removed and image.end == len(content):
        return content
    orientation = next((found for body in removed if (found := _orientation(body))), 1)
    out = [b"\xff\xd8"]
    if orientation != 1:
        exif = EXIF_HEADER + minimal_exif(orientation)
        out.append(b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)
    for marker, body in image.segments:
        if not _is_metadata(marker, body):
            out.append(bytes((0xFF, marker)) + struct.pack(">H", _declared(marker, body)) + body)
    return b"".join(out) + b"\xff\xd9"


def _declared(marker: int, body: bytes) -> int:
    """The length field of a segment. That of SOS counts its header only (ITU-T T.81 B.2.3)."""
    return 6 + 2 * body[0] if marker == 0xDA else len(body) + 2


def _orientation(block: bytes) -> int:
    tiff = Tiff.find(block)
    return tiff.orientation() if tiff else 0


# --- PNG


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and body up to IEND. Behind it, a cropped screenshot may keep the part that was cut away."""
    if not content.startswith(_PNG):
        raise NotReadable("no PNG signature")
    place = len(_PNG)
    while place < len(content):
        length, name = struct.unpack_from(">I4s", content, place)
        if place + 12 + length > len(content):
            raise NotReadable("a chunk reaches behind the end")
        yield name, content[place + 8 : place + 8 + length]
        if name == b"IEND":
            return
        place += 12 + length


def _strip_png(content: bytes) -> bytes:
    import zlib

    out, orientation = [_PNG], 1
    chunks = list(_png_chunks(content))
    length = len(_PNG) + sum(12 + len(body) for _name, body in chunks)
    if length == len(content) and not any(name in _PNG_METADATA for name, _body in chunks):
        return content
    orientation = next((found for name, body in chunks if name == b"eXIf" and (found := _orientation(body))), 1)
    for name, body in chunks:
        if name in _PNG_METADATA:
            continue
        kept = [(name, body)]
        if name == b"IHDR" and orientation != 1:
            kept.append((b"eXIf", minimal_exif(orientation)))
        for kind, data in kept:
            out.append(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)))
    return b"".join(out)


# --- WebP


def _webp_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        raise NotReadable("no WebP header")
    place = 12
    while place + 8 <= len(content):
        name, length = struct.unpack_from("<4sI", content, place)
        yield name, content[place + 8 : place + 8 + length]
        place += 8 + length + length % 2


def _strip_webp(content: bytes) -> bytes:
    chunks = list(_webp_chunks(content))
    removed = [body for name, body in chunks if name in (b"EXIF", b"XMP ")]
    if not removed:
        return content
    orientation = next((found for body in removed if (found := _orientation(body))), 1)
    kept = [(name, body) for name, body in chunks if name not in (b"EXIF", b"XMP ")]
    if orientation != 1:
        kept.append((b"EXIF", minimal_exif(orientation)))
    out = b""
    for name, body in kept:
        if name == b"VP8X":
            flags = body[0] & ~(_WEBP_HAS_EXIF | _WEBP_HAS_XMP) | (_WEBP_HAS_EXIF if orientation != 1 else 0)
            body = bytes((flags,)) + body[1:]
        out += name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
    return b"RIFF" + struct.pack("<I", len(out) + 4) + b"WEBP" + out


# --- formats that address by offset


def _strip_tiff(content: bytes) -> bytes:
    changed = bytearray(content)
    Tiff(changed, 0).blank()
    return bytes(changed)


def _strip_heif(content: bytes) -> bytes:
    changed = bytearray(content)
    for kind, start, end in metadata_items(content):
        if kind == "Exif":
            tiff = Tiff.find(changed[start:end])
            if tiff is not None:
                tiff.blank()
                changed[start:end] = tiff.content
        else:
            changed[start:end] = b" " * (end - start)
    return bytes(changed)


_STRIPPERS = {
    "jpeg": _strip_jpeg,
    "png": _strip_png,
    "webp": _strip_webp,
    "tiff": _strip_tiff,
    "heif": _strip_heif,
    "avif": _strip_heif,
    "gif": gif.strip,
    "psd": psd.strip,
}
FAMILIES = frozenset(_STRIPPERS)

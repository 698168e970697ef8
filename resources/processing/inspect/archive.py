"""Check a ZIP before it is unpacked. Only the central directory is read, never the contents.

Limits from the measurements in docs/decisions/0010-file-checks.md: a sheet of 600 KB made libraries use 5 GB of memory.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path

from resources.processing.outcome_codes import OutcomeCode

MAX_UNPACKED = 2 * 1024**3
MAX_RATIO = 100
SMALL = 64 * 1024
"""Below this unpacked size a high ratio is harmless (an empty sheet compresses well)."""
MAX_ENTRIES = 20_000
MAX_DIRECTORY = 16 * 1024**2

UTF8_NAME = 0x800
_DRIVE = re.compile(r"^[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Listing:
    """The central directory of a ZIP.

    ``reason``: the OutcomeCode if it is refused or unreadable, or empty.
    """

    reason: str = ""
    encrypted: bool = False
    entries: tuple[tuple[str, int], ...] = ()


def read_listing(path: Path, *, hard_limit: bool) -> Listing:
    """The entries of a ZIP, or why it is refused.

    The unpacked size may not exceed MAX_UNPACKED; without ``hard_limit``, the larger of that and three times its own.
    """
    size = path.stat().st_size
    try:
        if _too_many(path, size):
            return Listing(OutcomeCode.ARCHIVE_TOO_MANY)
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error, EOFError):
        return Listing(OutcomeCode.DAMAGED)
    if len(infos) > MAX_ENTRIES:
        return Listing(OutcomeCode.ARCHIVE_TOO_MANY)
    if any(_is_unsafe(info) for info in infos):
        return Listing(OutcomeCode.ARCHIVE_UNSAFE_NAMES)
    if any(info.header_offset + info.compress_size > size for info in infos):
        return Listing(OutcomeCode.DAMAGED)
    if _is_bomb(infos, size, hard_limit=hard_limit):
        return Listing(OutcomeCode.ARCHIVE_BOMB)
    entries = tuple((readable_name(info), info.file_size) for info in infos if not info.is_dir())
    return Listing(encrypted=any(info.flag_bits & 1 for info in infos), entries=entries)


def _too_many(path: Path, size: int) -> bool:
    """Read the end record directly: ``zipfile`` would create an object for each of millions of entries."""
    with path.open("rb") as file:
        file.seek(max(0, size - 66_000))
        tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) < place + 22:
        return False
    entries, directory = struct.unpack_from("<HI", tail, place + 10)
    locator = tail.rfind(b"PK\x06\x06")
    if locator >= 0 and len(tail) >= locator + 56:
        entries, directory = struct.unpack_from("<QQ", tail, locator + 32)
        return bool(entries > MAX_ENTRIES or directory > MAX_DIRECTORY)
    # 0xffff and 0xffffffff refer to the 64-bit record; without one the file is damaged, and zipfile will say so.
    return bool(MAX_ENTRIES < entries < 0xFFFF or MAX_DIRECTORY < directory < 0xFFFFFFFF)


def _is_unsafe(info: zipfile.ZipInfo) -> bool:
    # orig_filename: zipfile truncates names at NUL and would show a harmless one.
    for name in (info.orig_filename, info.filename):
        parts = name.replace("\\", "/").split("/")
        if ".." in parts or name.startswith(("/", "\\")) or _DRIVE.match(name) or "\0" in name:
            return True
    return stat.S_ISLNK(info.external_attr >> 16)


def _is_bomb(infos: list[zipfile.ZipInfo], size: int, *, hard_limit: bool) -> bool:
    unpacked = sum(info.file_size for info in infos)
    allowed = MAX_UNPACKED if hard_limit else max(MAX_UNPACKED, 3 * size)
    if unpacked > allowed or (unpacked > SMALL and unpacked > MAX_RATIO * size):
        return True
    # Overlapping entries multiply without compressing: sorted by offset, none may reach into the next.
    ends = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < ends:
            return True
        ends = info.header_offset + 30 + len(info.orig_filename) + info.compress_size
    return False


def readable_name(info: zipfile.ZipInfo) -> str:
    """The decoded name of an entry: Chinese Windows writes GBK without declaring it."""
    name = info.filename
    if not info.flag_bits & UTF8_NAME:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            return name
        for encoding in ("utf-8", "gb18030"):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
    return name

"""Write a ZIP of original files as a stream, with a list of them and the texts of the licences.

The bytes are copied and never opened, so this runs in the worker. Python's zipfile flags names that are not ASCII as
UTF-8 (bit 11), which Windows from 8, macOS and 7-Zip read.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

STORED = frozenset(
    {
        *("pptx", "docx", "xlsx", "pdf", "zip", "rar", "7z", "epub", "h5p", "imscc", "gz"),
        *("mp4", "m4v", "mov", "webm", "avi", "wmv", "mp3", "m4a", "jpg", "jpeg", "png", "webp", "gif", "heic"),
    }
)
"""Compressed already."""
MAX_NAME = 120
"""Characters of a name: with folders Windows allows 260 in all."""
FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff]+')
RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})
MANIFEST = "manifest.csv"


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """``row``: what the list says about the file, besides its name in the archive."""

    folder: str
    name: str
    size: int
    chunks: Callable[[], Iterable[bytes]]
    row: Sequence[str]


def write_archive(
    path: Path,
    files: Sequence[ArchiveFile],
    *,
    columns: Sequence[str],
    texts: dict[str, str],
    report: Callable[[int], None],
    when: datetime,
) -> None:
    """Write the archive. Memory stays flat.

    ``columns``: headings of the list. ``texts``: more files, by name.
    """
    taken: set[str] = set()
    rows: list[Sequence[str]] = []
    with zipfile.ZipFile(path, "w", allowZip64=True) as archive:
        for number, file in enumerate(files, 1):
            name = free_name(file.folder, file.name, taken)
            with archive.open(_info(name, when, file.size), "w", force_zip64=True) as entry:
                for chunk in file.chunks():
                    entry.write(chunk)
            rows.append([name, *file.row])
            report(number)
        archive.writestr(_info(MANIFEST, when, 0), manifest(columns, rows))
        for name, text in texts.items():
            archive.writestr(_info(free_name("", name, taken), when, 0), "\ufeff" + text)


def manifest(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """CSV with a byte order mark, by which Excel reads it as UTF-8. Formulas are made text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_no_formula(value) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()


def free_name(folder: str, name: str, taken: set[str]) -> str:
    """A path that every system can unpack and that no other entry has; names are compared without case."""
    parts = [safe_name(part) for part in (folder, name) if part]
    stem, suffix = PurePosixPath(parts[-1]).stem, PurePosixPath(parts[-1]).suffix
    number = 1
    while (path := "/".join([*parts[:-1], f"{stem}{f' ({number})' if number > 1 else ''}{suffix}"])).lower() in taken:
        number += 1
    taken.add(path.lower())
    return path


def safe_name(name: str) -> str:
    """A file name that Windows and macOS accept, in composed form (NFC)."""
    name = FORBIDDEN.sub("_", unicodedata.normalize("NFC", name)).strip(" .") or "_"
    suffix = PurePosixPath(name).suffix[:12]
    stem = name[: len(name) - len(suffix)] if suffix else name
    if stem.lower() in RESERVED:
        stem = f"_{stem}"
    return stem[: MAX_NAME - len(suffix)].rstrip(" .") + suffix


def _no_formula(value: str) -> str:
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _info(name: str, when: datetime, size: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=when.timetuple()[:6])
    info.external_attr = 0o644 << 16
    info.file_size = size
    stored = PurePosixPath(name).suffix[1:].lower() in STORED
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    return info

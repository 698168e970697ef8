"""Detect the type of a file's content, whatever its name. Runs in the sandbox.

Own signatures first (where the libraries were measured to be wrong), then libmagic, then ``filetype``. A ZIP is an office
file only if its parts say so, an OLE file only if its streams do.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from resources.processing.inspect import ole

HEAD = 256 * 1024

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (0, b"{\\rtf", "rtf"),
    (0, b"MZ", "program"),
    (0, b"\x7fELF", "program"),
    (0, b"\xca\xfe\xba\xbe", "program"),
    (0, b"\xcf\xfa\xed\xfe", "program"),
    (0, b"\xce\xfa\xed\xfe", "program"),
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"GIF8", "gif"),
    (0, b"II*\0", "tiff"),
    (0, b"MM\0*", "tiff"),
    (0, b"8BPS", "psd"),
    (0, b"Rar!\x1a\x07", "rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"BZh", "bzip2"),
    (0, b"\xfd7zXZ\0", "xz"),
    (257, b"ustar", "tar"),
    (0, b"\x1aE\xdf\xa3", "matroska"),
    (0, b"FLV\x01", "flv"),
    (0, b"fLaC", "flac"),
    (0, b"OggS", "ogg"),
    (0, b"ID3", "mp3"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (0, b"\0\0\x01\xba", "mpeg"),
    (0, b"\0\0\x01\xb3", "mpeg"),
)
_RIFF = {b"WEBP": "webp", b"WAVE": "wav", b"AVI ": "avi"}
_HEIF = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}
_MARKUP = re.compile(rb"<\s*(!doctype\s+html|html|script|svg|iframe|body|head)\b", re.IGNORECASE)

_MAGIC_FAMILIES: dict[str, str] = {
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/rtf": "rtf",
    "text/rtf": "rtf",
    "image/bmp": "bmp",
    "image/x-ms-bmp": "bmp",
    "audio/mpeg": "mp3",
    "audio/aac": "aac",
    "audio/x-hx-aac-adts": "aac",
    "audio/x-wav": "wav",
    "video/mpeg": "mpeg",
    "video/mp4": "mp4",
    "video/quicktime": "mp4",
    "video/3gpp": "mp4",
    "audio/mp4": "mp4",
    "application/x-tar": "tar",
    "application/x-dosexec": "program",
    "application/x-executable": "program",
    "application/x-sharedlib": "program",
    "application/x-mach-binary": "program",
    "application/java-applet": "program",
}


def family_of(path: Path) -> str:
    """The family of the content (``formats``), or ``unknown``."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    found = _by_signature(head) or _by_library(head)
    if found == "ole":
        return ole.family_of(path)
    if found == "zip" or (found in ("", "text") and zipfile.is_zipfile(path)):
        return _zip_family(path)
    return found or "unknown"


def _by_signature(head: bytes) -> str:
    for offset, signature, family in _SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            return family
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return "heif" if brand in _HEIF else "avif" if brand in (b"avif", b"avis") else "mp4"
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return "zip"
    place = head[:1024].find(b"%PDF-")
    if place == 0 or (place > 0 and not _MARKUP.search(head[:place])):
        # PDF readers accept a late header; but a file that starts as a web page is a web page.
        return "pdf"
    return ""


def _by_library(head: bytes) -> str:
    if looks_like_text(head):
        # Before libmagic, which detects short Chinese texts as DOS programs or MPEG audio.
        return "text"
    try:
        import magic
    except ImportError:  # python-magic needs the system's libmagic
        media_type = ""
    else:
        media_type = magic.from_buffer(head, mime=True)
    if media_type in _MAGIC_FAMILIES:
        return _MAGIC_FAMILIES[media_type]
    import filetype

    guess = filetype.guess(head)
    return _MAGIC_FAMILIES.get(guess.mime, "") if guess else ""


def looks_like_text(head: bytes) -> bool:
    """Whether the bytes can be text: no control bytes, except in UTF-16 and UTF-32."""
    if not head:
        return False
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or head[:4] == b"\0\0\xfe\xff":
        return True
    control = sum(head.count(bytes([code])) for code in range(32) if code not in (9, 10, 12, 13, 27))
    return control <= len(head) // 2000


_MAIN_PART = re.compile(r'ContentType\s*=\s*["\']application/vnd\.([\w.+-]+?)\.main\+xml["\']', re.IGNORECASE)


def _zip_family(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                return _ooxml_family(archive)
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return _declared_family(archive.read("mimetype").decode("ascii", "replace").strip())
            return "epub" if "META-INF/container.xml" in names else "zip"
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return "zip"


def _ooxml_family(archive: zipfile.ZipFile) -> str:
    with archive.open("[Content_Types].xml") as part:
        raw = part.read(1024 * 1024)
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    types = raw.decode(encoding, "replace")
    for name in _MAIN_PART.findall(types):
        lowered = name.lower()
        if "presentationml" in lowered or "powerpoint" in lowered:
            return "ooxml-slides"
        if "wordprocessingml" in lowered or "word" in lowered:
            return "ooxml-document"
        if "spreadsheetml" in lowered or "excel" in lowered:
            return "ooxml-sheet"
    return "ooxml-sheet" if "ms-excel.sheet.binary" in types.lower() else "zip"


def _declared_family(declared: str) -> str:
    if declared == "application/epub+zip":
        return "epub"
    for word, family in (("presentation", "odf-slides"), ("spreadsheet", "odf-sheet"), ("text", "odf-document")):
        if declared.startswith("application/vnd.oasis.opendocument." + word):
            return family
    return "zip"

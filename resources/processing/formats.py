"""The kinds of files, their extensions and media types.

A *family* is the type of the content as ``sniff.py`` detects it; an extension lists the families it may contain. An
unknown extension allows every family.
"""

from __future__ import annotations

from dataclasses import dataclass

PDF, SLIDES, DOCUMENT, SHEET, TEXT = "pdf", "slides", "document", "sheet", "text"
IMAGE, AUDIO, VIDEO, ARCHIVE, PACKAGE, WEB, EBOOK = "image", "audio", "video", "archive", "package", "web", "ebook"
PROGRAM, OTHER = "program", "other"

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OASIS = "application/vnd.oasis.opendocument."


@dataclass(frozen=True, slots=True)
class Format:
    """``kind``: stored on the blob. ``media_type``: sent with downloads.

    ``families``: allowed content; empty: any.
    """

    kind: str
    media_type: str
    families: frozenset[str]


def _format(kind: str, media_type: str, *families: str) -> Format:
    return Format(kind, media_type, frozenset(families))


_TABLE: dict[str, Format] = {
    "pdf": _format(PDF, "application/pdf", "pdf"),
    "pptx ppsx potx pptm ppsm potm": _format(SLIDES, POWERPOINT, "ooxml-slides"),
    "ppt pps pot dps": _format(SLIDES, "application/vnd.ms-powerpoint", "ole-slides"),
    "docx dotx docm dotm": _format(DOCUMENT, WORD, "ooxml-document"),
    # Word writes RTF into .doc for compatibility.
    "doc dot wps": _format(DOCUMENT, "application/msword", "ole-document", "rtf"),
    "xlsx xltx xlsm xltm xlam": _format(SHEET, EXCEL, "ooxml-sheet"),
    "xlsb": _format(SHEET, "application/vnd.ms-excel.sheet.binary.macroenabled.12", "ooxml-sheet"),
    "xls xlt et": _format(SHEET, "application/vnd.ms-excel", "ole-sheet"),
    "odp otp": _format(SLIDES, OASIS + "presentation", "odf-slides"),
    "odt ott": _format(DOCUMENT, OASIS + "text", "odf-document"),
    "ods ots": _format(SHEET, OASIS + "spreadsheet", "odf-sheet"),
    "rtf": _format(DOCUMENT, "application/rtf", "rtf"),
    "txt text log": _format(TEXT, "text/plain", "text"),
    "md markdown": _format(TEXT, "text/markdown", "text"),
    "csv tsv": _format(TEXT, "text/csv", "text"),
    "srt": _format(TEXT, "application/x-subrip", "text"),
    "vtt": _format(TEXT, "text/vtt", "text"),
    "xml json yaml yml tex": _format(TEXT, "text/plain", "text"),
    "html htm xhtml mht mhtml": _format(WEB, "text/html", "text"),
    "svg": _format(WEB, "image/svg+xml", "text"),
    "js mjs css py sh bat cmd ps1 vbs php pl rb": _format(WEB, "text/plain", "text"),
    "jpg jpeg jpe jfif": _format(IMAGE, "image/jpeg", "jpeg"),
    "png": _format(IMAGE, "image/png", "png"),
    "gif": _format(IMAGE, "image/gif", "gif"),
    "webp": _format(IMAGE, "image/webp", "webp"),
    "bmp": _format(IMAGE, "image/bmp", "bmp"),
    "tif tiff": _format(IMAGE, "image/tiff", "tiff"),
    "heic heif": _format(IMAGE, "image/heic", "heif"),
    "avif": _format(IMAGE, "image/avif", "avif"),
    "psd": _format(IMAGE, "image/vnd.adobe.photoshop", "psd"),
    "mp4 m4v": _format(VIDEO, "video/mp4", "mp4"),
    "mov qt": _format(VIDEO, "video/quicktime", "mp4"),
    "3gp 3g2": _format(VIDEO, "video/3gpp", "mp4"),
    "mkv": _format(VIDEO, "video/x-matroska", "matroska"),
    "webm": _format(VIDEO, "video/webm", "matroska"),
    "avi": _format(VIDEO, "video/x-msvideo", "avi"),
    "flv f4v": _format(VIDEO, "video/x-flv", "flv", "mp4"),
    "wmv asf": _format(VIDEO, "video/x-ms-wmv", "asf"),
    "mpg mpeg vob": _format(VIDEO, "video/mpeg", "mpeg"),
    "m4a m4b": _format(AUDIO, "audio/mp4", "mp4"),
    "mp3": _format(AUDIO, "audio/mpeg", "mp3"),
    "wav": _format(AUDIO, "audio/wav", "wav"),
    "flac": _format(AUDIO, "audio/flac", "flac"),
    "ogg oga ogv opus": _format(AUDIO, "audio/ogg", "ogg"),
    "wma": _format(AUDIO, "audio/x-ms-wma", "asf"),
    "aac": _format(AUDIO, "audio/aac", "aac", "mp3", "mp4"),
    "zip": _format(ARCHIVE, "application/zip", "zip", "epub"),
    "rar": _format(ARCHIVE, "application/vnd.rar", "rar"),
    "7z": _format(ARCHIVE, "application/x-7z-compressed", "7z"),
    "gz tgz": _format(ARCHIVE, "application/gzip", "gzip"),
    "tar": _format(ARCHIVE, "application/x-tar", "tar"),
    "bz2": _format(ARCHIVE, "application/x-bzip2", "bzip2"),
    "xz": _format(ARCHIVE, "application/x-xz", "xz"),
    "h5p": _format(PACKAGE, "application/zip", "zip"),
    "imscc": _format(PACKAGE, "application/zip", "zip"),
    "epub": _format(EBOOK, "application/epub+zip", "epub", "zip"),
    # Windows and its tools run these, whatever their content is.
    "hta lnk wsf jse vbe chm reg url scf msc iso img vhd vhdx": _format(PROGRAM, "application/octet-stream"),
    "exe dll scr com": _format(PROGRAM, "application/x-msdownload", "program"),
    "msi": _format(PROGRAM, "application/x-msi", "ole"),
    "apk jar": _format(PROGRAM, "application/zip", "zip"),
}
BY_EXTENSION: dict[str, Format] = {name: entry for names, entry in _TABLE.items() for name in names.split()}

BY_FAMILY: dict[str, Format] = {
    # For files whose extension is unknown or missing.
    "pdf": BY_EXTENSION["pdf"],
    "ooxml-slides": BY_EXTENSION["pptx"],
    "ooxml-document": BY_EXTENSION["docx"],
    "ooxml-sheet": BY_EXTENSION["xlsx"],
    "ole-slides": BY_EXTENSION["ppt"],
    "ole-document": BY_EXTENSION["doc"],
    "ole-sheet": BY_EXTENSION["xls"],
    "odf-slides": BY_EXTENSION["odp"],
    "odf-document": BY_EXTENSION["odt"],
    "odf-sheet": BY_EXTENSION["ods"],
    "rtf": BY_EXTENSION["rtf"],
    "text": BY_EXTENSION["txt"],
    "matroska": BY_EXTENSION["mkv"],
    "gzip": BY_EXTENSION["gz"],
    "bzip2": BY_EXTENSION["bz2"],
    "tiff": BY_EXTENSION["tiff"],
    "heif": BY_EXTENSION["heic"],
    "mpeg": BY_EXTENSION["mpg"],
    "jpeg": BY_EXTENSION["jpg"],
    "asf": BY_EXTENSION["wmv"],
    "program": BY_EXTENSION["exe"],
} | {
    name: BY_EXTENSION[name]
    for name in [
        "png",
        "gif",
        "webp",
        "bmp",
        "avif",
        "psd",
        "mp4",
        "avi",
        "flv",
        "mp3",
        "wav",
        "flac",
        "ogg",
        "aac",
        "zip",
        "rar",
        "7z",
        "tar",
        "xz",
        "epub",
    ]
}

UNKNOWN = Format(OTHER, "application/octet-stream", frozenset())

HARD_LIMITED_ZIPS = frozenset({SLIDES, DOCUMENT, SHEET, PACKAGE, EBOOK})
"""Kinds whose unpacked size has a hard limit: a program opens the whole file (LibreOffice, or the reader's own)."""

WHOLE_FILE = frozenset({PDF, SLIDES, DOCUMENT, SHEET, TEXT, IMAGE, ARCHIVE, PACKAGE, WEB, EBOOK, OTHER})
"""Kinds that are checked whole. For media and programs the beginning is enough."""


def extension_of(name: str) -> str:
    """The last extension in lower case, without the dot; empty when there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.strip().lower()[:20] if dot and stem else ""

"""Find what an office file can run or load: macros, entities, embedded objects, external links.

Judges by meaning. Open Packaging (ECMA-376 part 2) finds a part by its relationship and content type, never by its
name, and so do Office and LibreOffice: a macro project stored as ``media/notes.dat`` runs all the same. Runs in the child.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from resources.processing.inspect import ole
from resources.processing.outcome_codes import Finding, OutcomeCode
from resources.processing.photos import metadata

MAX_PART = 64 * 1024**2
"""Bytes of an embedded object that are opened; archive.py has already limited the unpacked total."""
MAX_UNPACKED = 256 * 1024**2
"""Unpacked bytes of an office file inside an office file."""
MAX_PHOTOS = 512 * 1024**2
"""Unpacked bytes of an archive that are read in search of positions."""
MAX_XML_HEAD = 4 * 1024**2
"""Bytes of an XML part that may come before its root element: comments and processing instructions."""
MAX_DEPTH = 3
"""Office files inside office files that are followed."""

OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_SIGNATURE = b"PK\x03\x04"
PROGRAM_MARKERS = (b"This program cannot be run in DOS mode", b"\x7fELF\x01\x01\x01", b"\x7fELF\x02\x01\x01")
"""Stand inside an OLE object that packs a program."""
PHOTOS = {b"\xff\xd8\xff": "jpeg", b"\x89PNG\r\n\x1a\n": "png", b"II*\0": "tiff", b"MM\0*": "tiff"}
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"hevc", b"mif1", b"avif")
PROGRAM_SIGNATURES = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")

MACRO_RELATIONS = frozenset({"vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet"})
OBJECT_RELATIONS = frozenset({"oleobject", "package", "control", "activexcontrolbinary"})
LINK_RELATIONS = frozenset({"hyperlink"})
"""External by nature: a person clicks them. Other external targets are fetched when the file is opened."""
MACRO_CONTENT_TYPES = ("vbaproject", "vbadata", "macrosheet")
MACRO_PART_NAMES = ("vbaproject.bin", "xl/macrosheets/", "vbadata.xml")
LARGE_ROOTS = frozenset({"worksheet", "sst", "styleSheet", "pivotCacheRecords"})
"""Root elements of parts that may be very large and can hold none of the elements looked for."""
ODF_MACRO_FOLDERS = ("basic/", "scripts/")
ODF_EMPTY_LISTS = ("script-lc.xml", "script-lb.xml", "/")
"""Every OpenDocument file may carry these empty lists of macro libraries; modules are the other files."""


@dataclass(slots=True)
class ActiveContent:
    """``refused``: an OutcomeCode or empty. ``findings``: what to tell the reviewer."""

    refused: str = ""
    findings: set[str] = field(default_factory=set)


class _Refused(Exception):
    def __init__(self, code: OutcomeCode) -> None:
        super().__init__(code)
        self.code = code


def look(path: Path, family: str) -> ActiveContent:
    """Read every part of an OOXML or ODF file once. The extractor reports damaged parts."""
    found = ActiveContent()
    try:
        with zipfile.ZipFile(path) as package:
            _look_into(package, found, is_ooxml=family.startswith("ooxml-"), depth=1)
    except _Refused as refusal:
        found.refused = refusal.code
    return found


def _look_into(package: zipfile.ZipFile, found: ActiveContent, *, is_ooxml: bool, depth: int) -> None:
    for info in package.infolist():
        if info.is_dir():
            continue
        name = info.filename.replace("\\", "/").lower().lstrip("/")
        if _is_macro_name(name, is_ooxml=is_ooxml):
            raise _Refused(OutcomeCode.MACROS)
        # An encrypted or damaged part; its extractor reports it.
        with (
            suppress(RuntimeError, zipfile.BadZipFile, NotImplementedError, OSError, EOFError, zlib.error),
            package.open(info) as part,
        ):
            _look_at_part(part, found, is_ooxml=is_ooxml, depth=depth)


def _is_macro_name(name: str, *, is_ooxml: bool) -> bool:
    if is_ooxml:
        return any(part in name for part in MACRO_PART_NAMES)
    return name.startswith(ODF_MACRO_FOLDERS) and not name.endswith(ODF_EMPTY_LISTS)


def _look_at_part(part: IO[bytes], found: ActiveContent, *, is_ooxml: bool, depth: int) -> None:
    head = part.read(4096)
    if head.startswith(OLE_SIGNATURE):
        _look_at_ole(head + part.read(MAX_PART), found)
    elif head.startswith(ZIP_SIGNATURE):
        _look_at_package(head + part.read(MAX_PART), found, depth=depth)
    elif head.startswith(PROGRAM_SIGNATURES):
        found.findings.add(Finding.EMBEDDED_PROGRAM)
    elif _photo_family(head):
        _look_at_photo(head + part.read(MAX_PART), found)
    elif _is_xml(head):
        _look_at_xml(head, part, found, is_ooxml=is_ooxml)


def look_for_positions(path: Path) -> set[str]:
    """Whether photos of an archive say where they were taken.

    Stops at the first one that does, and after MAX_PHOTOS bytes.
    """
    found = ActiveContent()
    room = MAX_PHOTOS
    with suppress(zipfile.BadZipFile, OSError, ValueError), zipfile.ZipFile(path) as package:
        for info in package.infolist():
            if found.findings or room <= 0:
                break
            if info.is_dir() or info.file_size > MAX_PART:
                continue
            # An encrypted or damaged entry.
            with suppress(RuntimeError, zipfile.BadZipFile, NotImplementedError, OSError, EOFError, zlib.error):
                room -= _look_at_entry(package, info, found)
    return found.findings


def _look_at_entry(package: zipfile.ZipFile, info: zipfile.ZipInfo, found: ActiveContent) -> int:
    """Look at an entry if it is a photo. Returns the bytes read."""
    with package.open(info) as part:
        head = part.read(4096)
        if not _photo_family(head):
            return len(head)
        content = head + part.read(MAX_PART)
    _look_at_photo(content, found)
    return len(content)


def look_at_ole(path: Path) -> set[str]:
    """Findings in an office file of the old formats."""
    found = {Finding.OLE_OBJECT} if ole.has_objects(path) else set[Finding]()
    with path.open("rb") as file:
        return {*found, *_programs_in(file.read(MAX_PART))}


def _programs_in(content: bytes) -> set[Finding]:
    return {Finding.EMBEDDED_PROGRAM} if any(marker in content for marker in PROGRAM_MARKERS) else set()


def _look_at_ole(content: bytes, found: ActiveContent) -> None:
    found.findings |= {Finding.OLE_OBJECT, *_programs_in(content)}
    try:
        has_macros = ole.has_macros(content)
    except Exception:  # noqa: BLE001 - olefile raises many kinds of error on a damaged file
        return
    if has_macros:
        raise _Refused(OutcomeCode.MACROS)


def _look_at_package(content: bytes, found: ActiveContent, *, depth: int) -> None:
    if depth >= MAX_DEPTH:
        return
    with (
        suppress(zipfile.BadZipFile, OSError, ValueError, NotImplementedError),
        zipfile.ZipFile(io.BytesIO(content)) as inner,
    ):
        if sum(info.file_size for info in inner.infolist()) > MAX_UNPACKED:
            raise _Refused(OutcomeCode.ARCHIVE_BOMB)
        is_ooxml = any(info.filename.lower() == "[content_types].xml" for info in inner.infolist())
        _look_into(inner, found, is_ooxml=is_ooxml, depth=depth + 1)


def _photo_family(head: bytes) -> str:
    """The family of photos/metadata.py, or empty."""
    if head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS:
        return "heif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    return next((family for signature, family in PHOTOS.items() if head.startswith(signature)), "")


def _look_at_photo(content: bytes, found: ActiveContent) -> None:
    family = _photo_family(content)
    # A damaged picture; the renderer reports it.
    with suppress(metadata.NotReadable, struct.error, IndexError, ValueError):
        if metadata.position_in(content, family):
            found.findings.add(Finding.PHOTO_POSITION)


def _is_xml(head: bytes) -> bool:
    for bom in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        head = head.removeprefix(bom)
    return head.lstrip(b"\0 \t\r\n").startswith(b"<")


def _look_at_xml(head: bytes, part: IO[bytes], found: ActiveContent, *, is_ooxml: bool) -> None:
    _XmlReader(found, is_ooxml=is_ooxml).read(_chunks(head, part))


def _chunks(head: bytes, part: IO[bytes]) -> Iterator[bytes]:
    yield head
    while chunk := part.read(64 * 1024):
        yield chunk


class _XmlReader:
    """Feeds one XML part to expat, which loads no external entity."""

    def __init__(self, found: ActiveContent, *, is_ooxml: bool) -> None:
        self.found, self.is_ooxml = found, is_ooxml
        self.has_root = self.is_done = False
        self.field_code: list[str] | None = None
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.entity
        self.parser.StartElementHandler = self.element
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters

    def read(self, chunks: Iterator[bytes]) -> None:
        seen = b""
        try:
            for chunk in chunks:
                if not self.has_root:
                    seen += chunk
                self.parser.Parse(chunk, False)
                if self.is_done:
                    return
                if len(seen) > MAX_XML_HEAD:
                    raise _Refused(OutcomeCode.UNSAFE_XML)
        except expat.ExpatError:
            self.malformed(seen)
        except (ValueError, LookupError) as error:
            # An encoding that expat can't decode. Open Packaging allows UTF-8 and UTF-16 only; another hides what follows.
            if self.is_ooxml:
                raise _Refused(OutcomeCode.UNSAFE_XML) from error

    def malformed(self, seen: bytes) -> None:
        """Search what came before the error: LibreOffice may still read the part."""
        words = ("<!ENTITY", "<!DOCTYPE") if self.is_ooxml else ("<!ENTITY",)
        forms = [word.encode(encoding) for word in words for encoding in ("ascii", "utf-16-le", "utf-16-be")]
        if any(form in seen for form in forms):
            raise _Refused(OutcomeCode.UNSAFE_XML)

    def doctype(self, *_declaration: Any) -> None:
        # ECMA-376 part 2 forbids document types; old OpenDocument files have harmless ones.
        if self.is_ooxml:
            raise _Refused(OutcomeCode.UNSAFE_XML)

    def entity(self, *_declaration: Any) -> None:
        raise _Refused(OutcomeCode.UNSAFE_XML)

    def element(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if not self.has_root:
            self.has_root, self.is_done = True, not self.is_ooxml or local in LARGE_ROOTS
        if self.is_done:
            return
        read = _ELEMENTS.get(local)
        if read:
            read(self, {key.rpartition(" ")[2]: value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        if self.field_code is not None and name.endswith(" p"):
            self.judge_field("".join(self.field_code))
            self.field_code = None

    def characters(self, text: str) -> None:
        if self.field_code is not None:
            self.field_code.append(text)

    def relationship(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("Type", "").rstrip("/").rpartition("/")[2].lower()
        if kind in MACRO_RELATIONS:
            raise _Refused(OutcomeCode.MACROS)
        if attributes.get("TargetMode", "").lower() == "external":
            if kind == "attachedtemplate":
                self.found.findings.add(Finding.REMOTE_TEMPLATE)
            elif kind not in LINK_RELATIONS:
                self.found.findings.add(Finding.EXTERNAL_LINK)
        elif kind in OBJECT_RELATIONS:
            self.found.findings.add(Finding.OLE_OBJECT)

    def content_type(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("ContentType", "").lower()
        if any(word in kind for word in MACRO_CONTENT_TYPES):
            raise _Refused(OutcomeCode.MACROS)

    def field_instruction(self, _attributes: dict[str, str]) -> None:
        # Word may cut one field code into many runs: it is judged at the end of its paragraph.
        self.field_code = self.field_code or []

    def simple_field(self, attributes: dict[str, str]) -> None:
        self.judge_field(attributes.get("instr", ""))

    def dde_link(self, _attributes: dict[str, str]) -> None:
        self.found.findings.add(Finding.DDE)

    def judge_field(self, code: str) -> None:
        words = code.upper().split(maxsplit=1)
        if words and words[0] in ("DDE", "DDEAUTO"):
            self.found.findings.add(Finding.DDE)


_ELEMENTS: dict[str, Callable[[_XmlReader, dict[str, str]], None]] = {
    "Relationship": _XmlReader.relationship,
    "Default": _XmlReader.content_type,
    "Override": _XmlReader.content_type,
    "instrText": _XmlReader.field_instruction,
    "fldSimple": _XmlReader.simple_field,
    "ddeLink": _XmlReader.dde_link,
}

"""Open Packaging (ECMA-376 part 2): read a presentation part by part, write one as a stream.

Parts are never loaded together, so that a deck with videos needs no more memory than its largest XML part.
"""

from __future__ import annotations

import posixpath
import re
import shutil
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.sax.saxutils import quoteattr

from lxml import etree

from resources.processing.errors import CannotRead
from resources.processing.extract.ooxml import P, Package, R

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
MAIN, CORE = "ppt/presentation.xml", "docProps/core.xml"
"""The parts that every written package has."""
PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
STORED = frozenset(
    {"png", "jpg", "jpeg", "gif", "webp", "mp4", "m4a", "m4v", "mov", "mp3", "wmv", "wma", "xlsx", "zip"}
)
"""Compressed already."""
CHUNK = 1024 * 1024
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NAME = re.compile(r"[A-Za-z0-9_-]+")


class CannotCarry(Exception):
    """The slide or its source can't be carried over as it is."""


@dataclass(frozen=True, slots=True)
class Relation:
    """``type``: the whole URI. ``target``: a part without leading slash, or a URL if ``external``."""

    id: str
    type: str
    target: str
    external: bool = False

    @property
    def kind(self) -> str:
        return self.type.rsplit("/", 1)[-1]


def canonical(element: etree._Element) -> bytes:
    """The element's text as c14n: equal when two programs wrote the same differently."""
    parser = etree.XMLParser(remove_blank_text=True, resolve_entities=False, no_network=True)
    alone = etree.fromstring(etree.tostring(element, with_tail=False), parser)
    return bytes(etree.tostring(alone, method="c14n", exclusive=True, with_comments=False))


class Source:
    """An uploaded presentation. Raises CannotCarry if it is none, or ISO Strict, whose units are others."""

    def __init__(self, path: Path) -> None:
        try:
            self.package = Package(path)
            self.main = self.package.main_part()
        except CannotRead as error:
            raise CannotCarry(str(error)) from error
        if b"http://purl.oclc.org/ooxml/" in self.read(self.main):
            raise CannotCarry("strict")
        root = self.package.xml(self.main)
        if root is None or root.tag != P + "presentation":
            raise CannotCarry("no presentation")
        self.root = root
        self.relations = {relation.id: relation for relation in self.relations_of(self.main)}
        self._defaults, self._overrides = self._content_types()

    @property
    def slides(self) -> list[str]:
        """The parts of the slides in presentation order, hidden ones included, as page numbers count them."""
        wanted = [entry.get(R + "id", "") for entry in self.root.iterfind(f"{P}sldIdLst/{P}sldId")]
        return [self.relations[key].target for key in wanted if key in self.relations]

    @property
    def size(self) -> tuple[int, int]:
        found = self.root.find(P + "sldSz")
        width, height = (int(found.get(key, "0")) for key in ("cx", "cy")) if found is not None else (0, 0)
        return (width, height) if width > 0 and height > 0 else (9144000, 6858000)

    def has(self, part: str) -> bool:
        return part.lower() in self.package.names

    def read(self, part: str) -> bytes:
        with self.open(part) as file:
            return file.read()

    def open(self, part: str) -> IO[bytes]:
        try:
            return self.package.archive.open(self.package.names[part.lower()])
        except Exception as error:
            raise CannotCarry(part) from error

    def xml(self, part: str) -> etree._Element:
        root = self.package.xml(part)
        if root is None:
            raise CannotCarry(part)
        return root

    def relations_of(self, part: str) -> list[Relation]:
        folder, name = posixpath.split(part)
        root = self.package.xml(f"{folder}/_rels/{name}.rels")
        found = []
        for entry in root if root is not None else ():
            if not isinstance(entry.tag, str):
                continue
            target, external = entry.get("Target", ""), entry.get("TargetMode") == "External"
            if not external:
                place = target.split("#")[0]
                place = place.lstrip("/") if place.startswith("/") else posixpath.normpath(f"{folder}/{place}")
                target = place
            found.append(Relation(entry.get("Id", ""), entry.get("Type", ""), target, external))
        return found

    def content_type(self, part: str) -> str:
        extension = posixpath.splitext(part)[1].lstrip(".").lower()
        return self._overrides.get(part.lower()) or self._defaults.get(extension) or "application/octet-stream"

    def _content_types(self) -> tuple[dict[str, str], dict[str, str]]:
        root = self.xml("[Content_Types].xml")
        defaults, overrides = {}, {}
        for entry in root:
            if isinstance(entry.tag, str) and entry.tag.endswith("}Default"):
                defaults[entry.get("Extension", "").lower()] = entry.get("ContentType", "")
            elif isinstance(entry.tag, str):
                overrides[entry.get("PartName", "").lstrip("/").lower()] = entry.get("ContentType", "")
        return defaults, overrides


class Writer:
    """Writes a package as a stream. The same parts give the same bytes."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self._types: dict[str, str] = {}
        self._numbers: dict[str, int] = defaultdict(int)
        # First, because programs that look at the first entries of a file recognise a presentation by them.
        relations = [Relation("rId1", f"{OFFICE}officeDocument", MAIN)]
        relations.append(Relation("rId2", f"{PACKAGE}relationships/metadata/core-properties", CORE))
        self._write_relations("", relations)

    def new_name(self, like: str) -> str:
        """An unused part name with the folder, stem and extension of ``like`` and a number of its own."""
        folder, name = posixpath.split(like)
        stem, extension = posixpath.splitext(name)
        stem = stem.rstrip("0123456789")
        words = folder.split("/")
        if words[0] != "ppt" or not all(map(_NAME.fullmatch, words)):
            folder = "ppt/parts"
        stem = stem if _NAME.fullmatch(stem) else "part"
        extension = extension.lower() if _NAME.fullmatch(extension[1:]) and extension != ".rels" else ".bin"
        # Office compares names without case, and some readers without the extension.
        key = f"{folder}/{stem}".lower()
        self._numbers[key] += 1
        return f"{folder}/{stem}{self._numbers[key]}{extension}"

    def add(self, name: str, data: bytes | str, content_type: str, relations: list[Relation] | None = None) -> None:
        with self._entry(name) as entry:
            entry.write(data.encode() if isinstance(data, str) else data)
        self._describe(name, content_type, relations or [])

    def copy(self, name: str, file: IO[bytes], content_type: str, relations: list[Relation]) -> None:
        try:
            with file, self._entry(name) as entry:
                shutil.copyfileobj(file, entry, CHUNK)
        except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
            raise CannotCarry(name) from error
        self._describe(name, content_type, relations)

    def close(self) -> None:
        """Write the list of content types."""
        defaults, overrides = {"rels": "application/vnd.openxmlformats-package.relationships+xml"}, []
        for name, content_type in self._types.items():
            extension = posixpath.splitext(name)[1][1:]
            if extension == "xml" or defaults.setdefault(extension, content_type) != content_type:
                overrides.append((name, content_type))
        defaults["xml"] = "application/xml"
        rows = [f"<Default Extension={quoteattr(e)} ContentType={quoteattr(t)}/>" for e, t in defaults.items()]
        rows += [f"<Override PartName={quoteattr('/' + n)} ContentType={quoteattr(t)}/>" for n, t in overrides]
        with self._entry("[Content_Types].xml") as entry:
            entry.write(f'{HEAD}<Types xmlns="{PACKAGE}content-types">{"".join(rows)}</Types>'.encode())
        self._archive.close()

    def _describe(self, name: str, content_type: str, relations: list[Relation]) -> None:
        self._types[name] = content_type
        if relations:
            self._write_relations(name, relations)

    def _write_relations(self, name: str, relations: list[Relation]) -> None:
        folder, last = posixpath.split(name)
        rows = []
        for relation in relations:
            target = relation.target if relation.external else f"/{relation.target}"
            mode = ' TargetMode="External"' if relation.external else ""
            row = f"<Relationship Id={quoteattr(relation.id)} Type={quoteattr(relation.type)}"
            rows.append(f"{row} Target={quoteattr(target)}{mode}/>")
        with self._entry(posixpath.join(folder, "_rels", f"{last}.rels")) as entry:
            entry.write(f'{HEAD}<Relationships xmlns="{PACKAGE}relationships">{"".join(rows)}</Relationships>'.encode())

    def _entry(self, name: str) -> IO[bytes]:
        info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
        info.external_attr = 0o644 << 16
        compressed = posixpath.splitext(name)[1][1:] in STORED
        info.compress_type = zipfile.ZIP_STORED if compressed else zipfile.ZIP_DEFLATED
        return self._archive.open(info, "w", force_zip64=compressed)

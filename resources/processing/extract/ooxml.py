"""Read the parts of an Office Open XML file one by one, without loading embedded video."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from resources.processing.errors import CannotRead
from resources.processing.outcome_codes import OutcomeCode

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
STRICT = {
    "http://purl.oclc.org/ooxml/drawingml/main": A[1:-1],
    "http://purl.oclc.org/ooxml/drawingml/diagram": DGM[1:-1],
    "http://purl.oclc.org/ooxml/drawingml/chart": CHART[1:-1],
    "http://purl.oclc.org/ooxml/presentationml/main": P[1:-1],
    "http://purl.oclc.org/ooxml/wordprocessingml/main": W[1:-1],
    "http://purl.oclc.org/ooxml/officeDocument/relationships": R[1:-1],
}
"""Namespaces of ISO 29500 Strict and the transitional ones that replace them."""
MAX_PART = 128 * 1024 * 1024


class Package:
    """An open OOXML file. Parts are named without a leading slash."""

    def __init__(self, path: Path) -> None:
        try:
            self.archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise CannotRead(OutcomeCode.DAMAGED) from error
        self.names = {name.lower(): name for name in self.archive.namelist()}

    def xml(self, part: str) -> etree._Element | None:
        """The root of a part; None when it is missing or broken."""
        name = self.names.get(part.lower())
        if name is None:
            return None
        try:
            with self.archive.open(name) as file:
                raw = file.read(MAX_PART)
        except Exception:  # noqa: BLE001 - zipfile and zlib raise many types for a broken entry
            return None
        for strict, usual in STRICT.items():
            raw = raw.replace(strict.encode(), usual.encode())
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
        try:
            return etree.fromstring(raw, parser)
        except (etree.XMLSyntaxError, ValueError):
            return None

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Internal relationships of a part: id → (last word of the type, target part)."""
        folder, name = posixpath.split(part)
        root = self.xml(f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels")
        found = {}
        for entry in root if root is not None else ():
            if not isinstance(entry.tag, str) or entry.get("TargetMode") == "External":
                continue
            target = entry.get("Target", "")
            place = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[entry.get("Id", "")] = (entry.get("Type", "").rsplit("/", 1)[-1], place)
        return found

    def of_type(self, part: str, kind: str) -> list[str]:
        return [target for found, target in self.related(part).values() if found == kind]

    def main_part(self) -> str:
        found = self.of_type("", "officeDocument")
        if not found:
            raise CannotRead(OutcomeCode.DAMAGED)
        return found[0]

    def title(self) -> str:
        """The title in the file's properties, or empty."""
        for part in self.of_type("", "core-properties"):
            root = self.xml(part)
            if root is not None:
                return root.findtext("{http://purl.org/dc/elements/1.1/}title") or ""
        return ""


def walk(element: etree._Element) -> Iterator[etree._Element]:
    """All elements in reading order. Of alternative contents only the first, or text would come twice."""
    stack = [element]
    while stack:
        here = stack.pop()
        if not isinstance(here.tag, str):
            continue
        yield here
        children = list(here)
        if here.tag == MC + "AlternateContent":
            children = children[:1]
        stack.extend(reversed(children))

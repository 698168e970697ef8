"""Text of a Word file by section, used where LibreOffice is not installed. Runs in the sandbox.

A section starts at a heading of level 1 or 2, or after LONG characters. Text boxes, content controls, footnotes, headers
and comments are included: forms of schools have their text there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from resources.processing.errors import CannotRead
from resources.processing.extract.ooxml import Package, W, walk
from resources.processing.outcome_codes import OutcomeCode

LONG = 3000
HEADING = re.compile(r"^(heading|标题)\s*[12]$|^[12]$", re.IGNORECASE)
BESIDE = ("footnotes", "endnotes", "header", "footer", "comments")


def read(path: Path) -> tuple[str, Iterator[dict[str, Any]]]:
    package = Package(path)
    main = package.main_part()
    root = package.xml(main)
    body = root.find(W + "body") if root is not None else None
    if body is None:
        raise CannotRead(OutcomeCode.DAMAGED)
    return package.title(), _sections(package, main, body)


def _sections(package: Package, main: str, body: etree._Element) -> Iterator[dict[str, Any]]:
    headings = _heading_styles(package, main)
    label, length = "", 0
    lines: list[str] = []
    for line, style in _lines(body):
        starts = style in headings
        if lines and (starts or length > LONG):
            yield {"label": label, "text": "\n".join(lines)}
            lines, length = [], 0
        if starts:
            label = line
        lines.append(line)
        length += len(line)
    if lines:
        yield {"label": label, "text": "\n".join(lines)}
    beside = "\n".join(line for part in _beside(package, main) for line, _style in _lines(part))
    if beside:
        yield {"text": beside}


def _beside(package: Package, main: str) -> Iterator[etree._Element]:
    for kind in BESIDE:
        for part in package.of_type(main, kind):
            root = package.xml(part)
            if root is not None:
                yield root


def _heading_styles(package: Package, main: str) -> set[str]:
    found = {"Heading1", "Heading2", "Title"}
    for part in package.of_type(main, "styles"):
        root = package.xml(part)
        for style in root.iterfind(W + "style") if root is not None else ():
            name = style.find(W + "name")
            if name is not None and HEADING.match(name.get(W + "val", "")):
                found.add(style.get(W + "styleId", ""))
    return found


def _lines(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Paragraphs with their style; a table row is one line; a text box follows its paragraph."""
    line, style = "", ""
    current_row: etree._Element | None = None
    for element in walk(root):
        tag = element.tag
        if tag == W + "tr":
            if line.strip():
                yield line, style
            line, style, current_row = "", "", element
        elif tag == W + "p":
            inside = current_row is not None and current_row in element.iterancestors(W + "tr")
            if inside and line:
                line += "\t"
            else:
                if line.strip():
                    yield line, style
                line = ""
                current_row = current_row if inside else None
            found = element.find(f"{W}pPr/{W}pStyle")
            style = found.get(W + "val", "") if found is not None else ""
        elif tag == W + "t" and not _is_moved_away(element):
            line += element.text or ""
        elif tag == W + "tab":
            line += "\t"
        elif tag in (W + "br", W + "cr"):
            line += "\n"
        elif tag == W + "noBreakHyphen":
            line += "-"
    if line.strip():
        yield line, style


def _is_moved_away(element: etree._Element) -> bool:
    """Tracked changes repeat moved text at its old place. (Deleted text has its own element.)"""
    return next(element.iterancestors(W + "moveFrom"), None) is not None

"""Text of a presentation by slide: title, body, groups, tables, SmartArt, charts, speaker notes.

Runs in the sandbox.

Shapes come in file order, the reading order of screen readers, but the title comes first.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from resources.processing.errors import CannotRead
from resources.processing.extract.ooxml import CHART, DGM, A, P, Package, R
from resources.processing.extract.titles import usable_title
from resources.processing.outcome_codes import OutcomeCode

TITLES = ("title", "ctrTitle")
REPEATED = ("sldNum", "dt", "ftr", "hdr", "sldImg")
"""Placeholders that repeat on every slide: number, date, footer, header, slide image."""
EMU_PER_POINT = 12700
ALTERNATIVE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"


def read(path: Path) -> tuple[str, Iterator[dict[str, Any]]]:
    package = Package(path)
    main = package.main_part()
    root = package.xml(main)
    if root is None:
        raise CannotRead(OutcomeCode.DAMAGED)
    slides = _slides(package, main, root)
    if not slides:
        raise CannotRead(OutcomeCode.DAMAGED)
    title = usable_title(package.title())
    if not title:
        first = package.xml(slides[0])
        title = _title(first) if first is not None else ""
    return title, _pages(package, slides, _size(root))


def _slides(package: Package, main: str, root: etree._Element) -> list[str]:
    """The parts of the slides in presentation order.

    Hidden slides are included: the converted PDF has them too.
    """
    related = package.related(main)
    wanted = [entry.get(R + "id", "") for entry in root.iterfind(f"{P}sldIdLst/{P}sldId")]
    return [related[key][1] for key in wanted if key in related]


def _size(root: etree._Element) -> tuple[float, float]:
    size = root.find(P + "sldSz")
    if size is None:
        return 720.0, 540.0
    return int(size.get("cx", "0")) / EMU_PER_POINT, int(size.get("cy", "0")) / EMU_PER_POINT


def _pages(package: Package, slides: list[str], size: tuple[float, float]) -> Iterator[dict[str, Any]]:
    for part in slides:
        root = package.xml(part)
        page: dict[str, Any] = {"width": size[0], "height": size[1]}
        if root is not None:
            title = _title(root)
            pieces = [title, *_shapes(package, part, root)]
            page |= {"label": title, "text": "\n".join(piece for piece in pieces if piece)}
            page["notes"] = _notes(package, part)
        yield page


def _title(root: etree._Element) -> str:
    for shape in root.iter(P + "sp"):
        if _placeholder(shape) in TITLES:
            return " ".join(_paragraphs(shape).split())
    return ""


def _placeholder(shape: etree._Element) -> str:
    """The placeholder type of a shape: empty for none, ``body`` by default."""
    found = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
    return "" if found is None else found.get("type", "body")


def _shapes(package: Package, part: str, root: etree._Element) -> Iterator[str]:
    related = package.related(part)
    tree = root.find(f"{P}cSld/{P}spTree")
    waiting = list(tree)[::-1] if tree is not None else []
    title_taken = False
    descriptions = []
    while waiting:
        shape = waiting.pop()
        if shape.tag == P + "grpSp":
            waiting.extend(list(shape)[::-1])
        elif shape.tag == ALTERNATIVE:
            waiting.extend(list(shape[0])[::-1] if len(shape) else [])
        elif shape.tag in (P + "sp", P + "cxnSp"):
            kind = _placeholder(shape)
            if kind in TITLES and not title_taken:
                title_taken = True  # yielded before
            elif kind not in REPEATED:
                yield _paragraphs(shape)
        elif shape.tag == P + "graphicFrame":
            yield from _graphic(package, related, shape)
        elif shape.tag == P + "pic":
            properties = shape.find(f"{P}nvPicPr/{P}cNvPr")
            description = properties.get("descr", "") if properties is not None else ""
            # Programs fill in the file name when the author gave no description.
            if description and not description.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".wmf", ".emf")):
                descriptions.append(description)
    # Last, because descriptions of images would separate the slide's own sentences.
    yield from descriptions


def _graphic(package: Package, related: dict[str, tuple[str, str]], frame: etree._Element) -> Iterator[str]:
    for table in frame.iter(A + "tbl"):
        for row in table.iter(A + "tr"):
            yield "\t".join(" ".join(_paragraphs(cell).split()) for cell in row.iter(A + "tc"))
    for diagram in frame.iter(DGM + "relIds"):
        _kind, target = related.get(diagram.get(R + "dm", ""), ("", ""))
        yield from _diagram(package, target)
    for chart in frame.iter(CHART + "chart"):
        _kind, target = related.get(chart.get(R + "id", ""), ("", ""))
        yield from _chart(package, target)


def _diagram(package: Package, part: str) -> Iterator[str]:
    """The texts of a SmartArt in the order of its data model."""
    root = package.xml(part) if part else None
    if root is not None:
        for point in root.iterfind(f"{DGM}ptLst/{DGM}pt"):
            body = point.find(DGM + "t")
            if body is not None:
                yield _paragraphs(body)


def _chart(package: Package, part: str) -> Iterator[str]:
    root = package.xml(part) if part else None
    if root is None:
        return
    for body in root.iter(CHART + "rich"):
        yield _paragraphs(body)
    seen: set[str] = set()
    for place in (CHART + "tx", CHART + "cat"):
        for names in root.iter(place):
            for value in names.iter(CHART + "v"):
                if value.text and value.text not in seen:
                    seen.add(value.text)
                    yield value.text


def _notes(package: Package, part: str) -> str:
    for notes in package.of_type(part, "notesSlide"):
        root = package.xml(notes)
        if root is not None:
            shapes = (shape for shape in root.iter(P + "sp") if _placeholder(shape) not in REPEATED)
            return "\n".join(filter(None, map(_paragraphs, shapes)))
    return ""


def _paragraphs(element: etree._Element) -> str:
    """The text of all paragraphs below, one a line; a soft break starts a line too."""
    lines = []
    for paragraph in element.iter(A + "p"):
        pieces = []
        for piece in paragraph.iter(A + "t", A + "br", A + "tab"):
            pieces.append(piece.text or "" if piece.tag == A + "t" else "\n" if piece.tag == A + "br" else "\t")
        lines.append("".join(pieces))
    return "\n".join(line for line in lines if line.strip())

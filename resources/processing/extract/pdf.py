"""Text of a PDF by page, with the position of every run of characters. Runs in the sandbox.

Lines of Chinese that fill their column are joined without a space, so that search finds a phrase across a line break.
A wide gap in a line is a tab: it separates the cells of a table.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from resources.processing.cleaning import is_cjk
from resources.processing.pdfium import open_pdf

MAX_CHARACTERS = 100_000
FULL_LINE = 0.85
"""A line that reaches this share of the widest line is full: its break is layout, not the author's."""
SHORT_LINE = 8
"""A line of fewer characters is a cell or a heading, even where it reaches the edge."""
INDENT = 3.0
"""The next line of a paragraph begins at most so many characters further left or right."""
SAME_SIZE = 1.3
"""Lines whose sizes differ more are a heading and its text."""
CELL_GAP = 1.0
"""A space of so many characters separates cells."""
LATIN_EM = 1.4
"""The em of a font by the height of its capitals."""
ENDINGS = "。！？；：!?;:"
HYPHEN = "\x02"
"""pdfium's character for a hyphen that divides a word at the end of a line."""
ITEM = re.compile(r"[\d.、()（）•●■◆▪·–—-]{1,5}\t")
"""The number or bullet before a paragraph of a list."""
SCALE = 1_000_000


Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(slots=True)
class Run:
    """Adjacent characters of one kind (Chinese or not); positions are fractions of the page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def as_box(self) -> list[Any]:
        place = (self.left, self.top, self.right - self.left, self.bottom - self.top)
        return [self.text, *(round(min(1.0, max(0.0, value)), 4) for value in place)]


@dataclass(frozen=True, slots=True)
class Space:
    """A space of a line: its place in the text, and the edges of the characters beside it."""

    at: int
    before: float
    after: float


@dataclass(slots=True)
class Line:
    """``em``: the size of the largest character. ``cell_left``: the left edge of the last cell."""

    text: str = ""
    left: float = 1.0
    right: float = 0.0
    top: float = 1.0
    bottom: float = 0.0
    em: float = 0.0
    cell_left: float = 1.0
    runs: list[Run] = field(default_factory=list)
    spaces: list[Space] = field(default_factory=list)

    def mark_cells(self) -> None:
        """Turn the wide spaces into tabs, and those that lead back to the left."""
        self.cell_left = self.left
        for space in self.spaces:
            if abs(space.after - space.before) > CELL_GAP * self.em:
                self.text = f"{self.text[: space.at]}\t{self.text[space.at + 1 :]}"
                self.cell_left = space.after


def read(path: Path) -> tuple[str, Iterator[dict[str, Any]]]:
    document = open_pdf(path)
    return document.get_metadata_value("Title"), _pages(document)


def _pages(document: pdfium.PdfDocument) -> Iterator[dict[str, Any]]:
    for index in range(len(document)):
        try:
            yield _page(document, index)
        except pdfium.PdfiumError:
            yield {}  # an unreadable page is empty; the others are still read


def _page(document: pdfium.PdfDocument, index: int) -> dict[str, Any]:
    page = document[index]
    try:
        width, height = page.get_size()
        label = document.get_page_label(index)
        found: dict[str, Any] = {"width": round(width, 2), "height": round(height, 2)}
        if label and label != str(index + 1):
            found["label"] = label
        textpage = page.get_textpage()
        try:
            lines = _lines(_Positions(page, textpage), width / height if height else 1.0)
        finally:
            textpage.close()
        return found | {"text": _joined(lines), "boxes": [run.as_box() for line in lines for run in line.runs]}
    finally:
        page.close()


def _lines(positions: _Positions, ratio: float) -> list[Line]:
    """``ratio``: the page's width by its height, to compare distances in both directions."""
    lines, line, run = [], Line(), None
    space: int | None = None
    edge = 0.0
    for index, code in enumerate(_codes(positions.textpage)):
        if code in (10, 13):
            if line.text:
                lines.append(line)
            line, run, space = Line(), None, None
            continue
        character = chr(code)
        if character.isspace():
            space = len(line.text) if line.runs and space is None else space
            line.text, run = line.text + " ", None
            continue
        line.text += character
        box = positions.of(index) if character != HYPHEN else None
        if box is None:
            continue
        left, top, right, bottom = box
        if space is not None:
            line.spaces.append(Space(space, edge, left))
        space, edge = None, right
        line.left, line.right = min(line.left, left), max(line.right, right)
        line.top, line.bottom = min(line.top, top), max(line.bottom, bottom)
        size = max(right - left, (bottom - top) / ratio)
        line.em = max(line.em, size if is_cjk(character) else size * LATIN_EM)
        run = _add_to_runs(line.runs, run, character, box)
    if line.text:
        lines.append(line)
    for line in lines:
        line.mark_cells()
    return _in_reading_order(lines)


def _add_to_runs(runs: list[Run], run: Run | None, character: str, box: Box) -> Run:
    """Add a character to the current run, or begin a new one. Returns the run that has it."""
    left, top, right, bottom = box
    if run is None or is_cjk(run.text[-1]) != is_cjk(character) or not _beside(run, box):
        runs.append(Run(character, left, top, right, bottom))
        return runs[-1]
    run.text += character
    run.left, run.right = min(run.left, left), max(run.right, right)
    run.top, run.bottom = min(run.top, top), max(run.bottom, bottom)
    return run


def _in_reading_order(lines: list[Line]) -> list[Line]:
    """Order columns of vertical writing from right to left, upper blocks first."""
    long = [line for line in lines if len(line.text) > 2]
    upright = [line for line in long if line.bottom - line.top > 3 * (line.right - line.left)]
    if len(upright) <= len(long) * 0.7:
        return lines
    blocks: list[list[Line]] = []
    end = -1.0
    for line in sorted(lines, key=lambda line: line.top):
        if line.top >= end:
            blocks.append([])
        blocks[-1].append(line)
        end = max(end, line.bottom)
    ordered = [line for block in blocks for line in sorted(block, key=lambda line: -line.right)]
    for line in ordered:
        line.right = 0.0  # vertical lines are never joined: their right edge does not show whether they are full
    return ordered


def _beside(run: Run, box: Box) -> bool:
    left, top, right, bottom = box
    overlap = min(run.bottom, bottom) - max(run.top, top)
    # In vertical writing each character is below the last and gets a run of its own.
    return overlap > 0 and left > run.left - (right - left) and left - run.right < 2 * max(right - left, 0.005)


def _codes(textpage: pdfium.PdfTextPage) -> list[int]:
    """Code points by pdfium's character index; a character outside the BMP has one index."""
    count = min(raw.FPDFText_CountChars(textpage), MAX_CHARACTERS)
    codes = [raw.FPDFText_GetUnicode(textpage, index) for index in range(max(0, count))]
    return [code if code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else 0xFFFD for code in codes]


class _Positions:
    """Positions of characters as fractions of the page as shown, rotated and cropped."""

    def __init__(self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> None:
        self.page, self.textpage = page, textpage
        self.edges = [ctypes.c_double() for _ in range(4)]
        self.device = (ctypes.c_int(), ctypes.c_int())

    def of(self, index: int) -> Box | None:
        """Left, top, right, bottom; None for characters that pdfium generated."""
        left, right, bottom, top = self.edges
        refs = [ctypes.byref(edge) for edge in self.edges]
        if not raw.FPDFText_GetCharBox(self.textpage, index, *refs) or left.value == right.value:
            return None
        corners = [self._shown(x, y) for x, y in ((left.value, top.value), (right.value, bottom.value))]
        (x1, y1), (x2, y2) = corners
        return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)

    def _shown(self, x: float, y: float) -> tuple[float, float]:
        across, down = self.device
        raw.FPDF_PageToDevice(self.page, 0, 0, SCALE, SCALE, 0, x, y, ctypes.byref(across), ctypes.byref(down))
        return across.value / SCALE, down.value / SCALE


def _joined(lines: list[Line]) -> str:
    edge = max((line.right for line in lines), default=0.0)
    text = ""
    before: Line | None = None
    for line in lines:
        piece = line.text.strip()
        if not piece:
            continue
        if text.endswith((HYPHEN, "\ufffe")):
            text = text[:-1] + piece
        elif before is not None and _continues(before, line, edge) and text[-1] not in ENDINGS:
            text += piece
        else:
            text += ("\n" if text else "") + piece
        before = line
    return text.replace(HYPHEN, "-")


def _continues(before: Line, line: Line, edge: float) -> bool:
    """Whether a Chinese paragraph goes on: the line before is full, this one begins below it."""
    ends, begins = before.text.rstrip(), line.text.lstrip()
    is_full = 0 < FULL_LINE * edge <= before.right and len(ends.rsplit("\t", 1)[-1]) >= SHORT_LINE
    lefts = [before.cell_left]
    if ITEM.match(before.text) and before.text.count("\t") == 1:
        lefts.append(before.left)
    is_below = line.top > before.top and min(abs(line.left - left) for left in lefts) <= INDENT * before.em
    is_same_size = min(before.em, line.em) * SAME_SIZE > max(before.em, line.em)
    return is_full and is_below and is_same_size and is_cjk(ends[-1]) and is_cjk(begins[0])

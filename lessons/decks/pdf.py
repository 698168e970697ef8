"""Put pages together into one PDF. Runs in the sandbox.

Pages of PDF files stay as they are; of other files the page image is taken; dividers and credits come from a PDF that
LibreOffice made of the deck's own pages.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

from lessons.decks.own_pages import JPEG_QUALITY
from lessons.decks.plan import DeckPlan, Pick, read_plan

POINTS = 960.0
"""The longer side of a page made of an image, in points: that of a wide slide."""


def assemble(plan: str, name: str, own: str, report: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """The command of the subprocess. ``own``: the PDF of the deck's own pages, in their order.

    Returns ``{"pages"}``.
    """
    builder = _Assembly(read_plan(Path(plan)), own)
    try:
        builder.add_pages(report)
        builder.target.save(name)
        return {"pages": len(builder.target)}
    finally:
        builder.close()


class _Assembly:
    def __init__(self, plan: DeckPlan, own: str) -> None:
        self.plan = plan
        self.target = pypdfium2.PdfDocument.new()
        self._own = pypdfium2.PdfDocument(own)
        self._next_own = iter(range(len(self._own)))
        self._open: tuple[str, pypdfium2.PdfDocument] | None = None

    def add_pages(self, report: Callable[[dict[str, Any]], None]) -> None:
        position = 0
        for section in self.plan.sections:
            if section.divider:
                self._add_own()
            for pick in section.picks:
                self._add(pick)
                position += 1
                report({"page": position})
        for page in self._next_own:
            self.target.import_pages(self._own, [page])

    def _add(self, pick: Pick) -> None:
        if pick.format == "pdf" and pick.path and self._import(pick):
            return
        if pick.image:
            self._add_image(Path(pick.image))
        else:
            self._add_own()

    def _add_own(self) -> None:
        self.target.import_pages(self._own, [next(self._next_own)])

    def _import(self, pick: Pick) -> bool:
        """Take a page of a PDF as it is; False if that file can't be read."""
        try:
            if self._open is None or self._open[0] != pick.path:
                self._close_source()
                self._open = (pick.path, pypdfium2.PdfDocument(pick.path))
            self.target.import_pages(self._open[1], [pick.page - 1])
        except (pypdfium2.PdfiumError, IndexError, ValueError):
            return False
        return True

    def _add_image(self, path: Path) -> None:
        data, (width, height) = _jpeg(path)
        scale = POINTS / max(width, height)
        page = self.target.new_page(width * scale, height * scale)
        image = pypdfium2.PdfImage.new(self.target)
        image.load_jpeg(io.BytesIO(data), inline=True)
        image.set_matrix(pypdfium2.PdfMatrix().scale(width * scale, height * scale))
        page.insert_obj(image)
        page.gen_content()
        page.close()

    def _close_source(self) -> None:
        if self._open is not None:
            self._open[1].close()

    def close(self) -> None:
        self._close_source()
        self._own.close()
        self.target.close()


def _jpeg(path: Path) -> tuple[bytes, tuple[int, int]]:
    with Image.open(path) as image:
        out = io.BytesIO()
        image.convert("RGB").save(out, "JPEG", quality=JPEG_QUALITY)
        return out.getvalue(), image.size

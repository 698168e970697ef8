"""Render pages of a PDF. Runs in the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from resources.processing.pdfium import open_pdf
from resources.processing.render.renditions import MAX_PIXELS, WIDTHS, save


def render_pages(path: Path, first: int, last: int, report: Callable[[dict[str, Any]], None]) -> None:
    document = open_pdf(path)
    # Values in form fields are part of the page. pdfium is built without a script engine.
    document.init_forms()
    for number in range(first, min(last, len(document)) + 1):
        # Reported first: if rendering kills this process, the caller knows the page.
        report({"trying": number})
        report({"page": number, **_render(document, number)})


def _render(document: pdfium.PdfDocument, number: int) -> dict[str, Any]:
    try:
        page = document[number - 1]
        try:
            width, height = page.get_size()
            scale = scale_for(width, height)
            if scale is None:
                return {"widths": [], "width": width, "height": height}
            image = page.render(scale=scale, may_draw_forms=True, rev_byteorder=True).to_pil()
            return {"widths": save(image.convert("RGB"), number), "width": width, "height": height}
        finally:
            page.close()
    except (pdfium.PdfiumError, ValueError, OSError):
        return {"widths": [], "width": 0, "height": 0}


def scale_for(width: float, height: float) -> float | None:
    """Pixels per point for the widest rendition that fits MAX_PIXELS; None if there is none.

    Checked before memory is allocated: the file states its own page size (2,000,000 points were seen).
    """
    if not (width > 0 and height > 0):
        return None
    for target in sorted(WIDTHS, reverse=True):
        scale = target / width
        if target * height * scale <= MAX_PIXELS and height * scale >= 1:
            return scale
    return None

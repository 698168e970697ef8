"""Make the pictures of pages. Runs in the child: files in ``pictures/``, each page reported when it is done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

WIDTHS = (320, 960, 1600)
"""Pixels. A picture is never made larger than its original: a small one lies under the smallest width."""
MAX_PIXELS = 1600 * 8000
QUALITY = 82
# 2 of 6: half the time of the default for 4 % larger files (benchmarks/processing.py).
EFFORT = 2

FOLDER = "pictures"


def render(name: str, how: str, first: int, last: int, say: Callable[[dict[str, Any]], None]) -> None:
    """``how``: pdf or image. Pages ``first`` to ``last``, counted from 1, both included.

    Says ``{"page", "widths", "width", "height"}`` for each; ``widths`` is empty for a page that can't be drawn.
    """
    Path(FOLDER).mkdir(exist_ok=True)
    if how == "image":
        from resources.processing.render.image import draw

        draw(Path(name), say)
    else:
        from resources.processing.render.pdf import draw_pages

        draw_pages(Path(name), first, last, say)


def save(picture: Image.Image, number: int) -> list[int]:
    """Write the renditions of a page and give back their widths."""
    made = []
    for width in sorted(WIDTHS, reverse=True):
        smaller_fits = width == min(WIDTHS)
        if picture.width < width and not smaller_fits:
            continue
        if picture.width > width:
            height = max(1, round(picture.height * width / picture.width))
            picture = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        picture.save(f"{FOLDER}/{number}-{width}.webp", "WEBP", quality=QUALITY, method=EFFORT)
        made.append(width)
    return sorted(made)

"""Save a page image as WebP in several widths. Runs in the sandbox."""

from __future__ import annotations

from PIL import Image

WIDTHS = (320, 960, 1600)
"""Pixels. An image is never enlarged: one narrower than the smallest width keeps its size."""
MAX_PIXELS = 1600 * 8000
QUALITY = 82
# 2 of 6: half the time of the default for files that are 4 % larger (benchmarks/processing.py).
EFFORT = 2

FOLDER = "images"


def save(image: Image.Image, number: int) -> list[int]:
    """Write the renditions of page ``number``; returns their widths."""
    saved = []
    for width in sorted(WIDTHS, reverse=True):
        is_smallest = width == min(WIDTHS)
        if image.width < width and not is_smallest:
            continue
        if image.width > width:
            height = max(1, round(image.height * width / image.width))
            image = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        image.save(f"{FOLDER}/{number}-{width}.webp", "WEBP", quality=QUALITY, method=EFFORT)
        saved.append(width)
    return sorted(saved)

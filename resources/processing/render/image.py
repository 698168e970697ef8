"""Renditions of an image file without its metadata (place, time, owner). Runs in the sandbox."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from resources.processing.render.renditions import WIDTHS, save

MAX_IMAGE_PIXELS = 120_000_000
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PSD", "HEIF", "AVIF", "MPO")


def render_image(path: Path, _first: int, _last: int, report: Callable[[dict[str, Any]], None]) -> None:
    """An image is a single page."""
    with contextlib.suppress(ImportError):
        import pillow_heif

        pillow_heif.register_heif_opener()
    # Our limit below replaces Pillow's warning.
    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")
    try:
        with Image.open(path, formats=FORMATS) as image:
            width, height = image.size
            if width * height > MAX_IMAGE_PIXELS:
                report({"page": 1, "widths": [], "width": width, "height": height, "too_large": True})
                return
            image.draft("RGB", (max(WIDTHS), max(WIDTHS)))
            upright = ImageOps.exif_transpose(image)
            width, height = (height, width) if image.getexif().get(0x0112, 1) in (5, 6, 7, 8) else (width, height)
            flat = _flatten(upright)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - decoders raise many types; each means a damaged image
        report({"page": 1, "widths": [], "width": 0, "height": 0})
        return
    report({"page": 1, "widths": save(flat, 1), "width": width, "height": height})


def _flatten(image: Image.Image) -> Image.Image:
    """RGB, or RGBA for a transparent image. Copying only the pixels drops the metadata."""
    mode = "RGBA" if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info else "RGB"
    converted = image.convert(mode)
    plain = Image.new(mode, converted.size)
    plain.paste(converted)
    return plain

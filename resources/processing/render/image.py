"""Thumbnails of an image, without what cameras write beside the picture (place, time, owner). Runs in the child."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from resources.processing.render import WIDTHS, save

MAX_IMAGE_PIXELS = 120_000_000
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PSD", "HEIF", "AVIF", "MPO")


def draw(path: Path, say: Callable[[dict[str, Any]], None]) -> None:
    with contextlib.suppress(ImportError):
        import pillow_heif

        pillow_heif.register_heif_opener()
    # Our own limit below is the one that counts; Pillow's warning would only clutter the log.
    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")
    try:
        with Image.open(path, formats=FORMATS) as image:
            width, height = image.size
            if width * height > MAX_IMAGE_PIXELS:
                say({"page": 1, "widths": [], "width": width, "height": height, "too_large": True})
                return
            image.draft("RGB", (max(WIDTHS), max(WIDTHS)))
            upright = ImageOps.exif_transpose(image)
            width, height = (height, width) if image.getexif().get(0x0112, 1) in (5, 6, 7, 8) else (width, height)
            picture = _flat(upright)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - decoders raise whatever they like; all of it means a damaged picture
        say({"page": 1, "widths": [], "width": 0, "height": 0})
        return
    say({"page": 1, "widths": save(picture, 1), "width": width, "height": height})


def _flat(image: Image.Image) -> Image.Image:
    """In plain colours; transparent parts stay transparent. Metadata is left behind because only pixels are copied."""
    mode = "RGBA" if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info else "RGB"
    converted = image.convert(mode)
    plain = Image.new(mode, converted.size)
    plain.paste(converted)
    return plain

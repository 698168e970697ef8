"""Signed URLs of page images. The caller has checked that the user may see the page."""

from __future__ import annotations

from datetime import timedelta

from resources.models import FileBlob, rendition_key
from resources.storage import get_store

THUMBNAIL, STAGE = 320, 960
"""Widths in pixels, for lists and for the viewer (processing/render makes them)."""

STABLE_FOR = timedelta(hours=1)
"""How long a URL stays the same, for browsers' caches. It works up to twice as long, unless it is revoked before."""


def page_image_url(blob: FileBlob, number: int, width: int) -> str:
    """``width``: one of the page's ``widths``."""
    canonical = blob.canonical
    return get_store().sign_get(
        rendition_key(canonical.uid, number, width, url_generation=canonical.edition),
        filename=None,
        media_type="image/webp",
        inline=True,
        expires=STABLE_FOR,
        stable_for=STABLE_FOR,
    )

"""Signed URLs of page images. The caller has checked that the user may see the page."""

from __future__ import annotations

from datetime import timedelta

from resources.models import FileBlob, rendition_key
from resources.storage import get_store

THUMBNAIL, STAGE = 320, 960
"""Widths in pixels of the image in a list and of the one in the viewer; both are rendered (processing/render)."""

STABLE_FOR = timedelta(hours=1)
"""How long the URL of a page stays the same, so that browsers can cache the image. It works one to two hours.

Withdrawal ends it earlier: the local store checks every request (entitlement.py), a bucket loses the images
(revocation.py).
"""


def page_image_url(blob: FileBlob, number: int, width: int) -> str:
    """A signed URL of page ``number`` of a blob, ``width`` pixels wide (one of the page's ``widths``)."""
    canonical = blob.canonical
    return get_store().sign_get(
        rendition_key(canonical.uid, number, width, url_generation=canonical.edition),
        filename=None,
        media_type="image/webp",
        inline=True,
        expires=STABLE_FOR,
        stable_for=STABLE_FOR,
    )

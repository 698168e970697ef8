"""Addresses of page pictures. The caller has checked that the reader may see the page."""

from __future__ import annotations

from datetime import timedelta

from resources.models import FileBlob
from resources.models.file import rendition_key
from resources.storage import get_store

STEADY = timedelta(hours=1)
"""A page's address stays the same this long, so that browsers keep the picture; it works one to two hours.

Not longer than those may look who were given it: the local store asks (``offering.py``), in a bucket the pictures of
what was taken down move away (``closing.py``).
"""


def picture_url(blob: FileBlob, number: int, width: int) -> str:
    """A signed address of page ``number`` of a blob, ``width`` pixels wide (one of the page's ``widths``)."""
    canonical = blob.canonical
    return get_store().sign_get(
        rendition_key(canonical.uid, number, width, edition=canonical.edition),
        filename=None,
        media_type="image/webp",
        inline=True,
        expires=STEADY,
        steady=STEADY,
    )

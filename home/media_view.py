"""Serves the CMS's pictures, in every profile, and nothing else of its media.

Documents lie beside them; an uploaded page of HTML given from here would run on our origin. So only Wagtail's two
folders of pictures, only the types a picture may have, and the type by our list instead of the browser's guess.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from home.media_storage import ORIGINALS
from resources.storage import StoreUnavailable

FOLDERS = ("images", ORIGINALS)
TYPES = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
"""SVG is not among them: it may hold scripts."""

NAME_MAX = 100
"""Characters; the column of Wagtail's that holds the name has no more. Stores differ in how they refuse longer ones."""


@require_safe
def picture(request: HttpRequest, folder: str, name: str) -> HttpResponseBase:
    media_type = TYPES.get(PurePosixPath(name).suffix.lower())
    if folder not in FOLDERS or media_type is None or len(name) > NAME_MAX:
        raise Http404
    try:
        content = default_storage.open(f"{folder}/{name}")
    except (OSError, ValueError) as error:
        # No such file, or a name no file system takes.
        raise Http404 from error
    except StoreUnavailable:
        words = _("The file store can't be reached now. Try again later.")
        return HttpResponse(words, status=503, content_type="text/plain; charset=utf-8")
    return FileResponse(
        content,
        content_type=media_type,
        headers={
            # Names are used once (home/media_storage.py), so what was got stays right.
            "Cache-Control": "public, max-age=31536000, immutable",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )

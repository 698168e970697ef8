"""robots.txt and the images of the CMS."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from home.media_storage import ORIGINALS
from resources.storage import StoreUnavailable

NOT_CRAWLED = ("/search/", "/workspace/", "/cms/", "/accounts/", "/api/")
"""Search result pages are endless; the other folders need an account."""

IMAGE_FOLDERS = ("images", ORIGINALS)
IMAGE_TYPES = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
"""Without SVG, which may contain scripts."""

NAME_MAX = 100
"""Characters in Wagtail's column for the name. Storages differ in how they refuse longer names."""


def robots(request: HttpRequest) -> HttpResponse:
    sitemap = settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("sitemap")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_CRAWLED), "", f"Sitemap: {sitemap}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def media_image(request: HttpRequest, folder: str, name: str) -> HttpResponseBase:
    """An image of the CMS, with the media type of our own list.

    Other media are never served here: an uploaded HTML page would run on our origin.
    """
    media_type = IMAGE_TYPES.get(PurePosixPath(name).suffix.lower())
    if folder not in IMAGE_FOLDERS or media_type is None or len(name) > NAME_MAX:
        raise Http404
    try:
        content = default_storage.open(f"{folder}/{name}")
    except (OSError, ValueError) as error:
        # Missing, or a name that no file system accepts.
        raise Http404 from error
    except StoreUnavailable:
        message = _("The file store can't be reached now. Try again later.")
        return HttpResponse(message, status=503, content_type="text/plain; charset=utf-8")
    return FileResponse(
        content,
        content_type=media_type,
        headers={
            # A name is used only once (media_storage.py), so a cached image never becomes outdated.
            "Cache-Control": "public, max-age=31536000, immutable",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )

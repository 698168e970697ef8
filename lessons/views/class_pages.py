"""What students see of a class link: pages to look at, without an account."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from lessons.models import ClassLink
from lessons.queries.class_pages import image_key, slides_of, viewer_with
from lessons.services.class_links import count_opening
from resources.storage import ObjectMissing, get_store

Response = TypeVar("Response", bound=HttpResponseBase)

URL_LIVES = timedelta(seconds=60)
"""Of a picture in a bucket, which can't ask whether the link still holds."""


@require_safe
def class_page(request: HttpRequest, token: str) -> HttpResponse:
    link = _open_link(token)
    if link is None:
        return _private(render(request, "lessons/class_over.html", status=404))
    if request.method == "GET":
        count_opening(link)
    viewer = viewer_with(link)
    target = link.lesson or link.resource_list or link.resource
    slides = slides_of(link, viewer)
    # The title of a single resource is hidden with it.
    shown = target if slides or link.resource is None else None
    context = {"link": link, "token": token, "target": shown, "slides": slides}
    return _private(render(request, "lessons/class_page.html", context))


@require_safe
def class_image(request: HttpRequest, token: str, uid: uuid.UUID, number: int) -> HttpResponseBase:
    """One page's picture, as long as the link shows it. Asked anew every minute."""
    link = _open_link(token)
    key = image_key(link, uid, number) if link is not None else None
    if key is None:
        return _private(HttpResponse(status=404, content="404", content_type="text/plain"))
    store = get_store()
    if settings.STORE["s3"]:
        url = store.sign_get(key, filename=None, media_type="image/webp", inline=True, expires=URL_LIVES)
        return _private(redirect(url))
    try:
        found = store.head(key)
        if found is None:
            raise ObjectMissing
        chunks = store.read(key)
        response: HttpResponseBase = StreamingHttpResponse(chunks, content_type="image/webp")
    except ObjectMissing:
        return _private(HttpResponse(status=404, content="404", content_type="text/plain"))
    response["Content-Length"] = str(found.size)
    return _private(response)


def _open_link(token: str) -> ClassLink | None:
    links = ClassLink.objects.open().with_token(token)
    return links.select_related("owner", "lesson", "resource_list", "resource").first()


def _private(response: Response) -> Response:
    """For no search engine and no shared cache; the address is told to no other site."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "private, max-age=60" if "image" in response.get("Content-Type", "") else "no-store"
    return response

"""The signed URLs of the local store: parts are received, objects are sent.

A signature permits sending a part. To fetch an object the user must also still be entitled to it (entitlement.py).
Uploaded files must never run on our origin: they are sent with a sandbox policy, without MIME sniffing, and as an
attachment unless they are images, videos or audio.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.http.request import UnreadablePostError
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from resources.delivery import entitlement
from resources.storage import ObjectInfo, ObjectMissing, PartsRefused, StoreUnavailable, UploadMissing, local_store
from resources.storage.base import disposition
from resources.storage.signed_urls import InvalidLink, ObjectLink

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


# The signature, not a cookie, permits this request; another site cannot forge it.
@csrf_exempt
@require_http_methods(["PUT"])
def put_part(request: HttpRequest, upload_id: str, number: int) -> HttpResponse:
    """Receive one part. The body is written to disk a megabyte at a time, so memory use stays constant."""
    store = local_store()
    try:
        link = store.signer.read_part_url(upload_id, number, request.GET, now=datetime.now(UTC))
    except InvalidLink:
        return _refused("link_refused", _("This upload address is no longer valid. Ask for a new one."), 403)
    if link.md5 and request.headers.get("Content-MD5") != link.md5:
        return _refused("checksum_missing", _("The checksum announced for this part is missing."), 400)
    try:
        part = store.receive(link, _reader(request))
    except UploadMissing:
        return _refused("upload_missing", _("This upload is finished or was cancelled."), 404)
    except (PartsRefused, UnreadablePostError):
        return _refused("part_refused", _("The part did not arrive whole. Send it again."), 400)
    except StoreUnavailable:
        return _refused("store_unavailable", _("The file store can't take anything now. Try again later."), 503)
    return HttpResponse(status=200, headers={"ETag": f'"{part.etag}"'})


def _reader(request: HttpRequest) -> Callable[[int], bytes]:
    def read(amount: int) -> bytes:
        try:
            return request.read(amount)
        except UnreadablePostError as error:
            # It is an OSError, which the store would take for a failing disk.
            raise PartsRefused("The connection was lost") from error

    return read


def _refused(code: str, message: str, status: int) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status)


@require_http_methods(["GET", "HEAD"])
def get_object(request: HttpRequest, key: str) -> HttpResponseBase:
    """Send an object, or the requested range of it."""
    store = local_store()
    try:
        link = store.signer.read_object_url(key, request.GET, now=datetime.now(UTC))
    except InvalidLink:
        return HttpResponse(
            _("This address is no longer valid. Go back and open the file again."),
            status=403,
            content_type="text/plain; charset=utf-8",
        )
    # A file that was removed, withdrawn or restricted since the URL was signed answers as a missing one.
    found = store.head(key) if entitlement.may_fetch(key, request.user) else None
    if found is None:
        return HttpResponse(_("This file is not there."), status=404, content_type="text/plain; charset=utf-8")
    response = _body(request, link, found)
    for name, value in _headers(link, found).items():
        response[name] = value
    if "X-Accel-Redirect" in response:
        # nginx adds the header itself.
        del response["Accept-Ranges"]
    return response


def _headers(link: ObjectLink, found: ObjectInfo) -> dict[str, str]:
    left = max(0, link.expires - int(datetime.now(UTC).timestamp()))
    return {
        "Content-Type": link.media_type or "application/octet-stream",
        "Content-Disposition": disposition(link.filename, media_type=link.media_type, inline=link.inline),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
        "ETag": f'"{found.etag}"',
        "Cache-Control": f"private, max-age={left if link.inline else 0}",
    }


def _body(request: HttpRequest, link: ObjectLink, found: ObjectInfo) -> HttpResponseBase:
    etag = f'"{found.etag}"'
    if _matches(request.headers.get("If-None-Match", ""), etag):
        return HttpResponse(status=304)
    if settings.STORE_ACCEL_PREFIX:
        # nginx evaluates ranges and conditions itself.
        return HttpResponse(headers={"X-Accel-Redirect": f"{settings.STORE_ACCEL_PREFIX}/{quote(link.key)}"})
    header = request.headers.get("Range", "")
    wanted = _range(header, found.size) if header and request.headers.get("If-Range", etag) == etag else None
    if wanted == _UNSATISFIABLE:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{found.size}"})
    start, length = wanted or (0, found.size)
    response = _stream(link.key, start, length, send=request.method == "GET")
    if wanted and response.status_code == 200:
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{start + length - 1}/{found.size}"
    return response


def _stream(key: str, start: int, length: int, *, send: bool) -> HttpResponseBase:
    """The bytes of an object; the headers only unless ``send``."""
    chunks: Iterator[bytes] = iter(())
    if send:
        try:
            chunks = local_store().read(key, start=start, length=length)
        except ObjectMissing:
            return HttpResponse(status=404)
    return StreamingHttpResponse(chunks, headers={"Content-Length": str(length)})


def _matches(if_none_match: str, etag: str) -> bool:
    """Whether If-None-Match names this object: weakly, in a list, or as ``*`` (RFC 9110, 13.1.2)."""
    return any(tag == "*" or tag.removeprefix("W/") == etag for tag in parse_etags(if_none_match))


_UNSATISFIABLE = (-1, -1)


def _range(header: str, size: int) -> tuple[int, int] | None:
    """Start and length of a single range. None, which RFC 9110 allows: several ranges, or not a range."""
    match = _RANGE.fullmatch(header.strip())
    if not match or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        length = min(int(last), size)
        return (size - length, length) if length else _UNSATISFIABLE
    start = int(first)
    end = min(int(last), size - 1) if last else size - 1
    if start >= size:
        return _UNSATISFIABLE
    return (start, end - start + 1) if end >= start else None

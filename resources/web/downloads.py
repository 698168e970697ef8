"""Downloads: check the permission, count the use, redirect to a signed URL of the store."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from common.text import parse_id
from resources.catalogue.licence_terms import why_no_download
from resources.delivery import downloads


@require_safe
def download(request: HttpRequest, pk: int, uid: uuid.UUID) -> HttpResponse:
    """A file of a resource. ``?v=2``: of that published version. ``?revision=7``: of that draft."""
    try:
        file = downloads.find_file(
            who=request.user,
            resource_id=pk,
            file_uid=uid,
            version_number=_id_or_404(request, "v"),
            revision_id=_id_or_404(request, "revision"),
        )
    except downloads.FileMissing as error:
        raise Http404 from error
    except downloads.LicenceForbids as error:
        return _forbidden(request, error)
    except downloads.NotVerified:
        return render(request, "resources/download_waiting.html", {"draft": reverse("draft", args=[pk])}, status=409)
    if "MicroMessenger" in request.headers.get("User-Agent", ""):
        # WeChat's browser drops downloads without a message.
        return render(request, "resources/download_wechat.html", {"resource": file.resource, "name": file.name})
    response = redirect(downloads.signed_url(file) if request.method == "HEAD" else _start(request, file, uid))
    add_never_cache_headers(response)
    return response


def _start(request: HttpRequest, file: downloads.Download, uid: uuid.UUID) -> str:
    return downloads.start_download(
        file,
        who=request.user,
        file_uid=uid,
        session_key=request.session.session_key,
        user_agent=request.headers.get("User-Agent", ""),
    )


def _forbidden(request: HttpRequest, error: downloads.LicenceForbids) -> HttpResponse:
    why = why_no_download(error.resource, who=request.user)
    context = {"resource": error.resource, "why": why, "may_sign_in": not request.user.is_authenticated}
    return render(request, "resources/download_refused.html", context, status=403)


def _id_or_404(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name)
    number = parse_id(text)
    if text and number is None:
        raise Http404
    return number

"""Error pages (JSON under ``/api/``) and the health check for load balancers."""

from __future__ import annotations

import logging
import sys

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware, RejectRequest
from django.template.loader import render_to_string
from django.utils.decorators import decorator_from_middleware
from django.utils.translation import gettext as _
from django.views import defaults, i18n
from django.views.decorators.csrf import csrf_exempt

from common.database import is_busy

log = logging.getLogger(__name__)

DATABASE_BUSY_FOR = 5
"""Seconds after which to ask again."""
SCRIPT_PATHS = ("/api/", "/store/", "/search/suggest")
"""Only scripts ask for these, so that a refusal is JSON."""


def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the database answers. Search and store may be down: the site stays up without them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


def _asks_in_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Too large, too many fields, a foreign host name.

    Renders no template of ours: that would read the request again.
    """
    if not _asks_in_json(request):
        if isinstance(exception, DisallowedHost):
            page = render_to_string("400_host.html", {"address": settings.WAGTAILADMIN_BASE_URL})
            return HttpResponse(page, status=400)
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        return JsonResponse({"code": "too_large", "message": _("The request is too large.")}, status=413)
    message = _("Something in the request is missing or wrong.")
    return JsonResponse({"code": "invalid", "message": message}, status=400)


class SameOrigin(CsrfViewMiddleware):
    """Demand the site's own Origin header and no token, which a page shared by all visitors can't hold."""

    def _check_token(self, request: HttpRequest) -> None:
        # An Origin header has been compared with the host before.
        if "HTTP_ORIGIN" not in request.META:
            raise RejectRequest("Origin is missing")


@csrf_exempt
@decorator_from_middleware(SameOrigin)
def set_language(request: HttpRequest) -> HttpResponseBase:
    return i18n.set_language(request)


def no_such_page(request: HttpRequest) -> HttpResponse:
    """Close a URL that an installed app opens."""
    raise Http404


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not _asks_in_json(request):
        return defaults.page_not_found(request, exception)
    return JsonResponse({"code": "not_found", "message": _("There is no page at this URL")}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answers 503 when the exception that is being handled says that the database is busy."""
    if is_busy(error := sys.exc_info()[1]):
        log.warning("The database is busy: %s %s: %s", request.method, request.path, error)
        message = _("Very much is being saved just now. Try again in a few seconds.")
        if request.method not in ("GET", "HEAD"):
            message = _("Very much is being saved just now, so this was not saved. Try again in a few seconds.")
        response = refuse(request, code="busy", message=message, retry_after=DATABASE_BUSY_FOR)
        response._has_been_logged = True  # type: ignore[attr-defined] # Django would write a traceback for each
        return response
    if not _asks_in_json(request):
        return defaults.server_error(request)
    message = _("Something went wrong on our side. Try again in a while.")
    return JsonResponse({"code": "broken", "message": message}, status=500)


def refuse(request: HttpRequest, *, code: str, message: str, retry_after: int, status: int = 503) -> HttpResponse:
    """Ask the client to come again after ``retry_after`` seconds: JSON for scripts, else a page.

    Reads neither session nor database.
    """
    if request.path.startswith(SCRIPT_PATHS):
        response: HttpResponse = JsonResponse({"code": code, "message": message}, status=status)
    else:
        again = request.get_full_path() if request.method in ("GET", "HEAD") else ""
        page = render_to_string("refused.html", {"message": message, "again": again})
        response = HttpResponse(page, status=status)
    response["Retry-After"] = str(retry_after)
    response["Cache-Control"] = "no-store"
    return response


def no_such_operation(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer unknown API URLs with 404; Wagtail would redirect them to themselves with a slash."""
    raise Http404

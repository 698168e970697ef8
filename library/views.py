"""Error pages (JSON under ``/api/``) and the health check for load balancers."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults


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
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        return JsonResponse({"code": "too_large", "message": _("The request is too large.")}, status=413)
    message = _("Something in the request is missing or wrong.")
    return JsonResponse({"code": "invalid", "message": message}, status=400)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not _asks_in_json(request):
        return defaults.page_not_found(request, exception)
    return JsonResponse({"code": "not_found", "message": _("There is no page at this URL")}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    if not _asks_in_json(request):
        return defaults.server_error(request)
    message = _("Something went wrong on our side. Try again in a while.")
    return JsonResponse({"code": "broken", "message": message}, status=500)


def no_such_operation(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer unknown API URLs with 404; Wagtail would redirect them to themselves with a slash."""
    raise Http404

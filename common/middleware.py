"""Small middlewares: personal pages, incomplete forms, methods of the API, the client's IP address."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import gettext as _

Handler = Callable[[HttpRequest], HttpResponse]

client_address: ContextVar[str] = ContextVar("client_address", default="")
"""The IP address of the client whose request is being answered; empty in workers and commands."""


class PersonalPages:
    """``Cache-Control: no-store`` for signed-in users: "Back" on a shared computer shows nothing.

    Responses whose view gives a ``max-age`` are left alone, and so are visitors' pages: those vary with the cookie.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        kind = response.get("Content-Type", "").partition(";")[0]
        wanted = kind in ("text/html", "application/json") and "max-age=" not in response.get("Cache-Control", "")
        # A response whose view never read the session can't depend on the user.
        session = getattr(request, "session", None)
        if wanted and session is not None and session.accessed and SESSION_KEY in session:
            patch_cache_control(response, private=True, no_store=True)
        return response


class PermissionsPolicy:
    """Deny pages, and whatever they embed, the devices that the site never uses.

    A view's own header stays.
    """

    HEADER = ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer",
            "camera",
            "display-capture",
            "geolocation",
            "gyroscope",
            "hid",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "serial",
            "usb",
        )
    )

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.HEADER)
        return response


class IncompleteForms:
    """Answer 400, not 500, when a view of the CMS reads a field that the form did not send."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        if isinstance(error, MultiValueDictKeyError):
            raise BadRequest(str(error)) from error


class ApiMethods:
    """Under ``/api/``: answer HEAD as GET, and a wrong method in JSON. django-ninja does neither."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/"):
            return self.get_response(request)
        asked = request.method
        if asked == "HEAD":
            # The server leaves the body out.
            request.method = "GET"
        response = self.get_response(request)
        request.method = asked
        if response.status_code == 405:
            body = {"code": "method", "message": _("This address does not understand that kind of request.")}
            headers = {"Allow": response["Allow"]} if "Allow" in response else {}
            return JsonResponse(body, status=405, headers=headers)
        return response


class RequestOrigin:
    """Set ``client_address`` while a request is answered, for the audit log and rate limits."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.META.get("REMOTE_ADDR", "")
        if settings.ENVIRONMENT.behind_proxy:
            # Only the last entry was written by our proxy; the client can forge the others.
            address = request.META.get("HTTP_X_FORWARDED_FOR", address).rsplit(",", 1)[-1].strip()
        token = client_address.set(address)
        try:
            return self.get_response(request)
        finally:
            client_address.reset(token)

"""Small middlewares: the content security policy by path, what browsers may keep, the manners of the API, and where a
request came from (for the audit log).
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

Handler = Callable[[HttpRequest], HttpResponse]

client_address: ContextVar[str] = ContextVar("client_address", default="")
"""The address of the client whose request is being answered; empty in workers and commands."""


def _policy(directives: dict[str, list[str]]) -> str:
    return "; ".join(f"{name} {' '.join(values)}" for name, values in directives.items())


class ContentSecurityPolicy:
    """Strict on every page of ours; Wagtail's admin forms need inline script and style (measured), so only `/cms/` allows them.

    A view may set the header itself (the file store does); then it is left alone.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        store = self._store_origin()
        files = ["'self'", *store]
        public = {
            "default-src": ["'none'"],
            "script-src": ["'self'"],
            "style-src": ["'self'"],
            "img-src": [*files, "data:"],
            "media-src": files,
            "font-src": ["'self'"],
            "connect-src": files,
            "form-action": ["'self'"],
            "base-uri": ["'none'"],
            # 'self', not 'none': Wagtail's preview shows public pages in a frame of the admin.
            "frame-ancestors": ["'self'"],
            "manifest-src": ["'self'"],
        }
        admin = public | {
            "script-src": ["'self'", "'unsafe-inline'"],
            "style-src": ["'self'", "'unsafe-inline'"],
            "img-src": [*files, "data:", "blob:"],
            "frame-src": ["'self'"],
        }
        self.public, self.admin = _policy(public), _policy(admin)

    @staticmethod
    def _store_origin() -> list[str]:
        s3 = settings.STORE["s3"]
        address = s3.get("S3_PUBLIC_ENDPOINT") or s3.get("S3_ENDPOINT")
        if not address:
            # Without an endpoint boto3 speaks to AWS, whose hosts carry the region.
            return ["https://*.amazonaws.com"] if s3 else []
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc}"
        virtual = s3.get("S3_ADDRESSING_STYLE") == "virtual"
        return [f"{parts.scheme}://{s3['S3_BUCKET']}.{parts.netloc}"] if virtual else [origin]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Content-Security-Policy" not in response:
            inside = request.path.startswith("/cms/")
            response["Content-Security-Policy"] = self.admin if inside else self.public
        return response


class PersonalPages:
    """What somebody signed in was shown stays in no cache: the next person at a school's computer presses "back".

    Unless their view says how long they may be kept. Visitors' pages are left alone, they vary with the cookie.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        kind = response.get("Content-Type", "").partition(";")[0]
        wanted = kind in ("text/html", "application/json") and "max-age=" not in response.get("Cache-Control", "")
        # Asked only where the view did: an answer that never looked at the session can't depend on the person.
        session = getattr(request, "session", None)
        if wanted and session is not None and session.accessed and SESSION_KEY in session:
            patch_cache_control(response, private=True, no_store=True)
        return response


class ApiManners:
    """Under ``/api/``, where the framework forgets them: HEAD answers as GET does, a wrong method answers in JSON."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/"):
            return self.get_response(request)
        asked = request.method
        if asked == "HEAD":
            # Whoever sends the answer leaves the body out.
            request.method = "GET"
        response = self.get_response(request)
        request.method = asked
        if response.status_code == 405:
            body = {"code": "method", "message": _("This address does not understand that kind of request.")}
            headers = {"Allow": response["Allow"]} if "Allow" in response else {}
            return JsonResponse(body, status=405, headers=headers)
        return response


class RequestOrigin:
    """Remember the client's address while its request is answered, so that audit entries can say from where."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.META.get("REMOTE_ADDR", "")
        if settings.ENVIRONMENT.behind_proxy:
            # The last entry is the one our own proxy wrote; earlier ones are the client's claims.
            address = request.META.get("HTTP_X_FORWARDED_FOR", address).rsplit(",", 1)[-1].strip()
        token = client_address.set(address)
        try:
            return self.get_response(request)
        finally:
            client_address.reset(token)

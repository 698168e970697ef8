"""The JSON API: one OpenAPI document, one router per app."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from common.errors import UserError

# No docs_url: ninja's page loads scripts from another host, which the Content Security Policy forbids.
api = NinjaAPI(title="Resource library", version="1", docs_url=None, urls_namespace="api")


@api.exception_handler(ValidationError)
def explain(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Bad input answers 422 with one sentence for people and the details for programs."""
    body = {"code": "invalid", "message": _("Something in the request is missing or wrong."), "detail": error.errors}
    return api.create_response(request, body, status=422)


@api.exception_handler(HttpError)
def refuse(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What ninja itself refuses: a body that is no JSON, a request without the page's CSRF token."""
    if error.status_code == 403:
        body = {"code": "csrf", "message": _("This page is out of date. Reload it and try again.")}
    else:
        body = {"code": "invalid", "message": _("Something in the request is missing or wrong.")}
    return api.create_response(request, body, status=error.status_code)


@api.exception_handler(UserError)
def refuse_user(request: HttpRequest, error: UserError) -> HttpResponse:
    return api.create_response(request, error.as_json(), status=error.http_status)


@api.exception_handler(AuthenticationError)
def ask_for_login(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return api.create_response(request, {"code": "login", "message": _("Sign in first.")}, status=401)


api.add_router("", "resources.web.upload_api.router")
api.add_router("", "search.api.router")

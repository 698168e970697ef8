"""The site's URLs, and a page that costs nothing but its template."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from library.urls import handler400, handler404, handler500
from library.urls import urlpatterns as site_urls

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]

TEMPLATE = engines["django"].from_string("<!doctype html><title>{{ title }}</title><p>{{ text }}</p>")


def static_template(request: HttpRequest, size: int) -> HttpResponse:
    """A page of ``size`` bytes."""
    return HttpResponse(TEMPLATE.render({"title": "static", "text": "x" * size}, request))


urlpatterns = [path("benchmark/static/<int:size>/", static_template), *site_urls]

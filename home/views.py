from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse


def robots(request: HttpRequest) -> HttpResponse:
    """Search result pages are endless, the workspace is nobody else's; everything public is in the sitemap."""
    closed = ["/search/", "/workspace/", "/cms/", "/accounts/", "/api/"]
    sitemap = settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("sitemap")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), "", f"Sitemap: {sitemap}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")

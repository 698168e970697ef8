"""For search engines: what a visitor without an account may see, and nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from wagtail.models import Page

from members.models import School
from members.viewer import VISITOR
from resources.models import Resource


class ResourceSitemap(Sitemap):
    limit = 5000

    def items(self) -> Any:
        return Resource.objects.visible_to(VISITOR).only("pk", "last_published_at").order_by("pk")

    def lastmod(self, item: Resource) -> datetime | None:
        return item.last_published_at


class SchoolSitemap(Sitemap):
    def items(self) -> Any:
        return School.objects.active().order_by("pk")


class PageSitemap(Sitemap):
    def items(self) -> Any:
        return Page.objects.live().public().filter(depth__gte=2).order_by("path")

    def location(self, item: Page) -> str:
        return item.url or "/"

    def lastmod(self, item: Page) -> datetime | None:
        return item.last_published_at


SITEMAPS = {"resources": ResourceSitemap, "schools": SchoolSitemap, "pages": PageSitemap}

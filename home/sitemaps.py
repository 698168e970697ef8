"""Sitemaps for search engines: only what a visitor without an account may see."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from wagtail.models import Page

from members.models import School
from members.viewer import VISITOR
from resources.models import Resource


class ResourceSitemap(Sitemap):
    limit = 5000

    def items(self) -> QuerySet[Resource]:
        return Resource.objects.visible_to(VISITOR).only("pk", "last_published_at").order_by("pk")

    def lastmod(self, item: Resource) -> datetime | None:
        return item.last_published_at


class SchoolSitemap(Sitemap):
    def items(self) -> QuerySet[School]:
        return School.objects.active().order_by("pk")


class PageSitemap(Sitemap):
    def items(self) -> QuerySet[Page]:
        return Page.objects.live().public().filter(depth__gte=2).order_by("path")

    def location(self, item: Page) -> str:
        return item.url or "/"

    def lastmod(self, item: Page) -> datetime | None:
        return item.last_published_at


SITEMAPS = {"resources": ResourceSitemap, "schools": SchoolSitemap, "pages": PageSitemap}

"""Addresses beside the page tree: the home page's name, the sitemap, robots.txt, the CMS's pictures."""

from __future__ import annotations

from django.contrib.sitemaps.views import index, sitemap
from django.urls import URLPattern, path
from wagtail.views import serve

from home.media_view import picture
from home.sitemaps import SITEMAPS
from home.views import robots

urlpatterns: list[URLPattern] = [
    path("", serve, {"path": ""}, name="home"),
    path("sitemap.xml", index, {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap_section"}, name="sitemap"),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap_section"),
    path("robots.txt", robots, name="robots"),
    path("media/<str:folder>/<str:name>", picture, name="media_picture"),
]

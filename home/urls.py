"""URLs beside the page tree: home page by name, sitemap, robots.txt, feeds, images of the CMS."""

from __future__ import annotations

from django.contrib.sitemaps.views import index, sitemap
from django.urls import URLPattern, path
from wagtail.views import serve

from home.feeds import News
from home.sitemaps import SITEMAPS
from home.views import media_image, robots

urlpatterns: list[URLPattern] = [
    path("", serve, {"path": ""}, name="home"),
    path("sitemap.xml", index, {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap_section"}, name="sitemap"),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap_section"),
    path("feed/news/", News(), name="news_feed"),
    path("feed/news/<slug:category>/", News(), name="news_category_feed"),
    path("robots.txt", robots, name="robots"),
    path("media/<str:folder>/<str:name>", media_image, name="media_picture"),
]

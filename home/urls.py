"""URLs beside the page tree: home page by name, sitemap, robots.txt, feeds, images of the CMS."""

from __future__ import annotations

from django.contrib.sitemaps.views import index, sitemap
from django.urls import URLPattern, path
from wagtail.views import serve

from common.page_cache import cached_page
from home.feeds import News
from home.sitemaps import SITEMAPS
from home.views import media_image, robots

for_everyone = cached_page(parameters=("p",), for_everyone=True)
"""``p``: the page of a long sitemap."""

wagtail_page = cached_page(parameters=("category", "page"))(serve)
"""Wagtail's pages; ``category`` and ``page`` belong to the news."""

urlpatterns: list[URLPattern] = [
    path("", wagtail_page, {"path": ""}, name="home"),
    path("sitemap.xml", for_everyone(index), {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap_section"}, "sitemap"),
    path("sitemap-<section>.xml", for_everyone(sitemap), {"sitemaps": SITEMAPS}, name="sitemap_section"),
    path("feed/news/", for_everyone(News()), name="news_feed"),
    path("feed/news/<slug:category>/", for_everyone(News()), name="news_category_feed"),
    path("robots.txt", robots, name="robots"),
    path("media/<str:folder>/<str:name>", media_image, name="media_picture"),
]

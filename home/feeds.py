"""Atom feeds (RFC 4287) of the news: all of it, and of one category."""

from __future__ import annotations

from datetime import date, datetime, time

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from common.text import xml_text
from home.models.news import Category, NewsIndexPage, NewsPage, NewsPageQuerySet

ENTRIES = 30


class News(Feed):
    """Feed readers do not sign in, so all get what a visitor may read."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, category: str = "") -> Category | None:
        if category and category not in Category.values:
            raise Http404
        return Category(category) if category else None

    def title(self, obj: Category | None) -> str:
        return _("Resource library: %(subject)s") % {"subject": obj.label if obj else _("news")}

    def subtitle(self, obj: Category | None) -> str:
        return _("Policies explained and activities announced, newest first.")

    def link(self, obj: Category | None) -> str:
        index = NewsIndexPage.objects.live().first()
        url = index.url if index else reverse("home")
        return f"{url}?category={obj}" if obj else url

    def items(self, obj: Category | None) -> NewsPageQuerySet:
        news = NewsPage.objects.newest_first()
        return (news.filter(category=obj) if obj else news)[:ENTRIES]

    def item_title(self, item: NewsPage) -> str:
        return xml_text(item.title)

    def item_description(self, item: NewsPage) -> str:
        return xml_text(item.summary)

    def item_link(self, item: NewsPage) -> str:
        return item.url or reverse("home")

    def item_categories(self, item: NewsPage) -> list[str]:
        return [str(item.get_category_display())]

    def item_pubdate(self, item: NewsPage) -> datetime:
        return _start_of(item.date)

    def item_updateddate(self, item: NewsPage) -> datetime:
        return item.last_published_at or _start_of(item.date)


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))

"""News (动态): policies explained and activities announced, as a list with a feed."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from common.text import is_chinese
from home.models.blocks import TextBlocks

PER_PAGE = 20


class Category(models.TextChoices):
    POLICY = "policy", _("Policy")
    ACTIVITY = "activity", _("Activities")


class NewsPageQuerySet(PageQuerySet):
    def newest_first(self) -> NewsPageQuerySet:
        """What every visitor may read, by its date."""
        found: NewsPageQuerySet = self.live().public().order_by("-date", "-pk")
        return found


class NewsIndexPage(Page):
    """The list of all news; a site has one."""

    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.NewsPage"]
    template = "home/news_index_page.html"

    class Meta:
        verbose_name = _("list of news")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """``?category=``: only this category; an unknown one is ignored."""
        wanted = request.GET.get("category", "")
        category = Category(wanted) if wanted in Category.values else None
        news = NewsPage.objects.child_of(self).newest_first()
        if category:
            news = news.filter(category=category)
        return {
            **super().get_context(request, *args, **kwargs),
            "category": category,
            "categories": Category,
            "page_obj": Paginator(news, PER_PAGE).get_page(request.GET.get("page")),
        }


class NewsPage(Page):
    """One piece of news, in Chinese.

    ``date`` orders the list; an activity may say when and where it takes place.
    """

    category = models.CharField(_("category"), max_length=20, choices=Category.choices, default=Category.POLICY)
    date = models.DateField(
        _("date"), default=timezone.localdate, help_text=_("Shown with the news and orders the list.")
    )
    summary = models.CharField(
        _("summary"), max_length=200, help_text=_("One or two sentences for the list, the home page and the feed.")
    )
    body = StreamField(TextBlocks(), verbose_name=_("text"), blank=True)
    source = models.CharField(
        _("source"), max_length=200, blank=True, help_text=_("Who issued it, with the number of the document.")
    )
    source_url = models.URLField(_("URL of the source"), blank=True)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True, help_text=_("Empty: one day only."))
    place = models.CharField(_("place"), max_length=100, blank=True)

    objects = PageManager.from_queryset(NewsPageQuerySet)()

    parent_page_types = ["home.NewsIndexPage"]
    subpage_types: list[str] = []
    template = "home/news_page.html"
    content_panels = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("category"), FieldPanel("date")]),
        FieldPanel("summary"),
        FieldPanel("body"),
        MultiFieldPanel([FieldPanel("source"), FieldPanel("source_url")], heading=_("Source of a policy")),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]), FieldPanel("place")],
            heading=_("Time and place of an activity"),
        ),
    ]

    class Meta:
        verbose_name = _("news page")
        verbose_name_plural = _("news pages")

    def clean(self) -> None:
        super().clean()
        if self.ends_on and not self.starts_on:
            raise ValidationError({"starts_on": _("Enter the first day too.")})
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day lies before the first.")})

    @property
    def is_over(self) -> bool:
        """Whether the activity has ended."""
        last = self.ends_on or self.starts_on
        return last is not None and last < timezone.localdate()

    @property
    def shown_language(self) -> str:
        """The ``lang`` of the text if it differs from the page's: a screen reader must switch its voice."""
        return "" if is_chinese() else "zh-Hans"

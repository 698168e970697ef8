"""The home page and plain pages (help, terms, privacy)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page

from common.text import is_chinese
from home.home_page_context import home_context
from home.models.blocks import TextBlocks
from home.models.collections import CollectionPage
from home.models.news import NewsPage
from home.models.validators import check_page_number
from members.viewer import Who
from resources.admin.chooser import resource_chooser

NEWS = 4
"""News on the home page."""


class HomePage(Page):
    """Editors choose sample searches, a showcase page and collections; the rest is computed."""

    tries = models.CharField(
        _("words to try"),
        max_length=200,
        blank=True,
        default="七步洗手 辅食性状 安全睡眠 回应性照护",
        help_text=_("Searches offered under the search box, separated by spaces."),
    )
    specimen = models.ForeignKey(
        "resources.Resource",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("specimen"),
        help_text=_("The resource whose page stands beside the search box; without one, the most used one is shown."),
    )
    specimen_page = models.PositiveIntegerField(_("page of the specimen"), default=1)
    specimen_words = models.CharField(
        _("words marked on it"), max_length=40, blank=True, help_text=_("The search that finds this page.")
    )

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["home.CollectionIndexPage", "home.NewsIndexPage", "home.ContentPage"]
    template = "home/home_page.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("tries"),
        MultiFieldPanel(
            [
                FieldPanel("specimen", widget=resource_chooser.widget_class),
                FieldPanel("specimen_page"),
                FieldPanel("specimen_words"),
            ],
            heading=_("Specimen"),
        ),
        InlinePanel("featured", label=_("Featured collection"), heading=_("Featured collections"), max_num=8),
    ]

    class Meta:
        verbose_name = _("home page")

    def clean(self) -> None:
        super().clean()
        if self.specimen:
            check_page_number(self.specimen, self.specimen_page, field="specimen_page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context(request, *args, **kwargs),
            "tries": self.tries.split(),
            "collections": self.featured_collections(request.user),
            "news": NewsPage.objects.newest_first()[:NEWS],
            **home_context(self, who=request.user),
        }

    def featured_collections(self, who: Who) -> list[CollectionPage]:
        """The live ones in the editors' order, with ``visible_count``."""
        chosen = [row.collection_id for row in self.featured.all()]
        live = CollectionPage.objects.live().filter(pk__in=chosen).with_visible_counts(who)
        found = {page.pk: page for page in live}
        return [found[pk] for pk in chosen if pk in found]


class FeaturedCollection(Orderable):
    page = ParentalKey(HomePage, on_delete=models.CASCADE, related_name="featured")
    collection = models.ForeignKey(
        "home.CollectionPage", models.CASCADE, related_name="+", verbose_name=_("collection")
    )

    panels = [FieldPanel("collection")]

    class Meta(Orderable.Meta):
        verbose_name = _("featured collection")
        verbose_name_plural = _("featured collections")

    def __str__(self) -> str:
        return str(self.collection)


class ContentPage(Page):
    """A page of text in Chinese and optionally in English, both at one URL."""

    class Footer(models.TextChoices):
        NONE = "", _("Not in the footer")
        USE = "use", _("Under “Use”")
        TERMS = "terms", _("Under “Agreements”")

    body = StreamField(TextBlocks(), verbose_name=_("text"), blank=True)
    title_en = models.CharField(_("English title"), max_length=255, blank=True)
    body_en = StreamField(TextBlocks(), verbose_name=_("English text"), blank=True)
    footer = models.CharField(
        _("link in the footer"), max_length=10, choices=Footer.choices, default=Footer.NONE, blank=True
    )

    parent_page_types = ["home.HomePage", "home.ContentPage"]
    subpage_types = ["home.ContentPage"]
    template = "home/content_page.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("body"),
        MultiFieldPanel([FieldPanel("title_en"), FieldPanel("body_en")], heading=_("English")),
        MultiFieldPanel([FieldPanel("show_in_menus"), FieldPanel("footer")], heading=_("Links to this page")),
    ]
    promote_panels = [MultiFieldPanel([FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")])]

    class Meta:
        verbose_name = _("text page")
        verbose_name_plural = _("text pages")

    @property
    def shown_title(self) -> str:
        return self.title_en if not is_chinese() and self.title_en else self.title

    @property
    def shown_body(self) -> Any:
        return self.body_en if not is_chinese() and self.body_en else self.body

    @property
    def shown_language(self) -> str:
        """The ``lang`` of the text if it differs from the page's: a screen reader must switch its voice."""
        return "zh-Hans" if not is_chinese() and not self.body_en else ""

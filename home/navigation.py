"""Links of the masthead and the footer to pages of the page tree."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, Q
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from common.page_cache import until_change
from common.text import is_chinese
from home.models.news import NewsPage
from home.models.pages import ContentPage


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    label: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class SiteLinks:
    """``collections``, ``news``: URLs of the lists, or empty. ``menu``: text pages in the main navigation."""

    collections: str = ""
    news: str = ""
    menu: tuple[Link, ...] = ()
    columns: tuple[Column, ...] = ()


def site_links_for(request: HttpRequest) -> SiteLinks:
    """The links of the site that the request is for, in the language of the request."""
    # The host unchecked, as Wagtail finds its site by it.
    host = request._get_raw_host()  # type: ignore[attr-defined] # missing in the stubs
    key = ("site links", host, request.get_port(), get_language())
    return until_change(key, lambda: _read_links(Site.find_for_request(request)))


def _read_links(site: Site | None) -> SiteLinks:
    """One query. The list of news is left out while it is empty."""
    if site is None:
        return SiteLinks()
    root = site.root_page.url_path
    linked = ~Q(contentpage__footer="") | Q(show_in_menus=True)
    lists = Q(collectionindexpage__isnull=False) | Q(newsindexpage__isnull=False) & Exists(NewsPage.objects.live())
    rows = (
        Page.objects.descendant_of(site.root_page)
        .live()
        .filter(lists | linked & Q(contentpage__isnull=False))
        .order_by("path")
        .values_list(
            "url_path", "title", "show_in_menus", "collectionindexpage", "contentpage__footer", "contentpage__title_en"
        )
    )
    collections = news = ""
    menu: list[Link] = []
    columns: dict[str, list[Link]] = {ContentPage.Footer.USE: [], ContentPage.Footer.TERMS: []}
    english = not is_chinese()
    for path, title, in_menu, is_collections, footer, title_en in rows:
        url = "/" + path[len(root) :]
        if is_collections:
            collections = collections or url
        elif footer is None:
            news = news or url
        else:
            link = Link(url, title_en if english and title_en else title)
            if in_menu:
                menu.append(link)
            if footer:
                columns[footer].append(link)
    labels = {ContentPage.Footer.USE: _("Use"), ContentPage.Footer.TERMS: _("Agreements")}
    shown = tuple(Column(key, labels[ContentPage.Footer(key)], tuple(links)) for key, links in columns.items() if links)
    return SiteLinks(collections, news, tuple(menu), shown)

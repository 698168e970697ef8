"""Links of the masthead and the footer to pages of the page tree."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from common.text import is_chinese
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
    """``collections``: URL of the list of collections, or empty."""

    collections: str
    columns: tuple[Column, ...]


def site_links_for(request: HttpRequest) -> SiteLinks:
    """One query, and one for the site, which Wagtail caches on the request."""
    site = Site.find_for_request(request)
    if site is None:
        return SiteLinks("", ())
    root = site.root_page.url_path
    rows = (
        Page.objects.descendant_of(site.root_page)
        .live()
        .filter(Q(collectionindexpage__isnull=False) | ~Q(contentpage__footer="") & Q(contentpage__isnull=False))
        .order_by("path")
        .values_list("url_path", "title", "contentpage__footer", "contentpage__title_en")
    )
    collections = ""
    columns: dict[ContentPage.Footer, list[Link]] = {ContentPage.Footer.USE: [], ContentPage.Footer.TERMS: []}
    english = not is_chinese()
    for path, title, footer, title_en in rows:
        url = "/" + path[len(root) :]
        if footer is None:
            collections = collections or url
        else:
            columns[ContentPage.Footer(footer)].append(Link(url, title_en if english and title_en else title))
    labels = {ContentPage.Footer.USE: _("Use"), ContentPage.Footer.TERMS: _("Agreements")}
    return SiteLinks(
        collections, tuple(Column(key, labels[key], tuple(links)) for key, links in columns.items() if links)
    )

"""Links of the page tree for the frame of every page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString
from wagtail.admin.templatetags.wagtailuserbar import wagtailuserbar
from wagtail.models import Page

from common.page_cache import has_places, place_of
from home.navigation import SiteLinks, site_links_for
from members.viewer import may_open_cms

register = template.Library()


@register.simple_tag(takes_context=True)
def site_links(context: Any) -> SiteLinks:
    """URLs of the collections and the footer's pages; empty without a request (error pages)."""
    request = context.get("request")
    return site_links_for(request) if request is not None else SiteLinks()


@register.simple_tag(takes_context=True)
def user_bar(context: Any) -> SafeString:
    """Wagtail's bar, by which editors edit the page they read; left open in a page that readers share."""
    if has_places(context.get("request")):
        return place_of("user_bar", number=context["page"].pk)
    return SafeString(wagtailuserbar(context).strip())


@register.simple_tag(takes_context=True)
def editing_bar(context: Any, number: int) -> SafeString:
    """The bar of the page with this id, for those who may open the CMS."""
    if not may_open_cms(context["request"].user):
        return SafeString("")
    page = Page.objects.get(pk=number)
    return SafeString(wagtailuserbar({"request": context["request"], "page": page}).strip())

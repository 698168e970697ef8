"""What every page's frame needs from the page tree."""

from __future__ import annotations

from typing import Any

from django import template

from home.navigation import SiteLinks, site_links_for

register = template.Library()


@register.simple_tag(takes_context=True)
def site_links(context: Any) -> SiteLinks:
    """Addresses of the collections and the footer's pages, in one query; empty where there is no request (500)."""
    request = context.get("request")
    return site_links_for(request) if request is not None else SiteLinks("", ())

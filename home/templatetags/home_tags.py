"""Links of the page tree for the frame of every page."""

from __future__ import annotations

from typing import Any

from django import template

from home.navigation import SiteLinks, site_links_for

register = template.Library()


@register.simple_tag(takes_context=True)
def site_links(context: Any) -> SiteLinks:
    """URLs of the collections and the footer's pages; empty without a request (error pages)."""
    request = context.get("request")
    return site_links_for(request) if request is not None else SiteLinks()

"""Size limits of uploads and links to pages, for templates."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.conf import settings
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from common.text import is_chinese
from resources.uploads.validation import FORM_MAX

register = template.Library()


@register.simple_tag
def page_links(numbers: Iterable[int]) -> SafeString:
    """The numbers as links that open these pages in the viewer of the page."""
    link = '<a href="?p={0}#viewer" data-turn-to="{0}">{0}</a>'
    return format_html_join("、" if is_chinese() else ", ", link, ((number,) for number in numbers))


@register.simple_tag
def upload_limit() -> int:
    """The largest file, in bytes."""
    return int(settings.UPLOAD_MAX_BYTES)


@register.simple_tag
def form_limit() -> int:
    """The largest file of the form without JavaScript, in bytes."""
    return FORM_MAX

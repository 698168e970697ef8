"""Template tags for all templates; built in, so no ``{% load %}`` is needed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common import text
from common.page_cache import has_places, place_of, template_of

register = template.Library()


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the sprite (components/sprite.html). Decorative: the text is beside it or in aria-label."""
    return format_html(
        '<svg class="ico{}" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>',
        f" {extra}" if extra else "",
        name,
    )


@register.filter
def size(number_of_bytes: int | None) -> str:
    """A file size as people write it: 38 KB, 42.6 MB.

    Rounded as upload/texts.js does while the file is sent.
    """
    if number_of_bytes is None:
        return ""
    amount = float(number_of_bytes)
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if amount < 1024 or unit == "TB":
            break
        amount /= 1024
    digits = 0 if unit in ("B", "KB") or amount >= 100 else 1
    # number_format cuts digits off; 560.6 KB are 561 KB.
    rounded = Decimal(amount).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{number_format(rounded, digits)} {unit}"


@register.simple_tag(takes_context=True)
def current(context: Any, prefix: str) -> SafeString:
    """The aria-current attribute of a navigation link: for its page, or a page below it."""
    request = context.get("request")
    path = request.path if request else ""
    if not prefix or not path.startswith(prefix):
        return SafeString("")
    return SafeString(' aria-current="page"' if path == prefix else ' aria-current="true"')


@register.simple_tag
def control(field: BoundField, css: str = "input", **attributes: Any) -> SafeString:
    """A form field's widget with our CSS class, linked to help and error of components/field.html."""
    described = []
    if field.help_text:
        described.append(f"{field.id_for_label}-help")
    if field.errors:
        described.append(f"{field.id_for_label}-error")
    attrs: dict[str, Any] = {"class": css, **{key.replace("_", "-"): value for key, value in attributes.items()}}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)


@register.simple_tag(takes_context=True)
def personal(context: Any, name: str) -> SafeString:
    """``personal/<name>.html``, which depends on the user: left open while a page for many users is made."""
    if has_places(context.get("request")):
        return place_of(name)
    part = context.template.engine.get_template(template_of(name)).render(context)
    return SafeString(part.strip())


@register.filter
def page_range(page: Page) -> Iterator[int | str]:
    """The page numbers to link to, with ``Paginator.ELLIPSIS`` for a gap."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)


@register.simple_tag
def comma() -> str:
    """The list separator of the user's language, between two untranslated texts."""
    return text.comma()


@register.filter
def device(user_agent: str) -> str:
    """Browser and system of a user agent string, as people call them; empty parts are left out."""
    return (
        text.comma().join(filter(None, (_first_of(BROWSERS, user_agent), _first_of(SYSTEMS, user_agent)))) or user_agent
    )


BROWSERS = {"MicroMessenger": "微信", "Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {
    "Android": "Android",
    "HarmonyOS": "HarmonyOS",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}
"""In this order, as a string names several: Edge also calls itself Chrome and Safari."""


def _first_of(names: dict[str, str], user_agent: str) -> str:
    return next((name for mark, name in names.items() if mark in user_agent), "")


@register.filter
def without_start(text: str, start: str) -> str:
    """Without a prefix that precedes it on the page: 临溪职业学院照护教研组 after 临溪职业学院 is 照护教研组."""
    return text[len(start) :].strip() or text if text.startswith(start) else text

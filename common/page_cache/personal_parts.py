"""Parts of a shared page that are rendered for each user at every request."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from common.page_cache.readers import is_of_readers

_MARK = re.compile(rb"<!--personal:([a-z_]+):([0-9]*)-->")


def template_of(name: str) -> str:
    return f"personal/{name}.html"


def place_of(name: str, number: int | None = None) -> SafeString:
    """Where a page for readers gets the part; ``number`` goes to its template."""
    return mark_safe(f"<!--personal:{name}:{number or ''}-->")  # noqa: S308 - a name of ours and a number


def has_places(request: HttpRequest | None) -> bool:
    """Whether the page being made gets its personal parts later."""
    return is_of_readers(request)


def is_personal(body: bytes) -> bool:
    return _MARK.search(body) is not None


def fill(body: bytes, request: HttpRequest) -> bytes:
    """The page with the parts of the user who asked.

    Text of users holds no mark, because templates escape it.
    """

    def render(mark: re.Match[bytes]) -> bytes:
        context = {"number": int(mark[2])} if mark[2] else {}
        return get_template(template_of(mark[1].decode())).render(context, request).strip().encode()

    return _MARK.sub(render, body)

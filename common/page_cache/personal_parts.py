"""Parts of a shared page that are rendered for each user at every request."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from django.http import HttpRequest
from django.template import RequestContext, engines
from django.utils.safestring import SafeString, mark_safe

from common.page_cache.readers import is_of_readers

_MARK = re.compile(rb"<!--personal:([a-z_]+):([\w=-]*)-->")


def template_of(name: str) -> str:
    return f"personal/{name}.html"


def place_of(name: str, **values: Any) -> SafeString:
    """Where a page for readers gets the part. Its template gets ``values``, which JSON can hold."""
    held = urlsafe_b64encode(json.dumps(values).encode()).decode()
    return mark_safe(f"<!--personal:{name}:{held}-->")  # noqa: S308 - a name of ours, and no markup in base 64


def has_places(request: HttpRequest | None) -> bool:
    """Whether the page being made gets its personal parts later."""
    return is_of_readers(request)


def is_personal(body: bytes) -> bool:
    return _MARK.search(body) is not None


def fill(body: bytes, request: HttpRequest) -> bytes:
    """The page with the parts of the user who asked.

    Text of users holds no mark, because templates escape it.
    """
    engine = engines["django"].engine  # type: ignore[attr-defined]
    context = RequestContext(request)

    def render(mark: re.Match[bytes]) -> bytes:
        with context.push(**json.loads(urlsafe_b64decode(mark[2]))):
            shown: str = engine.get_template(template_of(mark[1].decode())).render(context)
        return shown.strip().encode()

    # Bound once, so that the context processors run once for all parts.
    with context.bind_template(engine.get_template("base.html")):
        return _MARK.sub(render, body)

"""Values that are the same on many pages, kept in this process until anything public changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest

from common.page_cache.stamps import read_stamp

Value = TypeVar("Value")

MOST = 200
"""Keys contain a host name, which clients choose."""

_kept: dict[Hashable, tuple[str, Any]] = {}


def until_change(request: HttpRequest, key: Hashable, make: Callable[[], Value]) -> Value:
    """What ``make`` returns, for everyone alike.

    Costs one query the first time in a request: the stamp is read before the value is made, so that no value outlives a
    change. Only for values that depend on nothing but what the stamp covers and ``key``.
    """
    stamp = _stamp_of(request) if settings.PAGE_CACHE_SECONDS else None
    if stamp is None:
        return make()
    found = _kept.get(key)
    if found is not None and found[0] == stamp:
        value: Value = found[1]
        return value
    value = make()
    if len(_kept) >= MOST:
        _kept.clear()
    _kept[key] = stamp, value
    return value


def _stamp_of(request: HttpRequest) -> str | None:
    if not hasattr(request, "content_stamp"):
        request.content_stamp = read_stamp()  # type: ignore[attr-defined]
    stamp: str | None = request.content_stamp  # type: ignore[attr-defined]
    return stamp

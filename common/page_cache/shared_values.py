"""Values that are the same in many requests, kept in this process until anything public changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from threading import Lock
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from common.page_cache.lifetime import end_of_values
from common.page_cache.stamps import read_stamp

Value = TypeVar("Value")

MOST = 2000
"""Keys contain host names and user ids. The value that was not used for longest goes first."""


class _Stamp:
    """The content stamp of a request, read when it is first needed."""

    def __init__(self) -> None:
        self._read: list[str | None] = []

    def value(self) -> str | None:
        if not self._read:
            self._read.append(read_stamp())
        return self._read[0]


_of_request: ContextVar[_Stamp | None] = ContextVar("content_stamp", default=None)
_lock = Lock()
_kept: OrderedDict[Hashable, tuple[str, float, Any]] = OrderedDict()


class ContentStamp:
    """Middleware: one content stamp for each request that only reads.

    A request that writes has none: it would show what was before its own change.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _of_request.set(_Stamp() if request.method in ("GET", "HEAD") else None)
        try:
            return self.get_response(request)
        finally:
            _of_request.reset(token)


def current_stamp() -> str | None:
    """The stamp that the request began with; outside of requests, the present one."""
    stamp = _of_request.get()
    return read_stamp() if stamp is None else stamp.value()


def until_change(key: Hashable, make: Callable[[], Value]) -> Value:
    """What ``make`` returns, for everyone alike.

    Outside of requests that only read, ``make`` is called each time.

    Costs one query the first time in a request: the stamp is read before the value is made, so that no value outlives a
    change. Only for values that depend on nothing but what the stamp covers and ``key``.
    """
    holder = _of_request.get() if settings.PAGE_CACHE_SECONDS else None
    stamp = holder.value() if holder else None
    if stamp is None:
        return make()
    now = timezone.now().timestamp()
    with _lock:
        found = _kept.get(key)
        if found is not None and found[0] == stamp and now < found[1]:
            _kept.move_to_end(key)
            value: Value = found[2]
            return value
    end = end_of_values(stamp)
    value = make()
    with _lock:
        _kept[key] = stamp, end, value
        _kept.move_to_end(key)
        if len(_kept) > MOST:
            _kept.popitem(last=False)
    return value

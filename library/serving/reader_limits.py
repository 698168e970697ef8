"""Limits searches, suggestions and pages: a rate per IP address, and a share of the threads.

Each web process counts in its own memory. Writing to a shared cache would cost more than many searches do.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from common.middleware import Handler, client_address
from library.serving.limited_paths import rate_of, share_of_threads
from library.views import refuse

BURST = 0.5
"""Minutes' worth that an IP address may use at once: a class opens the same page in the same second."""
MAX_ADDRESSES = 20_000
SLOW_DOWN_FOR = 10
BUSY_FOR = 3
"""Seconds after which to ask again."""
PATIENCE = 0.1
"""Seconds to wait for a place. Usual searches end much sooner, so a short rush is not refused."""


class RatePerAddress:
    """A token bucket for each IP address and kind of request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def allows(self, address: str, kind: str, *, per_minute: float) -> bool:
        """Count one request. Costs the same whatever the answer."""
        now, burst = time.monotonic(), max(1.0, per_minute * BURST)
        with self._lock:
            tokens, since = self._buckets.pop((address, kind), (burst, now))
            tokens = min(burst, tokens + (now - since) * per_minute / 60)
            allowed = tokens >= 1
            self._buckets[address, kind] = (tokens - allowed, now)
            if len(self._buckets) > MAX_ADDRESSES:
                self._buckets.popitem(last=False)
        return allowed


class ShareOfThreads:
    """At most ``places`` requests at once. After a wait in vain, no request waits during the next second."""

    def __init__(self, places: int) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._full_until = 0.0

    def take(self) -> bool:
        if self._places.acquire(blocking=False):
            return True
        if time.monotonic() < self._full_until:
            return False
        if self._places.acquire(timeout=PATIENCE):
            return True
        self._full_until = time.monotonic() + 1
        return False

    def give_back(self) -> None:
        self._places.release()


class ReaderLimits:
    """Answer 429 to an IP address above its rate, 503 while three quarters of the threads search."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.rate = RatePerAddress()
        self.share = ShareOfThreads(share_of_threads(settings.WEB_THREADS))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kind, factor = rate_of(request.path)
        if not kind:
            return self.get_response(request)
        per_minute = settings.SEARCHES_PER_MINUTE * factor
        if per_minute and not self.rate.allows(_network(), kind, per_minute=per_minute):
            message = _("Very many requests come from your network. Wait ten seconds, then go on.")
            return refuse(request, code="too_many", message=message, retry_after=SLOW_DOWN_FOR, status=429)
        if not self.share.take():
            message = _("Very many people are searching just now. Try again in a few seconds.")
            return refuse(request, code="busy", message=message, retry_after=BUSY_FOR)
        try:
            return self.get_response(request)
        finally:
            self.share.give_back()


def _network() -> str:
    """The client's IP address; of IPv6 the network, within which its owner can choose any address."""
    address = client_address.get()
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network((address, 64), strict=False))
    except ValueError:
        return address

"""Large bodies get only a share of a process's threads: whoever sends files must not stop those who read.

A thread takes a body from its first byte to its last. nginx, where it collects bodies first, makes this idle.
"""

from __future__ import annotations

import threading

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from common.middleware import Handler

LARGE = 256 * 1024
"""Bytes. Every form without a file is smaller."""
BUSY_FOR = 3
"""Seconds after which to ask again."""


class ShareOfLargeBodies:
    """At most half of a process's threads take large bodies; the next is told to come again, before a byte of it is read.

    The upload page does so by itself.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.places = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 2))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        # (Nothing of ours is sent without a length, and without one nothing is read.)
        if not length.isdigit() or int(length) < LARGE:
            return self.get_response(request)
        if not self.places.acquire(blocking=False):
            return self._busy(request)
        try:
            return self.get_response(request)
        finally:
            self.places.release()

    @staticmethod
    def _busy(request: HttpRequest) -> HttpResponse:
        message = _("Many files are arriving just now. Send it again in a moment.")
        if request.path.startswith(("/store/", "/api/")):
            answer: HttpResponse = JsonResponse({"code": "busy", "message": message}, status=503)
        else:
            answer = HttpResponse(message, status=503, content_type="text/plain; charset=utf-8")
        answer["Retry-After"] = str(BUSY_FOR)
        return answer

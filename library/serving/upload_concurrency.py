"""Limits how many threads receive large request bodies, so that uploads don't block readers.

A thread is busy from the first byte of a body to the last. Behind an nginx that buffers request bodies this never acts.
"""

from __future__ import annotations

import threading

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from common.middleware import Handler
from library.views import refuse

LARGE = 256 * 1024
"""Bytes. Every form without a file is smaller."""

RETRY_AFTER = 3
"""Seconds, sent with 503."""


class UploadConcurrency:
    """At most half of a process's threads receive large bodies.

    Further ones get 503 before a byte is read.

    The upload page then retries by itself.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self._slots = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 2))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        # No client of ours sends a body without a length, and without one Django reads nothing.
        if not length.isdigit() or int(length) < LARGE:
            return self.get_response(request)
        if not self._slots.acquire(blocking=False):
            return self._busy(request)
        try:
            return self.get_response(request)
        finally:
            self._slots.release()

    @staticmethod
    def _busy(request: HttpRequest) -> HttpResponse:
        message = _("Many files are arriving just now. Send it again in a moment.")
        return refuse(request, code="busy", message=message, retry_after=RETRY_AFTER)

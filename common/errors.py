"""The base class of every refusal that a user is shown, on pages and in the API, and a limit per hour."""

from __future__ import annotations

import fcntl
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class UserError(Exception):
    """A request that is refused although the user may send it.

    ``code``: stable, for programs. ``message``: a translated sentence that says why and what to do. ``http_status``: of
    the JSON answer. Subclasses stand beside the function that raises them and set what differs as class attributes.
    """

    code: str = "refused"
    message: StrOrPromise = _("This can't be done now.")
    http_status: int = 409

    def __init__(
        self, message: StrOrPromise | None = None, *, code: str | None = None, http_status: int | None = None
    ) -> None:
        self.message = message or self.message
        self.code = code or self.code
        self.http_status = http_status or self.http_status
        super().__init__(self.message)

    def as_json(self) -> dict[str, Any]:
        """The body of the API's answer."""
        return {"code": self.code, "message": str(self.message)}


HOUR = 3600


def within_hourly_limit(key: str, most: int) -> bool:
    """Count one use under ``key``. False, and not counted, if ``most`` were counted within the hour."""
    # A lock and not cache.incr, which is not atomic with files and gives an entry the default timeout of five minutes.
    # It holds for the processes of one machine, as the cache does.
    with (Path(settings.VAR) / "hourly-limits.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        now = time.time()
        earlier = [when for when in cache.get(key, []) if when > now - HOUR]
        if len(earlier) >= most:
            return False
        cache.set(key, [*earlier, now], HOUR)
        return True

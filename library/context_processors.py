"""Template variables of every page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from members.viewer import may_open_cms


def site(request: HttpRequest) -> dict[str, Any]:
    """``is_demo``, shown in header and footer; of the user, the unread notices and whether the CMS opens."""

    def unread() -> int:
        user = getattr(request, "user", None)
        return user.notices.unread().count() if user is not None and user.is_authenticated else 0

    def opens_cms() -> bool:
        user = getattr(request, "user", None)
        return user is not None and may_open_cms(user)

    return {
        "is_demo": settings.DEMO,
        "unread_notices": SimpleLazyObject(unread),
        "opens_cms": SimpleLazyObject(opens_cms),
    }

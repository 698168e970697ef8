"""Template variables of every page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject


def site(request: HttpRequest) -> dict[str, Any]:
    """``is_demo``, shown in header and footer, and the user's number of unread notices."""

    def unread() -> int:
        user = getattr(request, "user", None)
        return user.notices.unread().count() if user is not None and user.is_authenticated else 0

    return {"is_demo": settings.DEMO, "unread_notices": SimpleLazyObject(unread)}

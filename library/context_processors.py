"""What every page needs besides its own data."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject


def site(request: HttpRequest) -> dict[str, Any]:
    """Whether this is a demonstration (said in masthead and footer), and how many notices wait for the reader."""

    def unread() -> int:
        user = getattr(request, "user", None)
        return user.notices.unread().count() if user is not None and user.is_authenticated else 0

    return {"is_demo": settings.DEMO, "unread_notices": SimpleLazyObject(unread)}

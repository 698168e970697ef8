"""What every page needs besides its own data."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Whether this is a demonstration (said in the masthead and the footer)."""
    return {"is_demo": settings.DEMO}

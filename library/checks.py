"""System checks: project rules that a start should refuse rather than a user should find."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security, deploy=True)
def production_has_its_own_key(app_configs: Any, **kwargs: Any) -> list[Error]:
    """The demo key signs sessions and file addresses that anybody could forge."""
    from library.environment import DEMO_SECRET_KEY

    if settings.SECRET_KEY != DEMO_SECRET_KEY:
        return []
    return [Error("SECRET_KEY is the demo key.", hint="Set SECRET_KEY; see docs/operator.md.", id="library.E001")]

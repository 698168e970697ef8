"""System checks: ``manage.py check --deploy`` reports what this machine lacks for previews."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Info, register

from resources.processing import isolation
from resources.processing.render import office


@register(deploy=True)
def previews_can_be_made(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    messages: list[CheckMessage] = []
    if not office.available():
        messages.append(
            Info(
                "LibreOffice is not installed: office files get an outline instead of page images.",
                hint="Install libreoffice-impress-nogui, -writer-nogui and -calc-nogui, then retry the previews.",
                id="resources.I001",
            )
        )
    if isolation.detect_isolation() is not isolation.Isolation.BUBBLEWRAP:
        messages.append(
            Info(
                f"Uploaded files are opened with weaker isolation ({isolation.detect_isolation()}) than bubblewrap gives.",
                hint="Install bubblewrap and allow user namespaces; see docs/decisions/0011-sandbox.md.",
                id="resources.I002",
            )
        )
    return messages

"""Render page images into the folder ``images``. Runs in the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from resources.processing.render.renditions import FOLDER

RENDERERS = {
    "pdf": "resources.processing.render.pdf:render_pages",
    "image": "resources.processing.render.image:render_image",
}
"""Functions ``(path, first, last, report)``. Loaded when used."""


def render(name: str, renderer: str, first: int, last: int, report: Callable[[dict[str, Any]], None]) -> None:
    """Render pages ``first`` to ``last``, counted from 1, both included. ``renderer``: a key of RENDERERS.

    Reports ``{"page", "widths", "width", "height"}`` for each; ``widths`` is empty for a page that can't be rendered.
    """
    Path(FOLDER).mkdir(exist_ok=True)
    module, _colon, function = RENDERERS[renderer].partition(":")
    getattr(import_module(module), function)(Path(name), first, last, report)

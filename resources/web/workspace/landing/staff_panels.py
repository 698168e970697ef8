"""Sections of the editors' first page, registered by the apps above."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Reader = Callable[[], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class StaffPanel:
    """``read`` returns the context of the template."""

    order: int
    template: str
    read: Reader


_panels: dict[str, StaffPanel] = {}


def register_staff_panel(*, template: str, order: int, read: Reader) -> None:
    _panels[template] = StaffPanel(order, template, read)


def staff_panels() -> list[dict[str, Any]]:
    """Template and context of every section, in order."""
    ordered = sorted(_panels.values(), key=lambda panel: panel.order)
    return [{"template": panel.template, "context": panel.read()} for panel in ordered]

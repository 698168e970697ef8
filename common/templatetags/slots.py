"""Slots: named places in templates that apps above fill.

A template of a lower app writes ``{% slot "result_actions" resource=resource %}``; an app above registers a template for
that name when it starts. Without a filling the slot is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

Context = Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
"""Gets the template's context; returns what the filling needs besides, or None to show nothing."""


@dataclass(frozen=True, slots=True)
class Filling:
    template: str
    context: Context


_fillings: dict[str, list[Filling]] = {}


def fill_slot(name: str, template: str, *, context: Context) -> None:
    """Show ``template`` in the slot. Registering the same template again replaces it."""
    others = [one for one in _fillings.get(name, []) if one.template != template]
    _fillings[name] = [*others, Filling(template, context)]


@register.simple_tag(takes_context=True)
def slot(context: Any, name: str, **values: Any) -> SafeString:
    """What apps above show at this place. ``values`` are added to the context."""
    shown = []
    with context.push(**values):
        for filling in _fillings.get(name, []):
            extra = filling.context(context)
            if extra is None:
                continue
            with context.push(**extra):
                shown.append(context.template.engine.get_template(filling.template).render(context))
    return mark_safe("".join(shown))  # noqa: S308 - templates escape

"""Slots: named places in templates that apps above fill.

A template of a lower app writes ``{% slot "result_actions" resource=resource %}``; an app above registers a template for
that name when it starts. Without a filling the slot is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from common.page_cache import has_places, place_of

register = template.Library()

Context = Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
"""Gets the template's context; returns what the filling needs besides, or None to show nothing."""


@dataclass(frozen=True, slots=True)
class Filling:
    template: str
    of_page: Context
    context: Context


_fillings: dict[str, list[Filling]] = {}


def fill_slot(name: str, template: str, *, of_page: Context, context: Context) -> None:
    """Show ``template`` in the slot. Registering the same template again replaces it.

    ``of_page``: values of the page, the same for all its readers and fit for JSON. ``context``: what depends on the user,
    from the request and those values alone: many users may share the page, and get this part later.
    """
    others = [one for one in _fillings.get(name, []) if one.template != template]
    _fillings[name] = [*others, Filling(template, of_page, context)]


@register.simple_tag(takes_context=True)
def slot(context: Any, name: str, **values: Any) -> SafeString:
    """What apps above show at this place. ``values`` are added to the context."""
    with context.push(**values):
        held = [(place, one.of_page(context)) for place, one in enumerate(_fillings.get(name, []))]
    shown = [[place, dict(of_page)] for place, of_page in held if of_page is not None]
    if has_places(context.get("request")):
        return place_of("slot", slot_name=name, slot_fillings=shown) if shown else SafeString("")
    return _fill(context, name, shown)


@register.simple_tag(takes_context=True)
def filled_slot(context: Any) -> SafeString:
    """The slot in a page that readers share, for the user who asked (personal/slot.html)."""
    return _fill(context, context["slot_name"], context["slot_fillings"])


def _fill(context: Any, name: str, fillings: Iterable[Any]) -> SafeString:
    shown = []
    for place, of_page in fillings:
        filling = _fillings[name][place]
        with context.push(**of_page):
            extra = filling.context(context)
            if extra is None:
                continue
            with context.push(**extra):
                shown.append(context.template.engine.get_template(filling.template).render(context))
    return mark_safe("".join(shown).strip())  # noqa: S308 - templates escape

"""The tabs of the workspace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import TaskState

from members.requests import AuthedRequest
from members.viewer import viewer_of

Tabs = Callable[[AuthedRequest], list[dict[str, Any]]]
"""Tabs of an app above: name, label and url each, perhaps a count."""

_added: list[Tabs] = []


def add_tabs(tabs: Tabs) -> None:
    """Show these tabs too, after the user's own resources."""
    if tabs not in _added:
        _added.append(tabs)


def tabs_for(request: AuthedRequest, here: str, *, waiting: int | None = None) -> list[dict[str, Any]]:
    """The tabs this user may open. ``here``: the current one; ``waiting``: reviews, if counted already."""
    viewer = viewer_of(request.user)
    # Staff without a school have no resources of their own: their first page is what waits and what is missing.
    first = _("Overview") if viewer.is_staff and not viewer.schools else _("My resources")
    shown: list[dict[str, Any]] = [{"name": "mine", "label": first, "url": reverse("workspace")}]
    shown += [tab for tabs in _added for tab in tabs(request)]
    if viewer.reviews or viewer.is_staff:
        if waiting is None:
            waiting = TaskState.objects.reviewable_by(request.user).count()
        shown.append({"name": "school", "label": _("All drafts"), "url": reverse("workspace") + "?scope=all"})
        shown.append({"name": "review", "label": _("Review"), "url": reverse("review_queue"), "count": waiting})
    if viewer.manages:
        shown.append({"name": "people", "label": _("People"), "url": reverse("people")})
    shown.append({"name": "notices", "label": _("Notices"), "url": reverse("notices")})
    return [{**tab, "here": tab["name"] == here} for tab in shown]

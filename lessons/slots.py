"""What this app shows on pages of search and resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.templatetags.slots import fill_slot
from lessons.queries.desk import desk_of
from members.requests import AuthedRequest
from resources.web.workspace.tabs import add_tabs

Context = Mapping[str, Any]


def register() -> None:
    fill_slot("result_actions", "lessons/slots/keep.html", context=_keep)
    fill_slot("resource_actions", "lessons/slots/keep.html", context=_keep)
    fill_slot("resource_actions", "lessons/slots/add_to_list.html", context=_add_to_list)
    fill_slot("viewer_actions", "lessons/slots/keep.html", context=_keep_short)
    fill_slot("page_end", "lessons/slots/desk.html", context=_desk)
    add_tabs(_tabs)


def _keep(context: Context) -> dict[str, Any] | None:
    desk, resource = desk_of(context), context.get("resource")
    if desk is None or resource is None:
        return None
    return {"is_kept": resource.pk in desk.kept}


def _keep_short(context: Context) -> dict[str, Any] | None:
    """In the viewer, which also shows drafts."""
    return _keep(context) if context["viewer_state"].resource_id else None


def _add_to_list(context: Context) -> dict[str, Any] | None:
    desk = desk_of(context)
    return {"lists": desk.lists} if desk is not None else None


def _desk(context: Context) -> dict[str, Any] | None:
    return {"desk": desk} if (desk := desk_of(context)) is not None else None


def _tabs(request: AuthedRequest) -> list[dict[str, Any]]:
    return [{"name": "lists", "label": _("My lists"), "url": reverse("my_lists")}]

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
    keep = "lessons/slots/keep.html"
    fill_slot("result_actions", keep, of_page=_resource, context=_keep)
    fill_slot("resource_actions", keep, of_page=_resource, context=_keep)
    fill_slot("resource_actions", "lessons/slots/add_to_list.html", of_page=_resource, context=_add_to_list)
    fill_slot("viewer_actions", keep, of_page=_published_resource, context=_keep)
    fill_slot("page_end", "lessons/slots/desk.html", of_page=lambda _context: {}, context=_desk)
    add_tabs(_tabs)


def _resource(context: Context) -> dict[str, Any] | None:
    resource = context.get("resource")
    return None if resource is None else {"resource": {"pk": resource.pk, "title": resource.title}}


def _published_resource(context: Context) -> dict[str, Any] | None:
    """In the viewer, which also shows drafts."""
    return _resource(context) if context["viewer_state"].resource_id else None


def _keep(context: Context) -> dict[str, Any] | None:
    desk = desk_of(context)
    return None if desk is None else {"is_kept": context["resource"]["pk"] in desk.kept}


def _add_to_list(context: Context) -> dict[str, Any] | None:
    desk = desk_of(context)
    return {"lists": desk.lists} if desk is not None else None


def _desk(context: Context) -> dict[str, Any] | None:
    return {"desk": desk} if (desk := desk_of(context)) is not None else None


def _tabs(request: AuthedRequest) -> list[dict[str, Any]]:
    return [{"name": "lists", "label": _("My lists"), "url": reverse("my_lists")}]

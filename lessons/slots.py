"""What this app shows on pages of search and resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.templatetags.slots import fill_slot
from lessons.policies import may_make_class_links
from lessons.queries.desk import desk_of
from members.requests import AuthedRequest
from resources.web.workspace.tabs import add_tabs

Context = Mapping[str, Any]


def register() -> None:
    keep = "lessons/slots/keep.html"
    fill_slot("result_actions", keep, of_page=_resource, context=_keep)
    fill_slot("resource_actions", keep, of_page=_resource, context=_keep)
    fill_slot("resource_actions", "lessons/slots/add_to_list.html", of_page=_resource, context=_add_to_list)
    fill_slot("resource_actions", "lessons/slots/take_files.html", of_page=_several_files, context=_signed_in)
    fill_slot("viewer_actions", keep, of_page=_published_resource, context=_keep)
    fill_slot("resource_actions", "lessons/slots/class_link.html", of_page=_resource, context=_class_link)
    pick = "lessons/slots/pick.html"
    fill_slot("viewer_actions", pick, of_page=_shown_page, context=_pick)
    fill_slot("hit_actions", pick, of_page=_hit, context=_pick)
    fill_slot("strip_actions", "lessons/slots/tick.html", of_page=_strip_page, context=_pick)
    fill_slot("file_actions", pick, of_page=_file, context=_pick)
    fill_slot("page_end", "lessons/slots/desk.html", of_page=lambda _context: {}, context=_desk)
    add_tabs(_tabs)


def _resource(context: Context) -> dict[str, Any] | None:
    resource = context.get("resource")
    return None if resource is None else {"resource": {"pk": resource.pk, "title": resource.title}}


def _published_resource(context: Context) -> dict[str, Any] | None:
    """In the viewer, which also shows drafts."""
    return _resource(context) if context["viewer_state"].resource_id else None


def _several_files(context: Context) -> dict[str, Any] | None:
    """The resource, if its readers may download several files of it."""
    detail = context.get("detail")
    if detail is None or not detail.may_download or not detail.is_latest or len(detail.files) < 2:
        return None
    return _resource(context)


def _signed_in(context: Context) -> dict[str, Any] | None:
    return {} if context["request"].user.is_authenticated else None


def _keep(context: Context) -> dict[str, Any] | None:
    desk = desk_of(context)
    return None if desk is None else {"is_kept": context["resource"]["pk"] in desk.kept}


def _source(resource_id: int, uid: Any, page: int | None, **more: Any) -> dict[str, Any]:
    """What a button sends (views/picking.py), and the page it names."""
    return {"source": f"{resource_id}:{uid}:{page or ''}", "number": page, **more}


def _hit(context: Context) -> dict[str, Any]:
    page = context["page"]
    return _source(context["resource"].pk, page.file.uid, page.number)


def _shown_page(context: Context) -> dict[str, Any] | None:
    """The page that the viewer shows; of the newest version only, as a lesson takes that."""
    state = context["viewer_state"]
    if state.resource_id is None or state.link_parameters:
        return None
    return _source(state.resource_id, state.file.uid, state.number, turns=True)


def _strip_page(context: Context) -> dict[str, Any] | None:
    state = context["viewer_state"]
    if state.resource_id is None or state.link_parameters:
        return None
    return _source(state.resource_id, state.file.uid, context["item"].number)


def _file(context: Context) -> dict[str, Any] | None:
    detail, file = context["detail"], context["file"]
    return _source(detail.resource.pk, file.uid, None) if detail.is_latest else None


def _pick(context: Context) -> dict[str, Any] | None:
    desk = desk_of(context)
    return None if desk is None else {"is_picked": context["source"] in desk.picked}


def _add_to_list(context: Context) -> dict[str, Any] | None:
    desk = desk_of(context)
    return {"lists": desk.lists} if desk is not None else None


def _class_link(context: Context) -> dict[str, Any] | None:
    if not may_make_class_links(context["request"].user):
        return None
    return {"class_link_url": reverse("class_links", args=["resource", context["resource"]["pk"]])}


def _desk(context: Context) -> dict[str, Any] | None:
    return {"desk": desk} if (desk := desk_of(context)) is not None else None


def _tabs(request: AuthedRequest) -> list[dict[str, Any]]:
    return [
        {"name": "lessons", "label": _("My lessons"), "url": reverse("my_lessons")},
        {"name": "lists", "label": _("My lists"), "url": reverse("my_lists")},
    ]

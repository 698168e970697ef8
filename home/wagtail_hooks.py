"""Additions to Wagtail's admin: look, dashboard, menu, the chooser of resources."""

from __future__ import annotations

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import UserObjectsInWorkflowModerationPanel, WorkflowObjectsToModeratePanel
from wagtail.admin.viewsets.base import ViewSet

from home.admin import entries, views
from home.admin.dashboard import Sums, panels_for
from home.models import CollectionIndexPage
from resources.admin.chooser import resource_chooser

MENU_ORDER = {"explorer": 130, "images": 340, "documents": 350}
"""Places of Wagtail's own entries among ours."""

MENU_HIDDEN = {"help"}
"""Entries that lead to English pages elsewhere."""


@hooks.register("register_admin_viewset")
def register_resource_chooser() -> ViewSet:
    return resource_chooser


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern]:
    return [
        path("reports/searched-in-vain/", views.missed, name="missed_queries"),
        path("collect/<int:pk>/", views.collect, name="collect_resource"),
        path("collections/entry/<int:pk>/", entries.entry, name="collection_entry"),
        path("collections/strip/<int:pk>/", entries.strip, name="collection_strip"),
    ]


@hooks.register("insert_global_admin_css")
def link_our_look() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("insert_editor_js")
def link_script_of_entries() -> SafeString:
    return format_html('<script type="module" src="{}"></script>', static("home/entries.js"))


@hooks.register("construct_homepage_panels")
def construct_dashboard(request: HttpRequest, panels: list[Component]) -> None:
    """Replace Wagtail's review panels, which require every model with a workflow to be a snippet."""
    wagtails = (WorkflowObjectsToModeratePanel, UserObjectsInWorkflowModerationPanel)
    panels[:] = [panel for panel in panels if not isinstance(panel, wagtails)]
    panels += panels_for(request)


@hooks.register("construct_homepage_summary_items", order=1000)
def construct_sums(request: HttpRequest, items: list[SummaryItem]) -> None:
    items[:] = [Sums(request)]


@hooks.register("register_admin_menu_item")
def menu_overview() -> MenuItem:
    return MenuItem(_("Overview"), reverse("wagtailadmin_home"), name="overview", icon_name="home", order=10)


@hooks.register("register_reports_menu_item")
def menu_missed_queries() -> MenuItem:
    return MenuItem(_("Searched for in vain"), reverse("missed_queries"), icon_name="search", order=20)


@hooks.register("construct_main_menu")
def order_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in MENU_HIDDEN]
    if (index := CollectionIndexPage.objects.first()) is not None:
        url = reverse("wagtailadmin_explore", args=[index.pk])
        items.append(MenuItem(_("Collections"), url, name="collections", icon_name="folder-inverse", order=120))
    for item in items:
        item.order = MENU_ORDER.get(item.name, item.order)
    items.sort(key=lambda item: item.order)

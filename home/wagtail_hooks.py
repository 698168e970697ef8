"""Additions to Wagtail's admin, and a dashboard without the panels for Wagtail's own review."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import UserObjectsInWorkflowModerationPanel, WorkflowObjectsToModeratePanel
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import TaskState

from resources.admin.chooser import resource_chooser


@hooks.register("register_admin_viewset")
def register_resource_chooser() -> ViewSet:
    return resource_chooser


class ReviewPanel(Component):
    """The number of submissions that the user can review, with a link to them."""

    name = "reviews"
    template_name = "home/admin/review_panel.html"
    order = 220

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        waiting = TaskState.objects.reviewable_by(parent_context["request"].user).count()
        return {**super().get_context_data(parent_context), "waiting": waiting}


@hooks.register("construct_homepage_panels")
def reviews_happen_in_the_workspace(request: HttpRequest, panels: list[Component]) -> None:
    """Replace Wagtail's panels, which require every model with a workflow to be a snippet."""
    wagtails = (WorkflowObjectsToModeratePanel, UserObjectsInWorkflowModerationPanel)
    panels[:] = [panel for panel in panels if not isinstance(panel, wagtails)]
    panels.append(ReviewPanel())
